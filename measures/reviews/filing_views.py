"""The page of one filing: state, versions, and steps with a reason: 更正, 免报, 留言 and others."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.guards import POST, SAFE, allowed_to
from agencies.models import Event, User
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.access import is_own, reader_for, reads_unaccepted, shown_status, versions_for
from measures.bars import REVIEW
from measures.choices import FilingState
from measures.chosen_notice import turn_to
from measures.fields import ReasonForm
from measures.filings.locking import place_of
from measures.models import Filing, Objection, Remark
from measures.reviews import corrections, remarks, waivers
from measures.reviews.forms import RemarkForm, UnacceptForm
from measures.reviews.objections import returned_by_commission
from measures.rules.workflow import STEPS, steps_from
from measures.status.actions import resting_on

# Steps that need only a reason: the action, and the message after it.
REASONED: dict[str, tuple[Callable[..., object], str]] = {
    "correct": (corrections.correct_note, "已另存一版草稿，请修改后提交。"),
    "waive": (waivers.waive_filing, "{agency}本期免报这一项。"),
    "unwaive": (waivers.unwaive_filing, "已取消免报，联络员将收到通知。"),
    "write_off": (waivers.write_off_debt, "已核销这项欠报，联络员将收到通知。"),
    "restore_debt": (waivers.restore_debt, "已取消核销，联络员将收到通知。"),
}


class FollowUpStep(NamedTuple):
    name: str
    label: str  # on the button
    help: str
    confirm: str
    needs_reason: bool = True

    @property
    def url_name(self) -> str:
        return f"measures:filing_{self.name}"


class FollowUp(NamedTuple):
    steps: list[FollowUpStep]
    may_object: bool
    objections: list[Objection]
    unaccepted: Event | None  # the undoing of an accept, until it is decided again
    remarks: list[Remark] | None  # None: not for this reader
    may_remark: bool


FOLLOW_UP_STEPS = (
    FollowUpStep(
        "correct",
        "更正已通过的进展",
        "将另存一版草稿供修改，重新提交并经审核通过后生效；在此之前，已通过的版本继续有效。",
        "将另存一版草稿供更正，提交后须重新审核。确定更正吗？",
    ),
    FollowUpStep(
        "drop",
        "放弃更正",
        "更正的各版留存可查，不再报送；此前已通过的版本继续有效。以后仍可再次更正。",
        "正在更正的内容将不再报送，已通过的版本继续有效。确定放弃这次更正吗？",
        needs_reason=False,
    ),
    FollowUpStep(
        "unaccept",
        "取消通过",
        "仅用于误通过：回到待审核，此前通过过的版本恢复有效。填报期关闭后不能取消。",
        "这一版将不再作为已通过的进展，重新等待审核。确定取消通过吗？",
    ),
    FollowUpStep(
        "waive",
        "免报",
        "本期不须报送这一项；联络员会收到通知。填报期关闭前可以取消。",
        "本期将不再要求报送这一项。确定免报吗？",
    ),
    FollowUpStep(
        "unwaive",
        "取消免报",
        "恢复为须报送，联络员会收到通知。填报期关闭后不能取消。",
        "这一项将恢复为须报送。确定取消免报吗？",
    ),
)
# These do not change the filing's state, so they are not in the workflow table.
WRITE_OFF = FollowUpStep(
    "write_off",
    waivers.WRITE_OFF,
    "不再要求补报，预警灯不再因此变灯；本期仍记为未报，另注明已核销。可以取消。",
    "核销后不再催报，预警灯不再因这项欠报变灯。确定核销吗？",
)
RESTORE = FollowUpStep(
    "restore_debt",
    waivers.RESTORE,
    "恢复为欠报，联络员会收到通知。",
    "这一项将恢复为欠报，预警灯随之重新评定。确定取消核销吗？",
)
RELEASE = FollowUpStep(
    "release",
    "放回待审核",
    "审核已经开始、尚未作出决定：放回后填报单位可以自行撤回，其他人员可以审核；开始审核的人会收到通知。",
    "将放回待审核，填报单位可以自行撤回。确定放回吗？",
    needs_reason=False,
)
ONLY_WHILE_OPEN = {"unaccept", "waive", "unwaive"}


def follow_up_of(filing: Filing, *, reader: User, on: date) -> FollowUp:
    visible = Objection.objects.visible_to(reader)
    objections = list(
        visible.filter(filing=filing).select_related(
            "measure", "raised_by", "contested_by", "decided_by"
        )
    )
    is_party = reader.acts_for(filing.agency_id)
    reads = is_party or reader.can(Perm.READ_UNACCEPTED)
    return FollowUp(
        steps=[
            *(step for step in FOLLOW_UP_STEPS if _offered(step.name, filing, reader)),
            *_release_steps(filing, reader),
            *_debt_steps(filing, reader, on),
        ],
        may_object=is_party
        and not any(one.is_open for one in objections)
        and returned_by_commission(filing) is not None,
        objections=objections,
        unaccepted=_unaccepted(filing) if reads else None,
        remarks=list(filing.remarks.select_related("by")) if reads else None,
        may_remark=filing.first_submitted_at is not None and (is_party or reader.can(Perm.REVIEW)),
    )


def _unaccepted(filing: Filing) -> Event | None:
    """Return the event that made the current version wait for its review again."""
    note = filing.in_hand
    if filing.state != FilingState.SUBMITTED or note is None or note.left_at is None:
        return None
    undone = Event.objects.about("measures.filing", filing.pk).filter(action="filing.unaccept")
    return undone.filter(at__gte=note.left_at).order_by("-at", "-pk").first()


def _offered(name: str, filing: Filing, user: User) -> bool:
    """Whether the page offers a step; the action checks it again.

    Waiving is offered for everything not submitted: the state inside the agency is not public.
    """
    perm = STEPS[name].perm
    if perm == Perm.FILE and not user.can(perm, filing.agency_id):
        return False
    if name in ONLY_WHILE_OPEN and not filing.period.is_open:
        return False
    if name == "waive":
        fits = filing.first_submitted_at is None and filing.state != FilingState.WAIVED
    else:
        fits = name in steps_from(filing.state)
    if name == "drop":
        return fits and filing.accepted_note_id is not None
    return fits and (name == "correct" or REVIEW.allows(filing, user))


def _release_steps(filing: Filing, user: User) -> list[FollowUpStep]:
    review = getattr(filing.in_hand, "review", None)
    is_under_way = review is not None and not review.decision
    return [RELEASE] if is_under_way and (user.can(Perm.REVIEW) or user.can(Perm.DECIDE)) else []


def _debt_steps(filing: Filing, user: User, on: date) -> list[FollowUpStep]:
    is_written_off = filing.written_off_at is not None
    if not (is_written_off or filing.is_debt(on=on)) or not REVIEW.allows(filing, user):
        return []
    return [RESTORE if is_written_off else WRITE_OFF]


@allowed_to(Perm.READ, methods=SAFE)
def filing(request: UserRequest, pk: int) -> HttpResponse:
    return filing_page(request, find_filing(request, pk))


def find_filing(request: UserRequest, pk: int) -> Filing:
    found = Filing.objects.visible_to(request.user).select_related(
        "measure", "agency", "period", "waived_by", "written_off_by"
    )
    row: Filing = get_object_or_404(found.with_notes(), pk=pk)
    turn_to(request, row.measure.notice_id)
    return row


def filing_page(
    request: UserRequest,
    filing: Filing,
    *,
    refused: tuple[str, ReasonForm] | None = None,
    remark: RemarkForm | None = None,
) -> HttpResponse:
    """Render the page; `refused` (step name, form) is shown open again, with status 422."""
    on = localdate()
    reader = reader_for(request.user, on=on)
    follow_up = follow_up_of(filing, reader=request.user, on=on)
    forms = dict([refused] if refused else [])

    def form_of(name: str) -> ReasonForm:
        return unaccept_form(filing) if name == "unaccept" else ReasonForm(name=name)

    context = {
        "filing": filing,
        "versions": versions_for(reader, filing, filing.versions),
        "status": shown_status(reader, filing, on=on),
        "is_own": is_own(reader, filing),
        "is_party": reads_unaccepted(reader, filing),
        "may_review": filing.state == FilingState.SUBMITTED
        and (request.user.can(Perm.REVIEW) or REVIEW.allows(filing, request.user)),
        "follow_up": follow_up,
        "steps": [(step, forms.get(step.name) or form_of(step.name)) for step in follow_up.steps],
        "remark_form": remark or RemarkForm(),
    }
    status = 422 if refused or remark else 200
    return render(request, "measures/reviews/filing.html", context, status=status)


def unaccept_form(filing: Filing, data: object = None) -> UnacceptForm:
    return UnacceptForm(data, name="unaccept", ground=resting_on(filing))


@allowed_to(Perm.READ, methods=POST)
def filing_reasoned(request: UserRequest, pk: int, name: str) -> HttpResponse:
    filing = find_filing(request, pk)
    perm = STEPS[name].perm if name in STEPS else Perm.REVIEW
    request.user.demand(perm, filing.agency_id)
    form = ReasonForm(request.POST, name=name)
    if not form.is_valid():
        return filing_page(request, filing, refused=(name, form))
    action, said = REASONED[name]
    action(filing, by=request.user, at=now(), **form.said())
    messages.success(request, said.format(agency=filing.agency_name))
    return redirect(place_of(filing)) if name == "correct" else redirect("measures:filing", pk)


@allowed_to(Perm.READ, methods=POST)
def filing_drop(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    corrections.drop_correction(filing, by=request.user, at=now())
    messages.success(request, "已放弃更正，此前已通过的版本继续有效。")
    return redirect("measures:filing", pk)


@allowed_to(Perm.READ, methods=POST)
def filing_unaccept(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    request.user.demand(STEPS["unaccept"].perm, filing.agency_id)
    form = unaccept_form(filing, request.POST)
    if not form.is_valid():
        return filing_page(request, filing, refused=("unaccept", form))
    restores = form.cleaned_data.get("restores_status", False)
    said = {"reason": form.cleaned_data["ground"], "restores_status": restores}
    has_ground = resting_on(filing) is not None
    corrections.unaccept_note(filing, by=request.user, at=now(), **said)
    _tell_unaccepted(request, has_ground, restores)
    return redirect("measures:filing", pk)


@allowed_to(Perm.READ, methods=POST)
def filing_remark(request: UserRequest, pk: int) -> HttpResponse:
    filing = find_filing(request, pk)
    if not (request.user.acts_for(filing.agency_id) or request.user.can(Perm.REVIEW)):
        raise PermissionDenied
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return filing_page(request, filing, remark=form)
    remarks.add_remark(filing, by=request.user, text=form.cleaned_data["text"], at=now())
    messages.success(request, "留言已发出，对方将收到通知。")
    return redirect(f"{reverse('measures:filing', args=[pk])}#remarks")


def _tell_unaccepted(request: UserRequest, has_ground: bool, restores: bool) -> None:
    messages.success(request, "已取消通过，重新等待审核。")
    if restores:
        messages.success(request, "已恢复此前的进度。")
    elif has_ground:
        messages.warning(
            request, "措施现在的进度是依据这一版定的，已在措施页标明，请重新核定进度。"
        )
