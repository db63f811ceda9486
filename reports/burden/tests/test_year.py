"""减负账 over the demonstration's year, compared with the requests in the tables."""

from collections import Counter, defaultdict
from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.utils.timezone import localdate, make_aware

from agencies.models import Event
from lib.workdays import next_workday
from measures.chasing.job import chase
from measures.models import Period, Workday
from reports.burden.data import account_of, asked_for, lines_of, years_asked
from reports.burden.tests.factories import letter_to
from reports.choices import Asking

pytestmark = [pytest.mark.usefixtures("played"), pytest.mark.django_db]
IN_YEAR = "extract(year FROM {} AT TIME ZONE 'Asia/Shanghai')"
OPENED = IN_YEAR.format("p.opened_at")
# Counted from the tables: year, agency, number.
COUNTED = {
    Asking.FILINGS: f"""
        SELECT {OPENED}, f.agency_id, count(*) FROM measures_filing f
        JOIN measures_period p ON p.id = f.period_id WHERE p.opened_at IS NOT NULL GROUP BY 1, 2""",
    Asking.FIGURES: f"""
        SELECT {OPENED}, f.agency_id, count(DISTINCT (f.id, g.indicator_id)) FROM measures_figure g
        JOIN measures_note n ON n.id = g.note_id JOIN measures_filing f ON f.id = n.filing_id
        JOIN measures_period p ON p.id = f.period_id GROUP BY 1, 2""",
    # By the audit trail of the commission.
    Asking.RETURNS: f"""
        SELECT {IN_YEAR.format("e.at")}, f.agency_id, count(*) FROM agencies_event e
        JOIN measures_filing f ON f.id = e.target_id
        WHERE e.action = 'filing.return' AND e.outcome = 'done' GROUP BY 1, 2""",
    Asking.LETTERS: """
        SELECT extract(year FROM i.issued_on), r.agency_id, count(*) FROM reports_issue i
        JOIN reports_report r ON r.id = i.report_id
        WHERE i.kind = 'letter' AND i.number <> '' GROUP BY 1, 2""",
    Asking.CHASES: f"""
        SELECT {IN_YEAR.format("u.sent_at")}, f.agency_id, count(*) FROM measures_urge u
        JOIN measures_filing f ON f.id = u.filing_id WHERE u.sent_at IS NOT NULL GROUP BY 1, 2""",
}
WRITING = ("filing.save", "filing.submit", "evidence.add", "evidence.remove")


def counted() -> Counter:
    found: Counter = Counter()
    with connection.cursor() as cursor:
        for asking, sql in COUNTED.items():
            cursor.execute(sql)
            for year, agency, n in cursor.fetchall():
                found[int(year), agency, asking] += n
    return found


def written() -> dict[tuple[int, int], timedelta]:
    """Return the minutes between the saves of each filing, by year and agency."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT f.id, {OPENED}, f.agency_id FROM measures_filing f
            JOIN measures_period p ON p.id = f.period_id"""
        )
        whose = {pk: (int(year), agency) for pk, year, agency in cursor.fetchall()}
    saves = defaultdict(list)
    for pk, at in Event.objects.filter(action__in=WRITING).values_list("target_id", "at"):
        saves[pk].append(at)
    spent: dict[tuple[int, int], timedelta] = defaultdict(timedelta)
    for pk, moments in saves.items():
        gaps = [after - before for before, after in pairwise(sorted(moments))]
        spent[whose[pk]] += sum((gap for gap in gaps if gap.seconds <= 900), timedelta())
    return spent


def test_the_parts_of_each_agency_s_year_are_what_the_tables_say():
    day = next_workday(localdate(), Workday.objects.as_calendar())
    chase(at=make_aware(datetime.combine(day, time(10))))
    period = Period.objects.open().first()
    letter_to(period.filings.first().agency, period)
    truth, minutes = counted(), written()
    seen: Counter = Counter()
    for year in years_asked(on=day):
        account = account_of(year, None)
        for row in account.rows:
            seen.update({(year, row.agency.pk, asking): n for asking, n in row.cells if n})
            assert row.spent == minutes.get((year, row.agency.pk), timedelta())
        for asking, whole in account.total.cells:
            listed = asked_for(asking, year, None)
            assert len(lines_of(asking, list(listed))) == whole
    assert seen == truth
    asked = Counter(asking for _, _, asking in truth)
    assert set(asked) == set(Asking)  # each kind occurs
    assert sum(minutes.values(), timedelta()) > timedelta(hours=10)
