"""A gap's page: the text around it and its change's state; what a person may do with a change."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef

from agencies.models import Agency, User
from agencies.permissions import Perm
from lib.arrays import array_of, from_array
from measures.bars import CONFIRMATION
from measures.choices import ChangeState, GapKind
from measures.fields import ReasonForm
from measures.models import Gap, Measure, NoticeChange, NoticeChangeFile, Responsibility
from measures.notice_changes.filling_gaps import why_kept
from measures.notice_changes.forms import DecideForm
from measures.notice_changes.original import OriginalWords, original_of, with_revised
from measures.rules.notice_changes import OPEN_STATES

AROUND = 90  # characters shown of a neighbour's text
MEANWHILE: dict[GapKind, tuple[tuple[str, str], ...]] = {
    GapKind.TITLE: (
        ("标题", "标明缺失；有暂拟标题的，标明“暂拟”"),
        ("报告", "以序号或所含内容代称，并提示编辑核对；台账标明“标题待核对”"),
    ),
    GapKind.TEXT: (
        ("通知原文", "只列现存的文字，标明“正文有缺 · 待核对”"),
        ("填报", "照常布置"),
    ),
    GapKind.OTHERS: (
        ("预警灯", "按已列明的单位评定"),
        ("填报", "已列明的单位照常填报，其余的不布置，不计入应报"),
        ("各页和报告", "列出已列明的单位，标明“其余责任单位待核对”"),
    ),
    GapKind.AGENCIES: (
        ("预警灯", "○未评定，原因写“责任单位待核对”"),
        ("责任矩阵", "整行标明待核对，不列任何单位"),
        ("填报", "不布置，不计入应报"),
        ("报告", "写明“责任单位尚待明确”"),
    ),
}


class GapPassage(NamedTuple):
    """A measure next to the gap, or the one with the gap itself."""

    measure: Measure
    is_own: bool
    agencies: str  # by the names of that time, not the notice's wording; empty if missing
    original: OriginalWords  # without changes by later documents

    @property
    def text(self) -> str:
        return "".join(self.original.text)

    @property
    def end(self) -> str:
        """The end of the text before the gap."""
        return self.text if len(self.text) <= AROUND else f"……{self.text[-AROUND:]}"

    @property
    def start(self) -> str:
        """The beginning of the text after the gap."""
        return self.text if len(self.text) <= AROUND else f"{self.text[:AROUND]}……"


class GapStep(NamedTuple):
    at: datetime
    words: str
    note: str = ""


class GapPage(NamedTuple):
    gap: Gap
    number: int  # its number among the open ones; 0 if it is filled
    total: int
    following: Gap | None
    passages: list[GapPassage]
    meanwhile: tuple[tuple[str, str], ...]
    change: NoticeChange | None  # the open one, or else the one in force
    entered: NoticeChange | None  # the change with the content: for an undoing, the one it undoes
    files: list[NoticeChangeFile]
    agencies: list[Agency]  # the entered ones, in order, with the names of the page's day
    steps: list[GapStep]

    @property
    def is_filled(self) -> bool:
        return self.gap.confirmed_at is not None

    @property
    def at_first(self) -> str:
        """The captured text at first, which may never have named other agencies."""
        if self.gap.kind != GapKind.OTHERS:
            return "采集的文本此处缺失"
        classes = self.gap.shown_meanwhile.partition("：")[2]
        return f"原文只写明{f'“{classes}”' if classes else '“等”'}，没有列出各单位"


def gap_page_of(gap: Gap, *, reader: User, on: date) -> GapPage:
    """Return the page's content besides its forms; the gap has measure, section and notice."""
    opened = list(Gap.objects.visible_to(reader).unconfirmed().filter(notice=gap.notice_id))
    places = [one.pk for one in opened]
    number = places.index(gap.pk) + 1 if gap.pk in places else 0
    later = [one for one in (*opened[number:], *opened[:number]) if one.pk != gap.pk]
    changes = _changes(gap, reader)
    in_hand = [one for one in changes if one.state in OPEN_STATES]
    change = next(iter(in_hand or [one for one in changes if one.is_confirmed]), None)
    entered = change.takes_back if change is not None and change.takes_back else change
    by_pk = {one.pk: one for one in changes}
    files = by_pk[entered.pk].files_found if entered and entered.pk in by_pk else []
    return GapPage(
        gap=gap,
        number=number,
        total=len(opened),
        following=later[0] if later else None,
        passages=_passages(gap),
        meanwhile=MEANWHILE[GapKind(gap.kind)],
        change=change,
        entered=entered,
        files=from_array(NoticeChangeFile, files),
        agencies=_agencies(entered.agency_ids if entered else (), on=on),
        steps=_steps(changes),
    )


