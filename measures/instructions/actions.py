"""批示: a leader writes one on a measure, agencies answer, a leader closes it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError
from measures.chasing.settling import settle_reminders
from measures.choices import MeasureMessage
from measures.models import Addressee, Instruction, InstructionReply, Measure
from measures.rules.instructions import NOBODY, PAST, demand_step, is_past, lacks_words

ANSWERING = (Role.LIAISON, Role.AGENCY_HEAD)
NAMED_MOST = 3  # agencies named in a sentence


@transaction.atomic
def write_instruction(
    measure: Measure,
    *,
    by: User,
    text: str,
    agencies: Iterable[Agency],
    due_on: date | None,
    at: datetime,
) -> Instruction:
    """Write an instruction to some agencies; notify their people and the commission.

    Raises PermissionDenied unless `by` is a leader, ValidationError without text or agencies, for a
    past deadline, for an agency that has ended, and if the same one is already open.
    """
    by.demand(Perm.INSTRUCT)
    named = _existing(agencies, on=localdate(at))
    if is_past(due_on, on=localdate(at)):
        raise ValidationError({"due_on": PAST})
    instruction = Instruction(measure=measure, text=text.strip(), due_on=due_on, by=by)
    instruction.written_at = at
    instruction.save_checked()
    Addressee.objects.bulk_create(
        Addressee(instruction=instruction, agency=one, agency_name=_name(one), order=one.order)
        for one in named
    )
    names = [_name(agency) for agency in named]
    words = "、".join(names)
    rest = f"等{len(names)}个单位" if len(names) > NAMED_MOST else ""
    in_short = "、".join(names[:NAMED_MOST]) + rest
    until = f"于{due_on:%Y-%m-%d}前办理" if due_on else "办理"
    trail.record(
        "instruction.write",
        instruction,
        by=by,
        at=at,
        sentence=f"{instruction}，请{words}{until}：{instruction.text}",
        after={"due_on": due_on, "agencies": words, "text": instruction.text},
    )
    sentence = f"{by}对{measure}作出批示，请{in_short}{until}：{instruction.text}"
    asked = _answering(instruction, at)
    _tell(instruction, asked, sentence, by=by, at=at, is_news=False)
    _tell(instruction, _commission(at) & ~asked, sentence, by=by, at=at)
    return instruction


@transaction.atomic
def reply_to_instruction(
    instruction: Instruction, *, agency: Agency, by: User, text: str, at: datetime
) -> InstructionReply:
    """Answer for an addressed agency; notify the author and the commission.

    Raises PermissionDenied for people of other agencies, DomainError if it has ended,
    ValidationError if the text is empty or was sent already.
    """
    if not by.acts_for(agency.pk):
        raise PermissionDenied
    instruction = _locked(instruction, at)
    addressee = instruction.addressees.filter(agency=agency).first()
    if addressee is None:
        raise PermissionDenied
    demand_step("reply", instruction.state)
    reply = InstructionReply(addressee=addressee, text=text.strip(), by=by, at=at)
    reply.save_checked()
    trail.record(
        "instruction.reply",
        instruction,
        by=by,
        at=at,
        sentence=f"{addressee}回复{instruction}：{reply.text}",
        after={"reply": reply.pk, "text": reply.text},
    )
    settle_asked(
        MeasureMessage.INSTRUCTION,
        url=_page_of(instruction),
        at=at,
        to=User.objects.holding_in(agency.pk, *ANSWERING, on=localdate(at)),
    )
    settle_reminders(instruction, at=at)
    sentence = f"{addressee}已回复{instruction}：{reply.text}"
    people = Q(pk=instruction.by_id) | _commission(at)
    _tell(instruction, people, sentence, by=by, at=at)
    return reply


@transaction.atomic
def close_instruction(
    instruction: Instruction, *, by: User, words: str, at: datetime
) -> Instruction:
    """Close an instruction as a leader; notify the agencies and the author.

    Raises PermissionDenied unless `by` is a leader, DomainError if it has ended, ValidationError
    if an agency has not answered and `words` is empty.
    """
    by.demand(Perm.INSTRUCT)
    instruction = _locked(instruction, at)
    demand_step("close", instruction.state)
    if lacks_words(instruction.state, words):
        raise ValidationError({"closing_words": "还有单位没有回复，请写明办结意见。"})
    instruction.closed_by, instruction.closed_at = by, at
    instruction.closing_words = words.strip()
    instruction.save_checked(update_fields=["closed_by", "closed_at", "closing_words"])
    said = f"：{instruction.closing_words}" if instruction.closing_words else ""
    trail.record(
        "instruction.close",
        instruction,
        by=by,
        at=at,
        sentence=f"办结{instruction}{said or '。'}",
        after={"closed_at": at, "closing_words": instruction.closing_words},
    )
    settle_asked(MeasureMessage.INSTRUCTION, url=_page_of(instruction), at=at)
    settle_reminders(instruction, at=at)
    people = _answering(instruction, at) | Q(pk=instruction.by_id)
    _tell(instruction, people, f"{instruction}已办结{said or '。'}", by=by, at=at)
    return instruction


@transaction.atomic
def withdraw_instruction(instruction: Instruction, *, by: User, at: datetime) -> Instruction:
    """Withdraw an instruction as its author, while nobody has answered; notify the agencies.

    Raises PermissionDenied for others, DomainError if it was answered or has ended.
    """
    instruction = _locked(instruction, at)
    if instruction.by_id != by.pk or not by.can(Perm.INSTRUCT):
        raise PermissionDenied
    replies = InstructionReply.objects.filter(addressee__instruction=instruction)
    if instruction.is_open and replies.exists():
        raise DomainError("这一批示已有单位回复，不能再撤回，请改为办结。")
    demand_step("withdraw", instruction.state)
    instruction.withdrawn_at = at
    instruction.save(update_fields=["withdrawn_at"])
    trail.record(
        "instruction.withdraw",
        instruction,
        by=by,
        at=at,
        sentence=f"撤回{instruction}。",
        after={"withdrawn_at": at},
    )
    settle_asked(MeasureMessage.INSTRUCTION, url=_page_of(instruction), at=at, is_void=True)
    settle_reminders(instruction, at=at)
    people = _answering(instruction, at) | _commission(at)
    _tell(instruction, people, f"{by}撤回了对{instruction.measure}的批示。", by=by, at=at)
    return instruction


def unreached(instruction: Instruction, *, on: date) -> list[str]:
    """Return the agencies in which nobody could be notified, for lack of an account."""
    posts = Membership.objects.current(on=on).filter(role__in=ANSWERING, user__is_active=True)
    found = instruction.addressees.exclude(agency__in=posts.values("agency"))
    return list(found.values_list("agency_name", flat=True))


def _existing(agencies: Iterable[Agency], *, on: date) -> list[Agency]:
    """Return the agencies with today's names. Raises ValidationError for none or an ended one."""
    wanted = {agency.pk for agency in agencies}
    if not wanted:
        raise ValidationError({"agencies": NOBODY})
    found = list(Agency.objects.filter(pk__in=wanted).existing(on=on).named(on=on))
    if len(found) < len(wanted):
        raise ValidationError({"agencies": "所选单位中有的已经撤销，请重新选择。"})
    return found


