"""The dataset of 提示函: an agency's late filings, and by how many working days."""

from datetime import date

from agencies.models import Agency
from lib.chinese import listed
from lib.errors import DomainError
from lib.workdays import Calendar, add_workdays, workdays_between
from measures.choices import ResponsibilityRole
from measures.models import Filing, Measure, Period, Workday
from measures.models.public_status import public_status_of
from reports.choices import ReportKind
from reports.datasets.circular import FILE_WITHIN
from reports.datasets.context import DatasetContext, context_of
from reports.datasets.progress import TITLE_MARK, notice_data, period_data
from reports.datasets.schema import LETTER_SCHEMA, DebtData, LateData, LetterData, NamedData
from reports.datasets.totals import cut_of
from reports.models.report import Scope
from reports.rules.timeliness import part_of


def gather(scope: Scope, *, on: date) -> LetterData:
    """Return the dataset. Raises DomainError if nothing is late or the agency is 市商务委."""
    context = context_of(scope, on=on)
    period, who = context.period, context.agency
    assert who is not None  # a constraint: the kind needs one
    if who.agency.pk == context.coordinator.agency.pk:
        raise DomainError(f"{who.short}是统筹协调单位，不向自己发提示函。")
    calendar = Workday.objects.as_calendar()
    filings = _filings(period, who.agency)
    late = [_late(f, calendar, on) for f in filings if _is_overdue(f, on)]
    if not late:
        sentence = f"{who.short}在{period}没有逾期未报的进展，不需要提示函。"
        raise DomainError(f"{sentence}{_who_is_late(context, on)}", audited=sentence)
    return {
        "schema": LETTER_SCHEMA,
        "kind": ReportKind.LETTER.value,
        "is_demo": period.notice.demonstrated_at is not None,
        "told_on": on.isoformat(),
        "file_by": add_workdays(on, FILE_WITHIN, calendar).isoformat(),
        "notice": notice_data(context),
        "period": period_data(period),
        "agency": who.short,
        "agency_full": who.full,
        "agency_kind": who.agency.kind,
        "late": late,
        "filings": cut_of(
            part_of(public_status_of(f, is_over=period.is_closed, on=on))
            for f in filings
            if f.written_off_at is None
        ),
        "earlier": _earlier(period, who.agency, on),
        "contact": context.coordinator.coordinator,
    }


def _filings(period: Period, agency: Agency) -> list[Filing]:
    """Return the agency's filings of the period, in the order of the notice."""
    return list(
        Filing.objects.filter(period=period, agency=agency)
        .owed()
        .select_related("measure", "agency")
        .order_by("measure__ordinal")
    )


def _is_overdue(filing: Filing, on: date) -> bool:
    """Whether it is owed and past due, or returned and past its deadline for resubmitting."""
    if filing.written_off_at is not None or _has_come(filing):
        return False
    return _due(filing) < on


def _earlier(period: Period, agency: Agency, on: date) -> list[DebtData]:
    """Return the filings still owed for earlier periods: a debt does not end with its period."""
    debts = (
        Filing.objects.filter(
            agency=agency,
            period__notice=period.notice_id,
            period__kind=period.kind,
            period__covers_from__lt=period.covers_from,
        )
        .debts(on=on)
        .select_related("period", "measure")
        .order_by("period__covers_from", "measure__ordinal")
    )
    found: dict[str, list[NamedData]] = {}
    for filing in debts:
        found.setdefault(filing.period.label, []).append(_named(filing.measure))
    return [{"period": label, "measures": measures} for label, measures in found.items()]


def _who_is_late(context: DatasetContext, on: date) -> str:
    late = context.period.filings.debts(on=on).order_by("agency__order")
    others = late.exclude(agency=context.coordinator.agency)
    names = list(dict.fromkeys(others.values_list("agency_name", flat=True)))
    return f"这一期逾期未报的有：{listed(names)}。" if names else ""


def _has_come(filing: Filing) -> bool:
    return filing.is_in and filing.mend_by is None or filing.accepted_note_id is not None


def _due(filing: Filing) -> date:
    return filing.mend_by if filing.is_in and filing.mend_by else filing.due_on


def _named(measure: Measure) -> NamedData:
    return {
        "mark": measure.mark,
        "title": measure.shown_title,
        "title_mark": "" if measure.title else TITLE_MARK,
    }


def _late(filing: Filing, calendar: Calendar, on: date) -> LateData:
    due = _due(filing)
    return {
        **_named(filing.measure),
        "ordinal": filing.measure.ordinal,
        "code": filing.agency.code,
        "role": filing.role,
        "role_label": ResponsibilityRole(filing.role).label,
        "due_on": due.isoformat(),
        "workdays": workdays_between(due, on, calendar),
        "is_mending": filing.is_in,
    }
