"""What the agencies were asked in a year: filings, figures, returns, letters, chases; their time.

Each number and the list that it opens are read from one place. No person is named or counted: the
account is of agencies (国办函〔2026〕12号).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Min, QuerySet, Value
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.models import Agency, User
from agencies.permissions import Perm
from measures.choices import Decision
from measures.models import Figure, Filing, Period, Review, Urge
from measures.periods.cost import times_of
from measures.rules.burden import time_words
from reports.choices import Asking, ReportKind
from reports.models import Issue


class AskedRow(NamedTuple):
    """One agency in a year, or all of them together."""

    agency: Agency | None
    counts: Counter[Asking]
    spent: timedelta

    @property
    def cells(self) -> list[tuple[Asking, int]]:
        return [(one, self.counts[one]) for one in Asking]

    @property
    def words(self) -> str:
        return time_words(self.spent)


class Account(NamedTuple):
    year: int
    rows: list[AskedRow]  # in protocol order: the account ranks nobody

    @property
    def total(self) -> AskedRow:
        counts = sum((row.counts for row in self.rows), Counter[Asking]())
        return AskedRow(None, counts, sum((row.spent for row in self.rows), timedelta()))


class AskedLine(NamedTuple):
    notice: str
    day: date
    agency: str
    what: str
    more: str
    url: str


def agencies_accounted(user: User) -> Collection[int] | None:
    """The agencies whose account a person may read; None: all of them."""
    return None if user.can(Perm.READ_UNACCEPTED) else user.own_agencies()


def years_asked(*, on: date) -> list[int]:
    """The years with an account, the newest first; this year always has one."""
    first = Period.objects.opened().aggregate(at=Min("opened_at"))["at"]
    return list(range(on.year, (localdate(first).year if first else on.year) - 1, -1))


def asked_for(
    asking: Asking, year: int, agencies: Collection[int] | None, *, notice: int | None = None
) -> QuerySet[Any]:
    """Return all that was asked in a year of some agencies and about a notice; None: of all."""
    number = F(f"{_PERIOD[asking]}__notice__number")
    rows, agency = _SOURCES[asking](year).annotate(notice_number=number), _AGENCY[asking]
    if notice is not None:
        rows = rows.filter(**{f"{_PERIOD[asking]}__notice": notice})
    return rows if agencies is None else rows.filter(**{f"{agency}__in": agencies})


def account_of(
    year: int, agencies: Collection[int] | None, *, notice: int | None = None
) -> Account:
    """Return what some agencies were asked in a year; those asked for nothing are left out.

    `notice`: about which one alone; of all together where it is None.
    """
    counts: defaultdict[int, Counter[Asking]] = defaultdict(Counter)
    for agency, asking, n in _counted(year, agencies, notice):
        counts[agency][Asking(asking)] = n
    filings = asked_for(Asking.FILINGS, year, agencies, notice=notice)
    of_agency = dict(filings.order_by().values_list("pk", "agency"))
    spent: defaultdict[int, timedelta] = defaultdict(timedelta)
    for pk, time in times_of(filings).items():
        spent[of_agency[pk]] += time
    named = Agency.objects.filter(pk__in=counts).order_by("order", "pk")
    return Account(year, [AskedRow(one, counts[one.pk], spent[one.pk]) for one in named])


def _counted(year: int, agencies: Collection[int] | None, notice: int | None) -> QuerySet[Any, Any]:
    """(agency, Asking, how many), in one query."""
    parts = [
        asked_for(asking, year, agencies, notice=notice)
        .order_by()
        .values_list(_AGENCY[asking], Value(asking.value))
        .annotate(n=Count("pk"))
        for asking in Asking
    ]
    return parts[0].union(*parts[1:], all=True)


def lines_of(asking: Asking, rows: Collection[Any]) -> list[AskedLine]:
    """Return the lines of one page of asked_for()."""
    if asking is not Asking.FILINGS:
        return [_LINE[asking](row) for row in rows]
    times = times_of([row.pk for row in rows])
    return [_filing_line(row, times.get(row.pk)) for row in rows]


def _filings(year: int) -> QuerySet[Filing]:
    found = Filing.objects.filter(period__opened_at__year=year)
    return found.select_related("measure", "period").order_by("-period__opened_at", "pk")


def _figures(year: int) -> QuerySet[Figure]:
    """What was said of indicators, each once a filing however many versions there are."""
    said = Figure.objects.filter(note__filing__period__opened_at__year=year)
    newest = said.order_by("note__filing_id", "indicator_id", "-note__version")
    once = newest.distinct("note__filing_id", "indicator_id")
    found = Figure.objects.filter(pk__in=once.values("pk"))
    found = found.select_related("indicator", "note__filing__measure", "note__filing__period")
    return found.order_by("-note__filing__period__opened_at", "pk")


def _returns(year: int) -> QuerySet[Review]:
    """What the commission sent back; what its own head sent back is the agency's affair."""
    sent_back = Review.objects.filter(decision=Decision.RETURN, note__left_at__isnull=False)
    found = sent_back.filter(decided_at__year=year)
    found = found.select_related("note__filing__measure", "note__filing__period")
    return found.order_by("-decided_at", "-pk")


