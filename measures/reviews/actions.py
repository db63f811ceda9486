"""The commission's actions on filings: begin, accept, return, accept several at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from agencies.audit import trail
from agencies.choices import AgencyMessage
from agencies.inbox.messages import tell
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.inserting import update_fields
from measures.choices import Decision, MeasureMessage
from measures.filings.at_once import AtOnce, each_alone
from measures.filings.locking import demand_newest, lock_all, settle_turn, take, tell_filers
from measures.indicators.values import adopt_figures
from measures.lights.refresh import refresh_light
from measures.models import Filing, Note, Review, Workday
from measures.rules.periods import mend_by
from measures.status.actions import mark_changed, update_status


@transaction.atomic
def begin_review(filing: Filing, *, by: User, seen: int | None = None, at: datetime) -> Review:
    """Begin to review a submitted note, so that it cannot be withdrawn any more. Idempotent."""
    filing, _ = take(filing, "accept", by=by, seen=seen)
    review = _review_of(filing, by, at)
    if review.pk is None:
        review.save()
        trail.record(
            "filing.begin_review",
            filing,
            by=by,
            at=at,
            sentence=f"开始审核{filing}第{review.note.version}版。",
            after={"version": review.note.version},
        )
    return review


@transaction.atomic
def take_over_review(filing: Filing, *, by: User, seen: int | None = None, at: datetime) -> Review:
    """Take over a review that somebody else has begun; they are notified.

    Raises PermissionDenied as accept_note, DomainError if nobody or the person has begun it.
    """
    filing, _ = take(filing, "accept", by=by, seen=seen)
    review = _under_way(filing)
    if review is None or review.begun_by_id == by.pk:
        raise DomainError("这项填报没有其他人在审核，请刷新页面查看最新状态。")
    before = {"begun_by": review.begun_by, "begun_at": review.begun_at}
    previous, review.begun_by, review.begun_at = review.begun_by, by, at
    review.save(update_fields=["begun_by", "begun_at"])
    trail.record(
        "filing.take_over",
        filing,
        by=by,
        at=at,
        sentence=f"接手{previous.name}对{filing}第{review.note.version}版的审核。",
        before=before,
        after={"begun_by": by, "begun_at": at},
    )
    _tell_begun(previous, filing, by, "接手", at)
    return review


@transaction.atomic
def release_review(filing: Filing, *, by: User, at: datetime) -> Filing:
    """Give up a review that is begun and not decided, so that the agency may withdraw the note.

    Allowed for the person who began it, and for any coordinator or chief, in which case that
    person is notified. Raises PermissionDenied for others, DomainError if no review is begun.
    """
    if not (by.can(Perm.REVIEW) or by.can(Perm.DECIDE)):
        raise PermissionDenied
    (filing,) = lock_all([filing.pk])
    review = _under_way(filing)
    if review is None:
        raise DomainError("这项填报没有正在进行的审核，请刷新页面查看最新状态。")
    holder = review.begun_by
    whose = "" if holder == by else holder.name
    trail.record(
        "filing.release",
        filing,
        by=by,
        at=at,
        sentence=f"将{whose}已开始审核的{filing}第{review.note.version}版放回待审核。",
        before={"begun_by": holder, "begun_at": review.begun_at},
    )
    review.delete()
    if holder != by:
        _tell_begun(holder, filing, by, "放回待审核", at)
    return filing


@transaction.atomic
def accept_note(
    filing: Filing, *, by: User, comment: str = "", seen: int | None = None, at: datetime
) -> Review:
    """Accept the submitted note; from now on lights, lists and reports read it.

    Raises PermissionDenied if the person may not review it (bars.REVIEW), DomainError if the
    filing is not submitted.
    """
    filing, step = take(filing, "accept", by=by, seen=seen)
    review = _decide(filing, by, Decision.ACCEPT, comment, at)
    filing.state, filing.accepted_note = step.target, review.note
    update_fields([filing], ["state", "accepted_note"])
    if filing.is_counted:
        adopt_figures(review.note, by=by, at=at)
    trail.record(
        "filing.accept",
        filing,
        by=by,
        at=at,
        sentence=f"通过{filing}第{review.note.version}版。",
        after={"state": filing.state, "comment": comment},
    )
    mark_changed(filing.measure, at)
    sentence = f"{filing.period}{filing.measure}的进展已通过。"
    tell_filers(filing, MeasureMessage.ACCEPTED, sentence, at)
    return review


@transaction.atomic
def accept_and_update(
    filing: Filing,
    *,
    by: User,
    comment: str = "",
    stage: str,
    percent: int | None,
    reason: str,
    back_reason: str = "",
    notes: Sequence[Note] = (),
    seen: int | None = None,
    seen_status: int | None = None,
    at: datetime,
) -> Review:
    """Accept the note and set the measure's status based on it, both or neither.

    `notes`: further notes that the status is based on. Raises as accept_note and update_status do.
    """
    review = accept_note(filing, by=by, comment=comment, seen=seen, at=at)
    update_status(
        filing.measure,
        by=by,
        stage=stage,
        percent=percent,
        reason=reason,
        back_reason=back_reason,
        period=filing.period,
        notes=list(dict.fromkeys([review.note, *notes])),
        seen=seen_status,
        at=at,
    )
    return review


@transaction.atomic
def accept_unchanged_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """Accept a note that says 本期无新进展 without opening it; the measure's status stays.

    Raises as accept_note; also DomainError if the current version has news, or if somebody else
    has begun to review it.
    """
    filing, _ = take(filing, "accept", by=by)
    note = filing.notes.kept().select_related("review__begun_by").order_by("-version").first()
    if note is None or not note.is_unchanged:
        raise DomainError("现在的版本不是“本期无新进展”，请逐项审核。")
    review = getattr(note, "review", None)
    if review is not None and review.begun_by_id != by.pk:
        begun = f"{localtime(review.begun_at):%Y-%m-%d %H:%M}"
        raise DomainError(f"{review.begun_by.name}已于{begun}开始审核，未一并通过。")
    return accept_note(filing, by=by, at=at).note


def accept_unchanged(filings: Iterable[Filing], *, by: User, at: datetime) -> AtOnce:
    """Accept several notes that say 本期无新进展, each in its own transaction."""
    verb = partial(accept_unchanged_note, by=by, at=at)
    return each_alone(filings, verb, action="filing.accept", word="通过", by=by, at=at)


@transaction.atomic
def return_note(
    filing: Filing, *, by: User, comment: str, seen: int | None = None, at: datetime
) -> Review:
    """Return the submitted note with a comment; the agency has 3 working days to correct it.

    Raises as accept_note; ValidationError if the comment is empty.
    """
    filing, step = take(filing, "return", by=by, seen=seen)
    comment = comment.strip()
    review = _decide(filing, by, Decision.RETURN, comment, at)
    filing.state = step.target
    filing.mend_by = mend_by(localdate(at), Workday.objects.as_calendar())
    update_fields([filing], ["state", "mend_by"])
    trail.record(
        "filing.return",
        filing,
        by=by,
        at=at,
        sentence=f"退回{filing}第{review.note.version}版：{comment}",
        after={"state": filing.state, "comment": comment, "mend_by": filing.mend_by},
    )
    refresh_light(filing.measure_id, on=localdate(at))
    words = f"{filing.measure}的进展被退回，请于{filing.mend_by:%Y-%m-%d}前补正：{comment}"
    tell_filers(filing, MeasureMessage.RETURNED, words, at)
    return review


def _under_way(filing: Filing) -> Review | None:
    begun = Review.objects.under_way().select_related("begun_by", "note")
    return begun.filter(note__filing=filing).order_by("-note__version").first()


def _review_of(filing: Filing, by: User, at: datetime) -> Review:
    """Return the review of the current version of a locked filing; a new one is not saved yet."""
    note = demand_newest(filing)
    return getattr(note, "review", None) or Review(note=note, begun_by=by, begun_at=at)


def _tell_begun(holder: User, filing: Filing, by: User, done: str, at: datetime) -> None:
    """Notify the person who began a review of what somebody else did."""
    tell(
        [holder],
        kind=AgencyMessage.HANDED_OVER,
        sentence=f"您已开始审核的{filing.agency_name}{filing.measure}由{by.name}{done}。",
        url=reverse("measures:review", args=[filing.pk]),
        at=at,
    )


def _decide(filing: Filing, by: User, decision: Decision, comment: str, at: datetime) -> Review:
    """Store the decision on the current version; notify a colleague who had begun to review it."""
    review = _review_of(filing, by, at)
    if review.begun_by_id != by.pk:
        _tell_begun(review.begun_by, filing, by, decision.label, at)
    review.decided_by, review.decided_at = by, at
    review.decision, review.comment = decision, comment
    review.save_checked()
    settle_turn(filing, at)
    return review
