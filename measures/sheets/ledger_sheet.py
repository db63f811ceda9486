"""The rows of 工作台账: one a measure, all that is known of it, and three columns to fill in."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from django.utils.timezone import localtime

from measures.choices import ResponsibilityRole
from measures.lights.current import verdicts_for
from measures.models import Filing, Measure, Note, Period, StatusUpdate
from measures.rules.facts import Verdict
from measures.sheets.columns import SheetRow

CELL_MOST = 32_000  # Excel takes 32,767 characters
CUT = "……（以下从略，全文见平台）"


def status_rows(period: Period, *, on: date) -> list[SheetRow]:
    """One row for each measure of the period's notice; six queries for any number."""
    measures = list(
        Measure.objects.filter(notice=period.notice_id)
        .select_related("section", "notice")
        .with_responsibilities(on=on)
    )
    lights, said = verdicts_for(measures, on=on), _newest_words(period)
    filings: defaultdict[int, list[Filing]] = defaultdict(list)
    rows = Filing.objects.filter(period=period).select_related("accepted_note")
    for filing in rows.order_by("agency__order"):
        filings[filing.measure_id].append(filing)
    return [
        _row(measure, lights[measure.pk], said.get(measure.pk), filings[measure.pk])
        for measure in measures
    ]


def status_stamp(newest: StatusUpdate | None) -> str:
    return str(newest.pk if newest else 0)


def _newest_words(period: Period) -> dict[int, StatusUpdate]:
    newest = (
        StatusUpdate.objects.filter(measure__notice=period.notice_id)
        .order_by("measure_id", "-at", "-pk")
        .distinct("measure_id")
        .select_related("by")
    )
    return {update.measure_id: update for update in newest}


def _row(
    measure: Measure, verdict: Verdict, newest: StatusUpdate | None, filings: list[Filing]
) -> SheetRow:
    saved_at = f"{localtime(newest.at):%Y-%m-%d %H:%M}" if newest else ""
    lead = measure.lead
    others = [d for d in measure.duties if d.role != ResponsibilityRole.LEAD]
    owed = [filing for filing in filings if filing.is_owed]
    return SheetRow(
        pk=measure.pk,
        stamp=status_stamp(newest),
        name=str(measure),
        told=(
            measure.mark,
            measure.section.title,
            measure.shown_title,
            measure.get_nature_display(),
            f"{measure.due_on:%Y-%m-%d}" if measure.due_on else "长期",
            str(lead.agency) if lead else "责任单位待核",
            "、".join(f"{duty.agency}（{duty.get_role_display()}）" for duty in others),
            verdict.light.label,
            verdict.sentence,
            f"{verdict.since:%Y-%m-%d}" if verdict.since else "",
            "、".join((*verdict.agencies, *verdict.others)),
            newest.reason if newest else "",
            f"{newest.by.name}，{saved_at}" if newest else "",
            f"{sum(filing.is_in for filing in owed)}/{len(owed)}" if owed else "",
            _together(filings, lambda note: note.progress),
            _together(filings, lambda note: note.problems),
            _together(filings, lambda note: note.help_needed),
            _together(filings, lambda note: note.next_steps),
        ),
        values={"stage": measure.stage, "percent": measure.percent, "reason": ""},
        is_dated=measure.is_dated,
        shut=f"{measure}已办结，不能再更新进度，请恢复原样。" if measure.completed_on else "",
        saved_by=newest.by.name if newest else "",
        saved_at=saved_at,
        source=measure,
    )


def _together(filings: Iterable[Filing], part: Callable[[Note], str]) -> str:
    """What the agencies' accepted notes say of one part, an agency a paragraph."""
    said = [(filing.agency_name, part(f)) for filing in filings if (f := filing.accepted_note)]
    words = "\n".join(f"{name}：{text}" for name, text in said if text.strip())
    return words if len(words) <= CELL_MOST else words[: CELL_MOST - len(CUT)] + CUT
