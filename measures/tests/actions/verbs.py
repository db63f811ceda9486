"""The verbs on a filing by the names of their steps, called with dull content."""

from collections.abc import Callable

from agencies.models import Agency, User
from measures.actions import filings, reviews
from measures.models import Filing
from measures.tests.factories import NOW, content

Verb = Callable[[Filing, User], object]


def save(filing: Filing, by: User) -> object:
    """Save as somebody who has the newest draft before them."""
    note = filing.notes.filter(submitted_at=None).order_by("-version").first()
    seen = note.revision if note else 0
    return filings.save_note(filing, by=by, content=content(), revision=seen, at=NOW)


def _submit(filing: Filing, by: User, *, inner: bool) -> object:
    Agency.objects.filter(pk=filing.agency_id).update(needs_inner_approval=inner)
    return filings.submit_note(filing, by=by, at=NOW)


VERBS: dict[str, Verb] = {
    "save": save,
    "submit": lambda filing, by: _submit(filing, by, inner=False),
    "hand_in": lambda filing, by: _submit(filing, by, inner=True),
    "approve": lambda filing, by: filings.approve_note(filing, by=by, at=NOW),
    "send_back": lambda filing, by: filings.send_back_note(
        filing, by=by, comment="请补充数据。", at=NOW
    ),
    "withdraw": lambda filing, by: filings.withdraw_note(filing, by=by, at=NOW),
    "accept": lambda filing, by: reviews.accept_note(filing, by=by, at=NOW),
    "return": lambda filing, by: reviews.return_note(
        filing, by=by, comment="请补充数据来源。", at=NOW
    ),
}
