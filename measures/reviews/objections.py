"""异议: an agency objects to a return or to a measure's light; the commission answers."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, User
from agencies.permissions import Role
from lib.errors import DomainError
from measures.access import lead_of
from measures.bars import ANSWER
from measures.choices import Decision, FilingState, MeasureMessage, ObjectionState, ObjectionSubject
from measures.filings.locking import lock_all, settle_call, tell_next
from measures.lights.current import verdicts_for
from measures.lights.refresh import refresh_light
from measures.models import Filing, Measure, Objection, Review, Workday
from measures.rules.periods import decide_by, mend_by
from measures.rules.workflow import step_from


@transaction.atomic
def object_to_return(filing: Filing, *, by: User, text: str, at: datetime) -> Objection:
    """Object to the commission's return of a note; the time to correct it is extended.

    Raises PermissionDenied for people of other agencies, DomainError if the current version was
    not returned by the commission, ValidationError if an objection is open or the text is empty.
    """
    (filing,) = lock_all([filing.pk])
    _demand_party(by, filing.agency_id)
    review = returned_by_commission(filing)
    if review is None:
        raise DomainError("只能对市商务委退回且尚未修改的进展提出异议，请刷新页面查看最新状态。")
    objection = _raise(
        Objection(
            subject=ObjectionSubject.RETURN,
            measure=filing.measure,
            agency_id=filing.agency_id,
            agency_name=filing.agency_name,
            filing=filing,
            against=review.comment,
            contested_by=review.decided_by,
            text=text.strip(),
        ),
        by,
        at,
    )
    filing.mend_by = mend_by_of_contested(filing, on=localdate(at))
    filing.save(update_fields=["mend_by"])
    refresh_light(filing.measure_id, on=localdate(at))
    return objection


def mend_by_of_contested(filing: Filing, *, on: date) -> date:
    """Return the last day to correct the note if an objection is raised on a day."""
    answered = decide_by(on, Workday.objects.as_calendar())
    return max(filing.mend_by or answered, answered)


@transaction.atomic
def object_to_light(
    measure: Measure, *, agency: Agency, by: User, text: str, at: datetime
) -> Objection:
    """Object to the light of a measure that the agency leads. The light stays as it is.

    Raises PermissionDenied for people of other agencies, DomainError if the agency does not lead
    it, ValidationError if an objection is open or the text is empty.
    """
    _demand_party(by, agency.pk)
    measure = Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    on = localdate(at)
    lead = lead_of(measure, on=on)
    if lead is None or lead.pk != agency.pk:
        raise DomainError("只有牵头单位可以对预警灯提出异议。")
    verdict = verdicts_for([measure], on=on)[measure.pk]
    return _raise(
        Objection(
            subject=ObjectionSubject.LIGHT,
            measure=measure,
            agency=agency,
            agency_name=lead.name_then or str(agency),
            against=f"{verdict.light.label}：{verdict.sentence}",
            text=text.strip(),
        ),
        by,
        at,
    )


@transaction.atomic
def uphold_objection(objection: Objection, *, by: User, answer: str, at: datetime) -> Objection:
    """Uphold an objection. A returned note becomes submitted again, for others to review.

    Raises PermissionDenied if the person took part in the return or the filing, DomainError if it
    is answered already or the agency has begun a new version, ValidationError without an answer.
    """
    objection = _take(objection, by)
    if objection.filing is not None:
        _review_afresh(objection.filing, at)
    objection = _decide(objection, ObjectionState.UPHELD, by, answer, at)
    if objection.filing is not None:
        # Last, because from now on the person who returned it may not review it.
        tell_next(objection.filing, at, sentence=f"{objection}，异议成立，请您重新审核。")
    return objection


@transaction.atomic
def dismiss_objection(objection: Objection, *, by: User, answer: str, at: datetime) -> Objection:
    """Dismiss an objection; the agency has 3 working days again. Raises as uphold_objection."""
    objection = _take(objection, by)
    filing = objection.filing
    if filing is not None and returned_by_commission(filing) is not None:
        filing.mend_by = mend_by(localdate(at), Workday.objects.as_calendar())
        filing.save(update_fields=["mend_by"])
    return _decide(objection, ObjectionState.DISMISSED, by, answer, at)


def returned_by_commission(filing: Filing) -> Review | None:
    """Return the review of the current version if the commission, not the agency, returned it."""
    if filing.state != FilingState.RETURNED:
        return None
    newest = filing.notes.kept().order_by("-version").values_list("pk", flat=True)[:1]
    return (
        Review.objects.select_related("note", "decided_by")
        .filter(note__in=list(newest), note__left_at__isnull=False, decision=Decision.RETURN)
        .first()
    )


def _demand_party(by: User, agency_id: int) -> None:
    if not by.acts_for(agency_id):
        raise PermissionDenied


def _raise(objection: Objection, by: User, at: datetime) -> Objection:
    """Save it with its deadline; record one event and notify everybody who may answer."""
    objection.raised_by, objection.raised_at = by, at
    objection.decide_by = decide_by(localdate(at), Workday.objects.as_calendar())
    objection.full_clean()
    objection.save()
    trail.record(
        "objection.raise",
        objection,
        by=by,
        at=at,
        sentence=f"{objection}：{objection.text}",
        after={"state": objection.state, "decide_by": objection.decide_by},
    )
    words = f"{objection}，请于{objection.decide_by:%Y-%m-%d}前答复：{objection.text}"
    people = User.objects.holding(Role.COORDINATOR, Role.CHIEF, on=localdate(at))
    _tell(objection, people, words, at)
    return objection


def _take(objection: Objection, by: User) -> Objection:
    """Lock the filing, then the objection, and check the person and that it is open."""
    if objection.filing is not None:
        lock_all([objection.filing.pk])
    objection = (
        Objection.objects.select_for_update(of=("self",), no_key=True)
        .select_related("measure", "filing__measure", "filing__period")
        .get(pk=objection.pk)
    )
    ANSWER.demand(objection, by)
    if not objection.is_open:
        raise DomainError("这一异议已经答复，请刷新页面查看最新状态。")
    return objection


def _review_afresh(filing: Filing, at: datetime) -> None:
    """Set the returned version back to submitted, with no review begun.

    The decision stays on the objection and in the audit trail.
    """
    step = step_from(filing.state, "uphold")
    review = returned_by_commission(filing)
    if review is None:  # it was meanwhile returned inside the agency
        raise DomainError("该单位已自行修改，不能重新审核，请刷新页面查看最新状态。")
    review.delete()
    filing.state, filing.mend_by = step.target, None
    filing.save(update_fields=["state", "mend_by"])
    settle_call(filing, at)


def _decide(
    objection: Objection, state: ObjectionState, by: User, answer: str, at: datetime
) -> Objection:
    objection.state, objection.answer = state, answer.strip()
    objection.decided_by, objection.decided_at = by, at
    objection.full_clean()
    objection.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    trail.record(
        "objection.decide",
        objection,
        by=by,
        at=at,
        sentence=f"答复{objection}，{state.label}：{objection.answer}",
        before={"state": ObjectionState.OPEN},
        after={"state": state, "answer": objection.answer},
    )
    refresh_light(objection.measure_id, on=localdate(at))
    settle_asked(MeasureMessage.OBJECTION, url=_page_of(objection), at=at)
    roles = (Role.LIAISON, Role.AGENCY_HEAD)
    people = User.objects.holding_in(objection.agency_id, *roles, on=localdate(at))
    words = f"{objection}已答复，{state.label}：{objection.answer}"
    _tell(objection, people, words, at, is_news=True)
    return objection


def _tell(
    objection: Objection,
    people: Iterable[User],
    words: str,
    at: datetime,
    *,
    is_news: bool = False,
) -> None:
    tell(
        people,
        kind=MeasureMessage.OBJECTION,
        sentence=words,
        url=_page_of(objection),
        at=at,
        is_news=is_news,
    )


def _page_of(objection: Objection) -> str:
    return reverse("measures:objection", args=[objection.pk])
