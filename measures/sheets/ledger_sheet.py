"""The rows of 工作台账: one per measure, with all its data and four columns to fill in."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.utils.timezone import localdate, localtime

from lib.chinese import listed, long_date, with_long_days
from measures.choices import SETTABLE_STAGES, ResponsibilityRole, Stage
from measures.lights.current import verdicts_for
from measures.models import Filing, Measure, Note, Period, StatusUpdate
from measures.models.public_status import public_status_of
from measures.rules.facts import Verdict
from measures.sheets.columns import SheetRow
from measures.sheets.printed_ledger import (
    AgencyWords,
    MeasureWords,
    agency_words,
    filing_words,
    light_words,
    nature_words,
    stage_words,
    trouble_words,
)

CELL_MOST = 32_000  # Excel allows 32,767 characters
CUT = "……（以下从略，全文见平台）"
NO_AGENCIES = "责任单位待核对"


def status_rows(period: Period, *, on: date) -> list[SheetRow]:
    """Return a row for each measure of the period's notice; six queries for any number."""
    measures = list(
        Measure.objects.filter(notice=period.notice_id)
        .select_related("section", "notice")
        .with_responsibilities(on=on)
    )
    lights, said = verdicts_for(measures, on=on), _newest_words(period)
    filings: defaultdict[int, list[Filing]] = defaultdict(list)
    rows = Filing.objects.filter(period=period).select_related("accepted_note")
    for filing in rows.order_by("agency__order"):
        filing.period = period  # known, so it need not be fetched
        filings[filing.measure_id].append(filing)
    return [
        _row(measure, lights[measure.pk], said.get(measure.pk), filings[measure.pk], on=on)
        for measure in measures
    ]


def _newest_words(period: Period) -> dict[int, StatusUpdate]:
    newest = (
        StatusUpdate.objects.filter(measure__notice=period.notice_id)
        .order_by("measure_id", "-at", "-pk")
        .distinct("measure_id")
        .select_related("by")
    )
    return {update.measure_id: update for update in newest}


def _row(
    measure: Measure,
    verdict: Verdict,
    newest: StatusUpdate | None,
    filings: list[Filing],
    *,
    on: date,
) -> SheetRow:
    saved_at = f"{localtime(newest.at):%Y-%m-%d %H:%M}" if newest else ""
    lead = measure.lead
    others = [d for d in measure.duties if d.role != ResponsibilityRole.LEAD]
    is_settable = measure.stage in SETTABLE_STAGES
    owed = [filing for filing in filings if filing.is_owed]
    filed = f"{sum(filing.is_in for filing in owed)}/{len(owed)}" if owed else ""
    return SheetRow(
        pk=measure.pk,
        stamp=str(newest.pk if newest else 0),
        name=str(measure),
        told=(
            measure.mark,
            measure.section.title,
            measure.shown_title,
            measure.get_nature_display(),
            f"{measure.due_on:%Y-%m-%d}" if measure.due_on else "长期",
            str(lead.agency) if lead else NO_AGENCIES,
            listed(agency_words(str(duty.agency), duty.role) for duty in others),
            verdict.light.label,
            verdict.sentence,
            f"{verdict.since:%Y-%m-%d}" if verdict.since else "",
            "、".join((*verdict.agencies, *verdict.others)),
            newest.reason if newest else "",
            f"{newest.by.name}，{saved_at}" if newest else "",
            filed,
            _together(filings, lambda note: note.progress),
            _together(filings, lambda note: note.problems),
            _together(filings, lambda note: note.help_needed),
            _together(filings, lambda note: note.next_steps),
        ),
        values={
            "stage": measure.stage if is_settable else measure.stage_words,
            "percent": measure.percent,
            "reason": "",
            "back_reason": "",
        },
        is_dated=measure.is_dated,
        shut=_shut(measure),
        saved_by=newest.by.name if newest else "",
        saved_at=saved_at,
        filed=filed,
        basis=tuple(filing.agency_name for filing in filings if filing.accepted_note_id),
        source=measure,
        printed=_printed(measure, verdict, filings, on=on),
    )


def _shut(measure: Measure) -> str:
    """Return why its status cannot be updated; empty if it can."""
    if measure.completed_on or measure.stage == Stage.ENDED:
        word = "已办结" if measure.completed_on else "已终止"
        return f"{measure}{word}，不能再更新进度，请恢复原样。"
    return ""


def _printed(
    measure: Measure, verdict: Verdict, filings: Iterable[Filing], *, on: date
) -> MeasureWords:
    return MeasureWords(
        mark=measure.mark,
        title=measure.shown_title,
        nature=nature_words(
            measure.get_nature_display(), long_date(measure.due_on) if measure.due_on else ""
        ),
        stage=stage_words(measure.stage_words, measure.percent),
        light=light_words(
            verdict.light,
            verdict.light.label,
            with_long_days(verdict.sentence),
            since=long_date(verdict.since) if verdict.since else "",
            waits_for=listed((*verdict.agencies, *verdict.others)),
        ),
        agencies=_printed_agencies(measure, filings, on=on) or [AgencyWords(NO_AGENCIES)],
    )


def _printed_agencies(
    measure: Measure, filings: Iterable[Filing], *, on: date
) -> list[AgencyWords]:
    """Return responsible agencies in the notice's order, then former ones that have filed."""
    by_agency = {filing.agency_id: filing for filing in filings}
    found = [
        _filed(filing, on=on)
        if (filing := by_agency.pop(duty.agency_id, None))
        else AgencyWords(agency_words(str(duty.agency), duty.role))
        for duty in measure.duties
    ]
    return found + [_filed(filing, on=on) for filing in by_agency.values()]


def _filed(filing: Filing, *, on: date) -> AgencyWords:
    note, first = filing.accepted_note, filing.first_submitted_at
    status = public_status_of(filing, is_over=filing.period.is_closed, on=on)
    return AgencyWords(
        agency=agency_words(filing.agency_name, filing.role),
        filing=filing_words(
            status.label,
            "迟报" if filing.is_filed_late else "按时",
            long_date(localdate(first)) if first and filing.is_in else "",
        ),
        progress=note.progress if note else "",
        trouble=trouble_words(note.problems, note.help_needed) if note else "",
        next_steps=note.next_steps if note else "",
    )


def _together(filings: Iterable[Filing], part: Callable[[Note], str]) -> str:
    """Return one part of the agencies' accepted notes, with a paragraph for each agency."""
    said = [(filing.agency_name, part(f)) for filing in filings if (f := filing.accepted_note)]
    words = "\n".join(f"{name}：{text}" for name, text in said if text.strip())
    return words if len(words) <= CELL_MOST else words[: CELL_MOST - len(CUT)] + CUT
