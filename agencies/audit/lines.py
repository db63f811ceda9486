"""How the audit trail is shown: labels of actions, and the changed values that may be read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.db.models import DateTimeField, Field, Model
from django.utils.timezone import localtime

from agencies.audit_words import REFUSED
from agencies.contributions import action_of, audit_words, contributions
from agencies.models import Event

_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


class ChangedField(NamedTuple):
    """One field before and after; None if that side has no value."""

    label: str
    before: str | None
    after: str | None
    is_same: bool = False  # unchanged; known even if its values are hidden


class AuditLine(NamedTuple):
    event: Event
    action: str
    sentence: str
    changes: list[ChangedField]
    target: str  # the kind of object and its number; empty if there is none
    document: str = ""  # the number of the notice that the object belongs to
    digests: tuple[str, ...] = ()  # SHA-256 of files and data, each with its label

    @property
    def path(self) -> str:
        """The address of a refused request; empty for other events."""
        return str(self.event.after.get("path", "")) if self.is_refusal else ""

    @property
    def place(self) -> str:
        """The name of the page at that address; empty if no app names it."""
        places = {start: name for words in audit_words() for start, name in words.places.items()}
        starts = [start for start in places if self.path.startswith(start)]
        return places[max(starts, key=len)] if starts else ""

    @property
    def is_refusal(self) -> bool:
        return self.event.action.startswith(REFUSED)


class _Key(NamedTuple):
    """How to show a key of `before` and `after`. Keys listed nowhere are hidden."""

    label: str
    is_readable: bool = False
    field: Field | None = None


def line_of(event: Event) -> AuditLine:
    changes: list[ChangedField] = []
    digests: list[str] = []
    for name in dict.fromkeys([*event.before, *event.after]):
        key = _key(name, event)
        sides = [_side(name, key, values) for values in (event.before, event.after)]
        found = [_DIGEST.findall(side or "") for side in sides]
        digests += [f"{key.label}：{one}" for one in dict.fromkeys([*found[0], *found[1]])]
        before, after = (_without(of, side) for of, side in zip(found, sides, strict=True))
        is_same = name in event.before and event.before[name] == event.after.get(name)
        if before or after:
            changes.append(ChangedField(key.label, before, after, is_same))
    return AuditLine(
        event,
        action_label(event.action),
        _sentence(event),
        changes,
        _target_of(event),
        digests=tuple(digests),
    )


def _without(digests: Sequence[str], side: str | None) -> str | None:
    """The value of one side without its digests: names and sizes of files."""
    if not digests or side is None:
        return side
    return "、".join(part for part in side.split("、") if part not in digests)


def action_label(code: str) -> str:
    action = action_of(code)
    return action.label if action else code


def _sentence(event: Event) -> str:
    """Return the stored sentence, cut at the colon unless its action allows reading all of it."""
    action = action_of(event.action)
    head, colon, _ = event.sentence.partition("：")
    is_whole = not colon or (action is not None and action.whole)
    words = event.sentence if is_whole else head
    return f"{words.rstrip('。')}。" if words else ""


def target_words(label: str, pk: int) -> str:
    """Return the name of an object: its kind and its number."""
    model = _model_of(label)
    return f"{model._meta.verbose_name if model else label}，编号{pk}"


def target_choices() -> list[tuple[str, str]]:
    """Return the kinds of objects that events may be about, sorted by name."""
    models = (one for app in contributions() for one in apps.get_app_config(app).get_models())
    found = {one._meta.label_lower: str(one._meta.verbose_name) for one in models}
    return sorted(found.items(), key=lambda pair: pair[1])


def _target_of(event: Event) -> str:
    return "" if event.target_id is None else target_words(event.target_type, event.target_id)


def _key(name: str, event: Event) -> _Key:
    """Return the meaning of an event's key: a key listed for its subject, or a model's field."""
    subject = _subject_of(event)
    for words in audit_words():
        if label := words.keys.get(subject, {}).get(name):
            return _Key(label, is_readable=True)
    for model in _models_of(event, subject):
        for field in model._meta.concrete_fields:
            if field.name == name:
                return _Key(str(field.verbose_name), _is_listed(model, name), field)
    labels = (words.hidden_keys.get(name) for words in audit_words())
    return _Key(next(filter(None, labels), name))


def _subject_of(event: Event) -> str:
    """Return `user` for `user.sign_in`, `refused` for `refused agencies:audit`."""
    return event.action.partition(" ")[0].partition(".")[0]


def _models_of(event: Event, subject: str) -> Iterator[type[Model]]:
    """Yield the models whose fields an event stores: those of its subject, then its target's."""
    found: list[str] = []
    for words in audit_words():
        found += words.models.get(event.action, words.models.get(subject, ()))
    for label in [*found, event.target_type]:
        if model := _model_of(label):
            yield model


def _is_listed(model: type[Model], field: str) -> bool:
    label = model._meta.label_lower
    return any(field in words.fields.get(label, ()) for words in audit_words())


def _model_of(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):  # no model was stored, or it has been removed since
        return None


def _side(name: str, key: _Key, values: Mapping[str, object]) -> str | None:
    if name not in values:
        return None
    value = values[name]
    if value in (None, "", [], {}):
        return "（空）"
    if not key.is_readable:
        return f"（业务内容，共{len(_text(value))}字，此处不显示）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | dict):
        return _text(value)
    if isinstance(key.field, DateTimeField):
        return f"{localtime(datetime.fromisoformat(str(value))):%Y-%m-%d %H:%M}"
    choices = dict(key.field.flatchoices) if key.field is not None else {}
    return str(choices.get(value, value))


def _text(value: object) -> str:
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return "、".join(map(_text, parts))
    return str(value)