def _locked(instruction: Instruction, at: datetime) -> Instruction:
    # Its state depends on the answers, so answering and closing wait for each other here.
    rows = Instruction.objects.with_state(on=localdate(at)).select_related("measure", "by")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=instruction.pk)


def _name(agency: Agency) -> str:
    return str(agency.name_then or agency.short_name)


def _answering(instruction: Instruction, at: datetime) -> Q:
    ids = list(instruction.addressees.values_list("agency", flat=True))
    people = User.objects.holding_in_any(ids, *ANSWERING, on=localdate(at))
    return Q(pk__in=people.values("pk"))


def _commission(at: datetime) -> Q:
    people = User.objects.holding(Role.COORDINATOR, Role.CHIEF, on=localdate(at))
    return Q(pk__in=people.values("pk"))


def _tell(
    instruction: Instruction,
    people: Q,
    sentence: str,
    *,
    by: User,
    at: datetime,
    is_news: bool = True,
) -> None:
    """Send one message to each person except `by`."""
    tell(
        User.objects.active().filter(people).exclude(pk=by.pk),
        kind=MeasureMessage.INSTRUCTION,
        sentence=sentence,
        url=_page_of(instruction),
        at=at,
        is_news=is_news,
    )


def _page_of(instruction: Instruction) -> str:
    return reverse("measures:instruction", args=[instruction.pk])