def _letters(year: int) -> QuerySet[Issue]:
    """Those that bear a number: the agency got them, though one was withdrawn later."""
    sent = Issue.objects.filter(kind=ReportKind.LETTER, number__gt="", issued_on__year=year)
    return sent.select_related("report__agency", "report__period").order_by("-issued_on", "-pk")


def _chases(year: int) -> QuerySet[Urge]:
    """What was told, by the ladder or by hand: each filing of a message counts."""
    told = Urge.objects.sent().filter(sent_at__year=year)
    return told.select_related("filing__measure", "filing__period").order_by("-sent_at", "-pk")


def _filing_line(row: Any, spent: timedelta | None) -> AskedLine:
    words = "还没有写" if spent is None else time_words(spent) if spent else "只保存过一次，量不出"
    day = localdate(row.period.opened_at)
    what = f"{row.measure} {row.period}"
    return AskedLine(row.notice_number, day, row.agency_name, what, words, _url_of(row))


def _figure_line(row: Any) -> AskedLine:
    filing = row.note.filing
    words, day = f"{filing.measure} {filing.period}", localdate(filing.period.opened_at)
    what, url = row.indicator.label, _url_of(filing)
    return AskedLine(row.notice_number, day, filing.agency_name, what, words, url)


def _return_line(row: Any) -> AskedLine:
    filing = row.note.filing
    words = f"第{row.note.version}版"
    what = f"{filing.measure} {filing.period}"
    day, url = localdate(row.decided_at), _url_of(filing)
    return AskedLine(row.notice_number, day, filing.agency_name, what, words, url)


def _letter_line(row: Any) -> AskedLine:
    assert row.issued_on is not None  # it bears a number
    agency = row.report.agency
    words = str(row.report.period)
    url = reverse("reports:report", args=[row.report_id])
    name = agency.short_name if agency else ""
    return AskedLine(row.notice_number, row.issued_on, name, row.number, words, url)


def _chase_line(row: Any) -> AskedLine:
    assert row.sent_at is not None  # it was told
    filing = row.filing
    what = f"{filing.measure} {filing.period}"
    words = str(row.rung_choice.label)
    day, url = localdate(row.sent_at), _url_of(filing)
    return AskedLine(row.notice_number, day, filing.agency_name, what, words, url)


def _url_of(filing: Filing) -> str:
    return reverse("measures:filing", args=[filing.pk])


_SOURCES: dict[Asking, Callable[[int], QuerySet[Any]]] = {
    Asking.FILINGS: _filings,
    Asking.FIGURES: _figures,
    Asking.RETURNS: _returns,
    Asking.LETTERS: _letters,
    Asking.CHASES: _chases,
}
_AGENCY = {
    Asking.FILINGS: "agency",
    Asking.FIGURES: "note__filing__agency",
    Asking.RETURNS: "note__filing__agency",
    Asking.LETTERS: "report__agency",
    Asking.CHASES: "filing__agency",
}
_PERIOD = {
    Asking.FILINGS: "period",
    Asking.FIGURES: "note__filing__period",
    Asking.RETURNS: "note__filing__period",
    Asking.LETTERS: "report__period",
    Asking.CHASES: "filing__period",
}
_LINE: dict[Asking, Callable[[Any], AskedLine]] = {
    Asking.FIGURES: _figure_line,
    Asking.RETURNS: _return_line,
    Asking.LETTERS: _letter_line,
    Asking.CHASES: _chase_line,
}
MORE = {
    Asking.FILINGS: "用时",
    Asking.FIGURES: "措施和填报期",
    Asking.RETURNS: "版本",
    Asking.LETTERS: "填报期",
    Asking.CHASES: "事项",
}
