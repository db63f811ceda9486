"""The filing agency's verbs: write, hand in, approve inside the agency, take back."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies import audit
from agencies.choices import MessageKind
from agencies.inbox import tell
from agencies.models import Agency, User
from agencies.permissions import Perm, Role
from measures.actions.lights import refresh_light
from measures.choices import Decision, FilingState
from measures.models import Filing, Note, Period, Review, Workday
from measures.rules.periods import mend_by
from measures.rules.workflow import STEPS, Step, step_from
from policy_tracker.lib.errors import DomainError, StaleError

NOTE_FIELDS = (
    "progress",
    "problems",
    "next_steps",
    "help_needed",
    "claimed_stage",
    "claimed_percent",
    "confidence",
    "confidence_reason",
)


@transaction.atomic
def save_note(
    filing: Filing, *, by: User, content: Mapping[str, object], revision: int, at: datetime
) -> Note:
    """Save a draft: the version in hand, or the next one where the last was handed in.

    `content` has NOTE_FIELDS; `revision` is the count of saves the writer has seen (0: none).
    Raises DomainError where the state or the closed period bars it, StaleError where somebody
    else saved in between, PermissionDenied for people of other agencies.
    """
    filing, step = take(filing, "save", by=by)
    _demand_open(filing)
    note = _newest(filing)
    if note is None or note.submitted_at is not None:
        note = Note(filing=filing, version=note.version + 1 if note else 1, revision=0)
    if revision != note.revision:
        raise StaleError(
            f"{note.author.name}已在您打开页面后保存过这项填报，您的内容尚未保存。"
            "请复制下方您填写的内容，返回页面查看最新内容后再合并保存。"
            if note.pk
            else "这项填报已有变动，请返回页面查看最新内容后再保存。"
        )
    for field in NOTE_FIELDS:
        setattr(note, field, content[field])
    note.author, note.saved_at, note.revision = by, at, revision + 1
    note.full_clean(validate_unique=False)
    note.save()
    _move(filing, step, at=at)
    audit.record(
        "filing.save",
        filing,
        by=by,
        at=at,
        sentence=f"保存了{filing}第{note.version}版草稿。",
        after={field: getattr(note, field) for field in NOTE_FIELDS},
    )
    return note


@transaction.atomic
def submit_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """Hand in the draft: to the agency's own head where it wants that, else to the commission.

    Raises DomainError where there is no draft, it says nothing, or the period has closed.
    """
    inner = Agency.objects.values_list("needs_inner_approval", flat=True).get(pk=filing.agency_id)
    filing, step = take(filing, "hand_in" if inner else "submit", by=by)
    _demand_open(filing)
    note = _newest(filing)
    if note is None or not note.progress.strip():
        raise DomainError(f"{filing.measure}尚未填写进展情况，请填写后再提交。")
    note.submitted_by, note.submitted_at, note.left_at = by, at, None if inner else at
    note.full_clean(validate_unique=False)
    note.save(update_fields=["submitted_by", "submitted_at", "left_at"])
    _move(filing, step, at=at)
    audit.record(
        "filing.submit",
        filing,
        by=by,
        at=at,
        sentence=f"{'提交本单位审核' if inner else '报送'}{filing}第{note.version}版。",
        after={"state": filing.state, "version": note.version},
    )
    _tell_next(filing, at)
    return note


@transaction.atomic
def hand_in_note(
    filing: Filing, *, by: User, content: Mapping[str, object], revision: int, at: datetime
) -> Note:
    """Save what was typed and submit it, both or neither. Raises as save_note and submit_note."""
    save_note(filing, by=by, content=content, revision=revision, at=at)
    return submit_note(filing, by=by, at=at)


@transaction.atomic
def approve_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """The agency's head lets the note leave the agency. Never one's own note."""
    filing, step = take(filing, "approve", by=by)
    _demand_open(filing)
    note = _demand_newest(filing)
    _bar_own(note, by)
    note.approved_by, note.left_at = by, at
    note.save(update_fields=["approved_by", "left_at"])
    _move(filing, step, at=at)
    audit.record(
        "filing.approve",
        filing,
        by=by,
        at=at,
        sentence=f"同意报送{filing}第{note.version}版。",
        after={"state": filing.state},
    )
    _tell_next(filing, at)
    return note


@transaction.atomic
def send_back_note(filing: Filing, *, by: User, comment: str, at: datetime) -> Review:
    """The agency's head returns the note to its author, with a comment."""
    filing, step = take(filing, "send_back", by=by)
    note = _demand_newest(filing)
    _bar_own(note, by)
    comment = comment.strip()
    review = Review(
        note=note,
        begun_by=by,
        begun_at=at,
        decided_by=by,
        decided_at=at,
        decision=Decision.RETURN,
        comment=comment,
    )
    review.full_clean()
    review.save()
    if filing.first_submitted_at is None or filing.mend_by is None:
        # The day that the commission set stands, however often it goes to and fro inside.
        filing.mend_by = mend_by(localdate(at), Workday.objects.as_calendar())
    _move(filing, step, at=at)
    audit.record(
        "filing.send_back",
        filing,
        by=by,
        at=at,
        sentence=f"本单位退回{filing}第{note.version}版：{comment}",
        after={"state": filing.state, "comment": comment},
    )
    tell_filers(filing, MessageKind.RETURNED, f"本单位领导退回{filing.measure}：{comment}", at)
    return review


