"""The bytes of an event and of a seal, and their digests. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from agencies.choices import SealAlgorithm
from agencies.models import Seal

# Form → the columns of an event that its digest covers. A new column needs a new form, so that
# older seals can still be verified.
FORMS: Mapping[int, tuple[str, ...]] = {
    1: (
        *("id", "at", "actor_id", "actor_name", "actor_post", "action", "target_type", "target_id"),
        *("sentence", "before", "after", "outcome", "address", "request_id"),
    )
}
FORM = max(FORMS)
# All columns except its own digest.
_OF_SEAL = (
    *("number", "at", "first_id", "last_id", "count", "algorithm", "form", "event_ids", "previous"),
)


def algorithm_here() -> SealAlgorithm:
    has_sm3 = SealAlgorithm.SM3 in hashlib.algorithms_available
    return SealAlgorithm.SM3 if has_sm3 else SealAlgorithm.SHA256


def event_bytes(event: Mapping[str, object], form: int = FORM) -> bytes:
    """Return an event (column → value) as JSON with sorted keys, in UTF-8."""
    return _bytes({name: event[name] for name in FORMS[form]})


def event_digest(event: Mapping[str, object], algorithm: str, form: int = FORM) -> str:
    """Return an event's digest in hexadecimal. Raises ValueError for an unsupported algorithm."""
    return hashlib.new(algorithm, event_bytes(event, form)).hexdigest()


def seal_digest(seal: Seal) -> str:
    """Return the digest of a seal's other columns; raises as event_digest does."""
    told = {name: getattr(seal, name) for name in _OF_SEAL}
    told["digests"] = bytes(seal.digests).hex()
    return hashlib.new(seal.algorithm, _bytes(told)).hexdigest()


def _bytes(values: Mapping[str, object]) -> bytes:
    words = json.dumps(
        {name: _plain(value) for name, value in values.items()},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return words.encode()


def _plain(value: object) -> object:
    """Return a value for JSON; a datetime becomes text in UTC, to the microsecond."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value
