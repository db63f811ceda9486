"""The folded parts of a measure's page: a line for each; its content is loaded when opened.

A fold's content is a separate page (measures/<pk>/<name>/), which htmx inserts into the fold.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import Http404
from django.utils.timezone import localdate

from agencies.models import Event
from agencies.permissions import Perm
from lib.arrays import from_array
from measures.access import Reader, is_own, reads_unaccepted, reads_whole
from measures.choices import ChangeKind, CoordinationState, FilingState, ResponsibilityRole, Stage
from measures.coordination.page import rows_of
from measures.lights.history import overrides_of
from measures.measure_page.filings import MeasureFilingRow
from measures.measure_page.rows import MeasureRows
from measures.measure_page.timeline import strip_of
from measures.models import CoordinationItem, Evidence, Filing, Gap, Measure, Responsibility
from measures.models.coordination import BriefItem
from measures.notice_changes.original import original_of, with_revised
from measures.related.page import links_of
from measures.rules.coordination import WITH_HOLDER
from measures.status.history import history_of

TRAIL_MOST = 30
INSIDE = {"filing.send_back", "filing.withdraw"}  # only the agency itself sees these
Context = dict[str, Any]


class Fold(NamedTuple):
    """The line of a fold; `name` is its anchor, part of its URL and of its template's name."""

    name: str
    title: str
    number: int = 0  # of its rows; 0 is not shown
    gist: str = ""  # its content in a few words
    when: str = ""  # the text at the right


class TrailLine(NamedTuple):
    at: datetime
    actor_name: str
    sentence: str


class AcceptedWords(NamedTuple):
    filing: Filing
    is_whole: bool
    files: list[Evidence]


def folds_of(rows: MeasureRows) -> list[Fold]:
    """Return the lines of the folds that the reader may open, in order."""
    lines = (line(rows) for line, _ in FOLDS.values())
    return [fold for fold in lines if fold is not None]


def fold_of(name: str, rows: MeasureRows) -> Fold:
    """Return one fold's line. Raises Http404 if the reader has no such fold."""
    line, _ = FOLDS.get(name, (_none, _nothing))
    fold = line(rows)
    if fold is None:
        raise Http404
    return fold


def content_of(fold: Fold, rows: MeasureRows) -> Context:
    """Return the variables of the fold's template, besides the measure."""
    _, content = FOLDS[fold.name]
    return content(rows)


def _status_line(rows: MeasureRows) -> Fold:
    updates, measure = rows.asked["status"], rows.measure
    closed = [one for one in rows.asked["closing"] if one.took_effect]
    days = [localdate(one.decided_at) for one in (*updates[:1], *closed)]
    percent = "" if measure.percent is None else f" {measure.percent}%"
    gist = f"{measure.stage_words}{percent}" if days else ""
    when = f"{max(days)}" if days else ""
    return Fold("status", "进度变化", len(updates) + len(closed), gist, when)


def _status(rows: MeasureRows) -> Context:
    return {"history": history_of(rows.measure, rows.requests_told().closings, on=rows.on)}


def _terms_line(rows: MeasureRows) -> Fold | None:
    measure, requests = rows.measure, rows.requests
    counts = (
        ("时限申请", len(requests.dates)),
        (f"{requests.word}申请", len(requests.closings)),
    )
    told = [f"{word}{count}项" for word, count in counts if count]
    if measure.due_on or measure.completed_on or rows.milestones:
        told.insert(0, "时限与节点一览")
    if not told:
        return None
    newest = f"{localdate(requests.dates[0].asked_at)}" if requests.dates else ""
    return Fold("terms", "时限与办结", len(requests.dates), "，".join(told), newest)


def _terms(rows: MeasureRows) -> Context:
    requests = rows.requests_told()
    strip = strip_of(rows.measure, rows.milestones, requests.dates, on=rows.on)
    return {"requests": requests, "strip": strip}


