"""填报情况: who has filed, who is late, and how that was before."""

import re

import pytest

from agencies.models import Agency
from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Period
from measures.models.public_status import PublicStatus
from measures.tests.factories import NOW, make_user
from reports.choices import Timeliness
from reports.tests.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/status/"


@pytest.fixture
def page(client, real_notice):
    make_world(real_notice)
    client.force_login(make_user(Role.LEADER))
    return lambda **query: client.get(URL, query)


def listed(response):
    return len(response.context["listed"])


def test_without_a_period_the_page_says_what_comes(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    assert "没有填报任务" in client.get(URL).content.decode()


def test_every_filing_counts_once(page):
    figures = page().context["figures"]
    assert sum(figure.value for figure in figures) == 53


def test_what_is_waived_is_counted_beside_what_is_owed(page):
    pending = Filing.objects.filter(state=FilingState.PENDING).first()
    Filing.objects.filter(pk=pending.pk).update(
        state=FilingState.WAIVED, waived_reason="不涉及。", waived_at=NOW
    )
    response = page()
    assert sum(figure.value for figure in response.context["figures"]) == 52
    assert "应报52项，" in response.content.decode()
    assert "免报1项" in response.content.decode()
    assert listed(page(show="waived")) == response.context["waived"].value == 1


@pytest.mark.parametrize("show", [t.value for t in Timeliness if t != Timeliness.WAIVED])
def test_a_figure_is_the_length_of_the_list_it_opens(page, show):
    figures = {figure.choice.value: figure for figure in page().context["figures"]}
    assert listed(page(show=show)) == figures[show].value


def test_an_agency_s_figures_are_the_lengths_of_their_lists(page):
    for row in page().context["rows"]:
        for figure in row.figures:
            query = dict(re.findall(r"(\w+)=(\w+)", figure.url))
            assert listed(page(**query)) == figure.value


def test_late_days_are_working_days_until_filed_or_until_today(page):
    agency = Agency.objects.get(code="nyncw")
    line = page(agency=agency.pk).context["listed"][0]
    assert (line.timeliness, line.late_days) == (Timeliness.MISSING, 7)  # 2026-11-12 to 11-23
    Filing.objects.filter(pk=line.filing_id).update(
        state=FilingState.SUBMITTED, first_submitted_at=NOW.replace(day=16)
    )
    line = page(agency=agency.pk).context["listed"][0]
    assert (line.timeliness, line.late_days) == (Timeliness.LATE, 2)


def test_filed_on_the_due_day_is_in_time_and_the_day_after_is_late(page):
    filing = Filing.objects.filter(state=FilingState.ACCEPTED).last()
    for day, expected in ((12, Timeliness.IN_TIME), (13, Timeliness.LATE)):
        Filing.objects.filter(pk=filing.pk).update(first_submitted_at=NOW.replace(day=day))
        lines = {line.filing_id: line for line in page(agency=filing.agency_id).context["listed"]}
        assert lines[filing.pk].timeliness == expected


@pytest.mark.parametrize(
    "query", [{"show": "x"}, {"agency": "x"}, {"agency": "999999"}, {"agency": "9" * 40}]
)
def test_unknown_words_list_nothing_and_break_nothing(page, query):
    response = page(**query)
    assert response.status_code == 200
    assert listed(response) == 0


@pytest.mark.parametrize("period", ["0", "x", "9" * 20])
def test_a_wrong_period_is_404(page, period):
    assert page(period=period).status_code == 404


def test_the_page_costs_eight_queries_at_most(page, django_assert_max_num_queries):
    page()
    with django_assert_max_num_queries(8):
        page()


def test_a_closed_period_says_that_it_is_told_as_of_now(page):
    open_, closed = page().context["shown"].periods[:2]
    assert "本页按现在的情况统计" not in page(period=open_.pk).content.decode()
    assert "本页按现在的情况统计" in page(period=closed.pk).content.decode()


def test_agencies_stand_in_protocol_order_or_the_latest_first(page):
    names = [row.agency.name for row in page().context["rows"]]
    assert names[0] == "市商务委"
    rows = page(sort="late").context["rows"]
    assert [row.agency.lateness for row in rows] == sorted(
        (row.agency.lateness for row in rows), reverse=True
    )
    assert {row.agency.name for row in rows} == set(names)


def test_the_legend_names_only_the_statuses_in_use(page):
    response = page()
    used = {line.status for line in response.context["data"].lines}
    assert set(response.context["statuses"]) == used
    assert PublicStatus.MISSED not in used


def test_earlier_periods_stand_beside_the_counts(page):
    response = page()
    _, closed = response.context["shown"].periods[:2]
    assert [one.period for one in response.context["rows"][0].past] == [closed]
    assert f"{closed.slice_label}<br>按时率" in response.content.decode()


def test_an_earlier_period_of_another_year_says_which(page):
    _, closed = page().context["shown"].periods[:2]
    day = closed.covers_from
    Period.objects.filter(pk=closed.pk).update(
        covers_from=day.replace(year=day.year - 1),
        covers_to=closed.covers_to.replace(year=day.year - 1),
        cumulative_from=closed.cumulative_from.replace(year=day.year - 1),
    )
    shown = f"{day.year - 1}年<br>{closed.slice_label}<br>按时率"
    assert shown in page().content.decode()