def _changes(gap: Gap, reader: User) -> list[NoticeChange]:
    """Return the gap's changes that the reader may see, newest first, with their files."""
    files = NoticeChangeFile.objects.filter(change=OuterRef("pk"))
    lists = {"files_found": array_of(files, "id", "name", "kind", "size", "sha256")}
    found = NoticeChange.objects.visible_to(reader).filter(gap=gap)
    found = found.select_related("entered_by", "decided_by", "takes_back")
    rows = list(found.annotate(**lists))
    for row in rows:
        row.gap, row.measure, row.notice = gap, gap.measure, gap.notice
    return rows


def _agencies(ids: Sequence[int], *, on: date) -> list[Agency]:
    found = Agency.objects.named(on=on).in_bulk(ids) if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _passages(gap: Gap) -> list[GapPassage]:
    """Return the measure with its neighbours; for a section, all of its measures."""
    rows = with_revised(Measure.objects.filter(notice=gap.notice_id).with_gaps())
    if gap.measure is not None:
        place = gap.measure.ordinal
        rows = rows.filter(ordinal__range=(place - 1, place + 1))
    else:
        rows = rows.filter(section=gap.section)
    measures = list(rows.order_by("ordinal"))
    issued_on = gap.notice.issued_on
    duties = Responsibility.objects.filter(measure__in=measures, valid_from=None)
    named: dict[int, list[str]] = {}
    for duty in duties.named(on=issued_on):
        named.setdefault(duty.measure_id, []).append(duty.name_then)
    return [
        GapPassage(
            one, one.pk == gap.measure_id, "、".join(named.get(one.pk, ())), original_of(one)
        )
        for one in measures
    ]


def _steps(changes: Iterable[NoticeChange]) -> list[GapStep]:
    """Return the gap's history, oldest first."""
    found = []
    for one in changes:
        what = "撤销" if one.is_taking_back else "补录"
        word = "存为草稿" if one.state == ChangeState.DRAFT else "提交"
        by = f"{one.entered_by.name}{word}{what}"
        found.append(GapStep(one.entered_at, by, one.reason or one.source))
        if one.decided_at is not None and one.decided_by is not None:
            answer = "退回" if one.is_returned else "确认"
            words = f"{one.decided_by.name}{answer}{what}"
            found.append(GapStep(one.decided_at, words, one.decision_note))
    return sorted(found, key=lambda step: step.at)


def acts_for(
    user: User,
    change: NoticeChange | None,
    decide_form: DecideForm | None = None,
    take_back_form: ReasonForm | None = None,
) -> dict[str, Any]:
    """Return the forms for the person, and why others are not offered."""
    may_keep = user.can(Perm.KEEP_NOTICE)
    context: dict[str, Any] = {"change": change, "may_keep": may_keep}
    if change is not None and change.is_waiting and (may_keep or user.can(Perm.DECIDE)):
        if CONFIRMATION.allows(change, user):
            context["decide_form"] = decide_form or DecideForm(change=change)
        else:
            context["refusal"] = CONFIRMATION.refusal(change, user)
    if change is not None and change.is_confirmed and not change.is_taking_back and may_keep:
        context["why_kept"] = why_kept(change)
        if not context["why_kept"] or take_back_form:
            context["take_back_form"] = take_back_form or ReasonForm(name="take_back")
    return context