def _milestones_line(rows: MeasureRows) -> Fold:
    """Count its milestones: 逾期1个，未到期2个，已完成3个; with the day of the first not done."""
    found = rows.milestones
    overdue = sum(one.is_overdue(on=rows.on) for one in found)
    done = sum(one.is_done for one in found)
    ahead = len(found) - overdue - done
    counts = (("逾期", overdue), ("未到期", ahead), ("已完成", done))
    gist = "，".join(f"{word}{count}个" for word, count in counts if count) or "没有设定节点"
    day = next((f"{one.due_on}" for one in found if not one.is_done), "")
    return Fold("milestones", "节点", len(found), gist, day)


def _milestones(rows: MeasureRows) -> Context:
    return {
        "milestones": [(one, one.is_overdue(on=rows.on)) for one in rows.milestones],
        "may_decide": rows.reader.can(Perm.DECIDE),
    }


def _indicators_line(rows: MeasureRows) -> Fold | None:
    return None if rows.readings else Fold("indicators", "指标", gist="没有设立指标")


def _instructions_line(rows: MeasureRows) -> Fold | None:
    found = rows.instructions
    if not found and not rows.reader.can(Perm.INSTRUCT):
        return None
    newest = (found[0].text, str(found[0].state.label)) if found else ()
    return Fold("instructions", "批示", len(found), *newest)


def _instructions(rows: MeasureRows) -> Context:
    return {"instructions": rows.instructions, "may_instruct": rows.reader.can(Perm.INSTRUCT)}


def _coordination_line(rows: MeasureRows) -> Fold | None:
    """Return how many are open, and the oldest of them with who must answer."""
    found = rows.coordination
    if not found and not _may_raise(rows):
        return None
    open_ones = [one for one in found if one.is_open]
    oldest = next(iter(open_ones), None)
    gist = f"请{oldest.holder}办：{oldest.words}" if oldest else "没有未办结的"
    when = _asked_until(oldest) if oldest else ""
    return Fold("coordination", "需协调事项", len(open_ones), gist, when)


def _asked_until(item: BriefItem) -> str:
    """Return the day by which it must be answered; an answered one waits for the asker."""
    return (
        f"请{item.due_on}前答复"
        if item.state in WITH_HOLDER
        else str(CoordinationState(item.state).label)
    )


def _coordination(rows: MeasureRows) -> Context:
    items = CoordinationItem.objects.visible_to(rows.reader).filter(measure=rows.measure)
    items = items.select_related("holder_leader").with_wait()
    return {"items": rows_of(items, on=rows.on), "may_raise": _may_raise(rows)}


def _may_raise(rows: MeasureRows) -> bool:
    """Return whether the reader acts for one of its agencies, or for the commission."""
    if rows.measure.stage == Stage.DONE:
        return False
    is_party = any(duty.agency_id in rows.seen.agency_ids for duty in rows.measure.duties)
    return is_party or rows.reader.can(Perm.READ_UNACCEPTED)


def _override_line(rows: MeasureRows) -> Fold | None:
    found = rows.asked["override"]
    may_ask = rows.reader.can(Perm.UPDATE_STATUS) and rows.measure.stage != Stage.DONE
    if not found and not may_ask:
        return None
    gist = "按规则评定，没有人工认定"
    if found:
        until = rows.measure.light_until
        gist = f"人工认定至{until}" if until else "申请和决定"
    when = f"{localdate(found[0].asked_at)}" if found else ""
    return Fold("override", "人工认定", len(found), gist, when)


def _override(rows: MeasureRows) -> Context:
    return {"overrides": overrides_of(rows.measure, rows.reader, on=rows.on)}


def _words_line(rows: MeasureRows) -> Fold:
    told = len({one.agency_id for one in rows.main_filings if one.note})
    return Fold("words", "通过的进展", told, "全文、数据、自评和佐证材料")


def _words(rows: MeasureRows) -> Context:
    """Return the newest accepted text of each agency, the lead first."""
    newest: dict[int, Filing] = {}
    for filing in rows.accepted_filings():
        newest.setdefault(filing.agency_id, filing)
    ordered = sorted(
        newest.values(), key=lambda f: (f.role != ResponsibilityRole.LEAD, f.agency.order)
    )
    words = [
        AcceptedWords(
            filing, reads_whole(rows.seen, filing), files=from_array(Evidence, filing.files_found)
        )
        for filing in ordered
    ]
    return {"words": words}


