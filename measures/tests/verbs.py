"""The actions on a filing by the names of their steps, called with fixed content."""

from collections.abc import Callable

from agencies.models import Agency, User
from measures.filings import drafts, submission
from measures.models import Filing, Review
from measures.reviews import actions as reviews
from measures.reviews import corrections, objections, waivers
from measures.tests.factories import NOW, content
from measures.tests.request_factories import make_objection

GROUND = "情况有变化。"

Verb = Callable[[Filing, User], object]


def save(filing: Filing, by: User) -> object:
    """Save as a person who sees the newest draft."""
    note = filing.notes.kept().filter(submitted_at=None).order_by("-version").first()
    seen = note.revision if note else 0
    said = content(next_steps=f"继续推进，第{seen + 1}次保存。")
    return drafts.save_note(filing, by=by, content=said, revision=seen, at=NOW)


def _submit(filing: Filing, by: User, *, inner: bool) -> object:
    Agency.objects.filter(pk=filing.agency_id).update(needs_inner_approval=inner)
    return submission.submit_note(filing, by=by, is_sure=True, at=NOW)


def _unaccept(filing: Filing, by: User) -> object:
    """Add the review that an accepted note of the factories lacks."""
    accepted = Filing.objects.get(pk=filing.pk).accepted_note
    if accepted and not hasattr(accepted, "review"):
        decided = {"decision": "accept", "decided_by": accepted.author, "decided_at": NOW}
        Review.objects.create(note=accepted, begun_by=accepted.author, begun_at=NOW, **decided)
    return corrections.unaccept_note(filing, by=by, reason=GROUND, at=NOW)


def _uphold(filing: Filing, by: User) -> object:
    """Uphold an objection to the newest return, created if there is none."""
    note = filing.notes.order_by("-version").first()
    if note and note.left_at and not hasattr(note, "review"):
        returned = {"decision": "return", "comment": "请补充。", "decided_at": NOW}
        Review.objects.create(
            note=note, begun_by=note.author, begun_at=NOW, decided_by=note.author, **returned
        )
    objection = filing.objections.filter(state="open").first() or make_objection(
        filing, contested_by=note.review.decided_by if note and hasattr(note, "review") else None
    )
    return objections.uphold_objection(objection, by=by, answer="异议成立。", at=NOW)


VERBS: dict[str, Verb] = {
    "save": save,
    "submit": lambda filing, by: _submit(filing, by, inner=False),
    "hand_in": lambda filing, by: _submit(filing, by, inner=True),
    "approve": lambda filing, by: submission.approve_note(filing, by=by, at=NOW),
    "send_back": lambda filing, by: submission.send_back_note(
        filing, by=by, comment="请补充数据。", at=NOW
    ),
    "withdraw": lambda filing, by: submission.withdraw_note(filing, by=by, at=NOW),
    "accept": lambda filing, by: reviews.accept_note(filing, by=by, at=NOW),
    "return": lambda filing, by: reviews.return_note(
        filing, by=by, comment="请补充数据来源。", at=NOW
    ),
    "correct": lambda filing, by: corrections.correct_note(filing, by=by, reason=GROUND, at=NOW),
    "drop": lambda filing, by: corrections.drop_correction(filing, by=by, at=NOW),
    "unaccept": _unaccept,
    "waive": lambda filing, by: waivers.waive_filing(filing, by=by, reason=GROUND, at=NOW),
    "unwaive": lambda filing, by: waivers.unwaive_filing(filing, by=by, reason=GROUND, at=NOW),
    "uphold": _uphold,
}