@transaction.atomic
def withdraw_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """Take back what was handed in, until its review has begun: the next version is its copy."""
    filing, step = take(filing, "withdraw", by=by)
    note = _demand_newest(filing)
    if Review.objects.filter(note=note).exists():
        raise DomainError("商务委已开始审核，不能撤回；如需修改，请联系审核人退回。")
    if by.pk not in (note.author_id, note.submitted_by_id):
        raise DomainError("只有填写人或提交人可以撤回。")
    copy = Note(
        filing=filing,
        version=note.version + 1,
        author=by,
        saved_at=at,
        **{field: getattr(note, field) for field in NOTE_FIELDS},
    )
    copy.save()
    _move(filing, step, at=at)
    audit.record(
        "filing.withdraw",
        filing,
        by=by,
        at=at,
        sentence=f"撤回{filing}第{note.version}版，另存为第{copy.version}版草稿。",
        after={"state": filing.state},
    )
    return copy


@transaction.atomic
def set_inner_approval(agency: Agency, *, by: User, needed: bool, at: datetime) -> Agency:
    """An agency's head switches the inner step on or off; what is handed in already goes on."""
    if not by.can(Perm.APPROVE_IN_AGENCY, agency.pk):
        raise PermissionDenied
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)
    before = {"needs_inner_approval": agency.needs_inner_approval}
    agency.needs_inner_approval = needed
    agency.save(update_fields=["needs_inner_approval"])
    audit.record(
        "agency.inner_approval",
        agency,
        by=by,
        at=at,
        sentence=f"{agency}{'启用' if needed else '停用'}报送前本单位审核。",
        before=before,
        after={"needs_inner_approval": needed},
    )
    return agency


def take(filing: Filing, name: str, *, by: User) -> tuple[Filing, Step]:
    """Lock the filing and check the person and the step; every verb on a filing begins here.

    Raises PermissionDenied for the person, whatever the state, and DomainError for the step.
    """
    filing = (
        Filing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("measure", "period")
        .get(pk=filing.pk)
    )
    if not by.can(STEPS[name].perm, filing.agency_id):
        raise PermissionDenied
    return filing, step_from(filing.state, name)


def _move(filing: Filing, step: Step, *, at: datetime) -> None:
    """Write the new state. Being in time counts from the first time it left the agency."""
    filing.state = step.target
    if step.target == FilingState.SUBMITTED:
        filing.first_submitted_at = filing.first_submitted_at or at
        filing.mend_by = None
    filing.save(update_fields=["state", "first_submitted_at", "mend_by"])
    refresh_light(filing.measure_id, on=localdate(at))


def _demand_open(filing: Filing) -> None:
    """Closing bars first submissions only; mending goes on.

    Asked again under the filing's lock: the period may have closed while we waited for it.
    """
    if filing.first_submitted_at is not None:
        return
    if not Period.objects.open().filter(pk=filing.period_id).exists():
        raise DomainError(f"{filing.period}已关闭，不再接收首次报送；如确需补报，请联系市商务委。")


def _bar_own(note: Note, by: User) -> None:
    if by.pk in (note.author_id, note.submitted_by_id):
        raise DomainError("不能审核本人填写或提交的进展，请本单位其他领导办理。")


def _newest(filing: Filing) -> Note | None:
    return filing.notes.select_related("author").order_by("-version").first()


def _demand_newest(filing: Filing) -> Note:
    note = _newest(filing)
    if note is None:  # the states that lead here all have a note
        raise DomainError("这项填报还没有内容。")
    return note


def _tell_next(filing: Filing, at: datetime) -> None:
    """Tell those whose turn it is."""
    day = localdate(at)
    if filing.state == FilingState.IN_AGENCY:
        people = User.objects.holding_in(filing.agency_id, Role.AGENCY_HEAD, on=day)
    else:
        people = User.objects.holding(Role.COORDINATOR, on=day)
    tell(
        people,
        kind=MessageKind.SUBMITTED,
        sentence=f"{filing.agency_name}提交了{filing.measure}的{filing.period.slice_label}进展，待审核。",
        url=reverse("measures:review", args=[filing.pk]),
        at=at,
    )


def tell_filers(filing: Filing, kind: MessageKind, sentence: str, at: datetime) -> None:
    """Tell the liaisons of the filing agency, with the place on their page."""
    tell(
        User.objects.holding_in(filing.agency_id, Role.LIAISON, on=localdate(at)),
        kind=kind,
        sentence=sentence,
        url=reverse("measures:my_filings") + f"?period={filing.period_id}#filing-{filing.pk}",
        at=at,
    )
