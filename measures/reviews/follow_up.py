"""Steps on a filing beside writing and reviewing it; each needs a reason."""

from datetime import date
from typing import NamedTuple

from agencies.models import Event, User
from agencies.permissions import Perm
from measures.bars import REVIEW
from measures.choices import FilingState
from measures.models import Filing, Objection, Remark
from measures.reviews import waivers
from measures.reviews.objections import returned_by_commission
from measures.rules.workflow import STEPS, steps_from


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
