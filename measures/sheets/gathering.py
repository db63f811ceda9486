"""Reads the rows that a sheet is made from and compared with; only this module queries."""

from datetime import date, datetime

from django.utils.timezone import localdate, localtime

from agencies.models import Agency
from lib import chinese
from measures.choices import CLAIMABLE_STAGES, SheetKind, Stage, UnchangedReason
from measures.filings.card import Card
from measures.filings.content import NOTE_FIELDS
from measures.filings.page import owed_filings
from measures.models import Note, Notice, Period
from measures.rules.figure_lines import lines_of
from measures.rules.figures import Said
from measures.rules.notes import CLAIMS, claims_at_start
from measures.sheets.columns import LAYOUTS, SheetHead, SheetRow
from measures.sheets.ledger_sheet import status_rows
from measures.sheets.printed_ledger import PRINTED_SHEET
from measures.sheets.reading import mark_of

SECRECY = "非涉密。严禁填写国家秘密和工作秘密。"
UNCHANGED = "没有新进展的，在“进展情况”填“本期无新进展：原因”"
UNCHANGED_MORE = (
    f"{UNCHANGED}；不写原因的，按“{UnchangedReason.ON_PLAN.label}”。指标数据可以留空；"
    "存在问题、下一步打算以本行所填为准，不沿用上期。留空的行不算已报。"
)
TAKEN = "上传后先核对、再写入；有错时一项也不写入，并给出标出错处的工作簿；没有改动的行不受影响。"


def rows_for(kind: str, period: Period, agency: Agency | None, *, on: date) -> list[SheetRow]:
    """Return the current rows of a sheet; a few queries for any number."""
    if kind == SheetKind.STATUSES:
        return status_rows(period, on=on)
    assert agency is not None  # a constraint: sheets of filings have one
    return [_filing_row(card) for card in owed_filings([agency], period, on=on).cards]


def head_for(kind: str, period: Period, agency: Agency | None, *, at: datetime) -> SheetHead:
    made = f"{localtime(at):%Y-%m-%d %H:%M}"
    hints, more = ["只填写白色单元格，灰色单元格已锁定"], []
    demo = "　演示数据" if period.notice.demonstrated_at else ""
    if kind == SheetKind.STATUSES:
        title, whose = f"{period}工作台账", "市商务委"
        todo = (
            f"“{PRINTED_SHEET}”供阅读和打印（A3横向）；在“{LAYOUTS[kind].name}”中填写“进度”"
            "“完成比例”“变化与依据”“回退原因”四列，其余各列只供查阅；有改动的行须写明变化与依据，"
            "进度或完成比例比现状低的还须写明回退原因。"
            f"上传后只读取“{LAYOUTS[kind].name}”。"
        )
    else:
        title, whose = f"{period}填报表", str(agency)
        todo = (
            "填写“进展情况”至“指标数据”各列；指标数据每行一个指标，保留名称和冒号，在冒号后填数字，"
            "没有的填“暂无数据：原因”；写入后存为草稿，仍须在本期应报提交。"
        )
        hints.append(UNCHANGED)
        more.append(("本期无新进展", UNCHANGED_MORE))
    number = [period.notice.number] if Notice.objects.are_several() else []
    return SheetHead(
        kind=kind,
        mark=mark_of(kind, period.pk, agency.pk if agency else None),
        title=title,
        sub=" · ".join((*number, whose, f"{made}下载", *hints, SECRECY)),
        notes=(
            *(("文件", one) for one in number),
            ("填报期", f"{period}（{chinese.long_date(period.due_on)}截止）"),
            ("单位", whose),
            ("下载时间", made),
            ("填写", todo),
            *more,
            ("请勿", "请勿增删列、改动表头或行标识；可以删去不需要填写的行。"),
            ("公式", "请填文字或数字，不要填公式。"),
            ("上传", TAKEN),
            ("密级提示", SECRECY),
        ),
        printed_sub=f"填报单位：{whose}　截至：{chinese.long_date(localdate(at))}　{SECRECY}{demo}",
    )


def _filing_row(card: Card) -> SheetRow:
    filing, note = card.filing, card.note
    measure = filing.measure
    previous = card.previous.accepted_note if card.previous else None
    shown = note.shown_figures if note else []
    figures = {one.indicator_id: Said(one.value, one.absence) for one in shown}
    return SheetRow(
        pk=filing.pk,
        stamp=filing_stamp(note),
        name=str(measure),
        told=(
            measure.mark,
            measure.shown_title,
            filing.get_role_display(),
            filing.state_choice.label,
            previous.progress if previous else "",
        ),
        values=_claims(card, previous) | {"figures": lines_of(filing.asked, figures)},
        is_dated=measure.is_dated,
        asked=tuple(filing.asked),
        shut=_why_shut(card),
        saved_by=note.author.name if note else "",
        saved_at=f"{localtime(note.saved_at):%Y-%m-%d %H:%M}" if note else "",
        source=filing,
    )


def filing_stamp(note: Note | None) -> str:
    """Return version and number of saves of the current draft; a submitted version has none."""
    if note is None:
        return "0-0"
    return f"{note.version}-{0 if note.submitted_at else note.revision}"


def _claims(card: Card, previous: Note | None) -> dict[str, object]:
    """Return what the page's form would show: the current version, or the start of a new one."""
    if card.note is not None:
        return {field: getattr(card.note, field) for field in NOTE_FIELDS}
    said = {name: getattr(previous, name) for name in CLAIMS} if previous else None
    stage = card.filing.measure.stage
    usual = stage if stage in CLAIMABLE_STAGES else Stage.UNDER_WAY
    return dict.fromkeys(NOTE_FIELDS, "") | claims_at_start(said, stage=usual)


def _why_shut(card: Card) -> str:
    filing = card.filing
    if "save" not in card.steps:
        return f"“{filing.state_choice.label}”的填报不能填写，请恢复原样。"
    return ""