def _trail_line(rows: MeasureRows) -> Fold | None:
    is_party = any(duty.agency_id in rows.seen.agency_ids for duty in rows.measure.duties)
    if not is_party and not rows.reader.can(Perm.READ_UNACCEPTED):
        return None
    return Fold("trail", "办理记录", gist="报送、审核和其他办理，新的在前")


def _trail(rows: MeasureRows) -> Context:
    """Return the newest events that the reader may see."""
    known = {filing.pk: filing for filing in rows.filings}
    told = (_told(event, known, rows.seen) for event in rows.events())
    return {"trail": [step for step in told if step is not None][:TRAIL_MOST]}


def _told(event: Event, known: dict[int, MeasureFilingRow], seen: Reader) -> TrailLine | None:
    """Return one event as the reader may see it; None if it is internal to another agency."""
    filing = known.get(event.target_id or 0) if event.target_type == "measures.filing" else None
    if filing is None or is_own(seen, filing):
        return TrailLine(event.at, event.actor_name, event.sentence)
    handed_in = event.after.get("state") == FilingState.IN_AGENCY
    if handed_in or event.action in INSIDE:
        return None
    if reads_unaccepted(seen, filing):
        return TrailLine(event.at, event.actor_name, event.sentence)
    # After the colon is what a reviewer wrote about a note that is not accepted.
    return TrailLine(event.at, event.actor_name, event.sentence.partition("：")[0])


def _official_line(rows: MeasureRows) -> Fold:
    measure = rows.measure
    added = next((one for one in rows.revisions if one.kind == ChangeKind.ADD), None)
    document = added.source_document if added else measure.notice.number
    return Fold("official", "通知原文", gist=str(measure.section), when=document)


def _official(rows: MeasureRows) -> Context:
    issued_on = rows.measure.notice.issued_on
    gaps = Gap.objects.unconfirmed().filter(measure=rows.measure)
    rows.measure.open_gaps = list(gaps.values_list("kind", flat=True))
    named = named_in_text(rows.measure, issued_on=issued_on)
    known = {"filled_gaps": rows.filled_gaps, "revisions": rows.revisions}
    original = original_of(with_revised(Measure.objects.filter(pk=rows.measure.pk)).get())
    is_revised = any(one.kind != ChangeKind.ADD for one in rows.revisions)
    return {"named_in_text": named, "original": original, "is_revised": is_revised, **known}


def named_in_text(measure: Measure, *, issued_on: date) -> list[str]:
    """Return the agencies by the notice's names, in its order.

    Names and responsibilities that changed later are not the notice's own text.
    """
    own = Responsibility.objects.filter(measure=measure, valid_from=None)
    return [one.name_then for one in own.named(on=issued_on)]


def _related_line(rows: MeasureRows) -> Fold | None:
    if not rows.measure.has_related:
        return None
    return Fold("related", "上下位文件", gist="承接、细化或新增了哪些条款")


def _related(rows: MeasureRows) -> Context:
    return {"related": links_of(rows.measure)}


def _none(rows: MeasureRows) -> None:
    return None


def _nothing(rows: MeasureRows) -> Context:
    return {}


Line = Callable[[MeasureRows], Fold | None]
FOLDS: dict[str, tuple[Line, Callable[[MeasureRows], Context]]] = {
    "status": (_status_line, _status),
    "terms": (_terms_line, _terms),
    "milestones": (_milestones_line, _milestones),
    "indicators": (_indicators_line, _nothing),
    "instructions": (_instructions_line, _instructions),
    "coordination": (_coordination_line, _coordination),
    "override": (_override_line, _override),
    "words": (_words_line, _words),
    "trail": (_trail_line, _trail),
    "official": (_official_line, _official),
    "related": (_related_line, _related),
}
