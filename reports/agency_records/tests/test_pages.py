"""单位: the list of agencies with their duties, and the record of one agency."""

import re
from datetime import datetime, time, timedelta

import pytest

from agencies.models import Agency, Event
from agencies.permissions import Role
from lib.workdays import workdays_between
from measures.choices import FilingState
from measures.models import Filing, Period, Responsibility, Workday
from measures.models.public_status import PublicStatus
from measures.tests.factories import NOW, TODAY, make_user
from reports.period import measures as paged
from reports.tests.reading import read, words
from reports.tests.world import make_many

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def leader(client, start_in_world):
    client.force_login(make_user(Role.LEADER, Agency.objects.get(code="zfbgt")))
    return client


def test_all_seventeen_agencies_are_in_protocol_order(leader):
    rows = [one.row for one in leader.get("/agencies/").context["rows"]]
    assert len(rows) == 17
    assert [row.agency.order for row in rows] == sorted(row.agency.order for row in rows)
    assert sum(row.led + row.shared for row in rows) == 53
    assert {row.agency.code: row.led for row in rows}["sww"] == 10


def test_an_agency_shows_its_measures_filings_record_and_names(leader):
    agency = Agency.objects.get(code="sww")
    page = leader.get(f"/agencies/{agency.pk}/")
    data = page.context["data"]
    assert (len(data.duties), data.led) == (13, 10)
    assert sum(duty.line is not None for duty in data.duties) == 13
    assert data.others == ()
    assert [record.period.state for record in data.records] == ["open"]
    assert "重庆市商务委员会" in page.content.decode()


def duties(page):
    return page.xpath("//section[@aria-labelledby='duties']//tbody/tr")


def test_every_count_of_the_list_opens_exactly_those_measures(leader):
    page = read(leader.get("/agencies/"))
    links = page.xpath("//tbody//td//a[starts-with(@href, '/agencies/')]")
    assert len(links) == 8  # 4 lead; 4 lights are dark
    assert {words(link)[:3] for link in links if "light=" in link.get("href")} == {"▲滞后", "●预警"}
    for link in links:
        (count,) = re.findall(r"\d+", words(link))
        assert len(duties(read(leader.get(link.get("href"))))) == int(count), link.get("href")


def test_a_filtered_list_shows_its_filter_and_a_link_to_remove_it(leader):
    agency = Agency.objects.get(code="sww")
    page = read(leader.get(f"/agencies/{agency.pk}/?role=lead&light=yellow"))
    chips = page.xpath("//a[@class='chip']")
    assert [words(chip) for chip in chips] == ["牵头单位", "预警"]
    assert len(duties(read(leader.get(f"/agencies/{agency.pk}/{chips[1].get('href')}")))) == 10
    none = leader.get(f"/agencies/{agency.pk}/?role=support").content.decode()
    assert "没有符合条件的措施" in none
    lost = leader.get(f"/agencies/{agency.pk}/?role=x&light=blue")
    assert len(duties(read(lost))) == 13


def test_an_agency_s_numbers_are_the_lengths_of_their_lists_and_add_up(leader):
    found = leader.get("/agencies/").context
    for one in found["rows"]:
        assert sum(part.value for part in one.parts) == one.owed.value
        for figure in (one.owed, *one.parts, one.waived, one.late):
            assert len(leader.get(figure.url).context["listed"]) == figure.value, figure
    assert sum(one.owed.value for one in found["rows"]) == found["head"].owed.value == 53


def test_an_agency_that_left_its_measure_is_counted_with_its_debts(leader):
    agency = Agency.objects.get(code="nyncw")
    agency.responsibilities.update(valid_to=TODAY - timedelta(days=1))
    found = leader.get("/agencies/").context["rows"]
    row = next(one for one in found if one.row.agency == agency)
    assert (row.row.led, row.row.shared, row.owed.value) == (0, 0, 1)
    assert sum(one.owed.value for one in found) == 53


def test_the_legend_names_only_the_statuses_in_use(leader):
    found = leader.get("/agencies/").context
    used = {line.status for one in found["rows"] for line in one.row.line.lines}
    assert set(found["statuses"]) == used
    assert PublicStatus.MISSED not in used


def test_earlier_periods_are_shown_beside_the_counts(leader):
    response = leader.get("/agencies/")
    _, closed = response.context["shown"].periods[:2]
    assert [one.period for one in response.context["rows"][0].past] == [closed]
    assert f"{closed.slice_label}<br>按时率" in response.content.decode()


def test_an_earlier_period_of_another_year_shows_the_year(leader):
    _, closed = leader.get("/agencies/").context["shown"].periods[:2]
    day = closed.covers_from
    Period.objects.filter(pk=closed.pk).update(
        covers_from=day.replace(year=day.year - 1),
        covers_to=closed.covers_to.replace(year=day.year - 1),
        cumulative_from=closed.cumulative_from.replace(year=day.year - 1),
    )
    shown = f"{day.year - 1}年<br>{closed.slice_label}<br>按时率"
    assert shown in leader.get("/agencies/").content.decode()


def test_its_people_are_named_and_their_phones_masked(leader):
    agency = Agency.objects.get(code="cqcustoms")
    person = make_user(Role.LIAISON, agency)
    person.phone = "13812345678"
    person.save()
    words = leader.get(f"/agencies/{agency.pk}/").content.decode()
    assert person.name in words
    assert "138****5678" in words
    assert "13812345678" not in words


def test_an_agency_without_duties_says_so(leader):
    office = Agency.objects.get(code="zfbgt")
    assert "现在不负责任何措施" in leader.get(f"/agencies/{office.pk}/").content.decode()


@pytest.mark.parametrize("path", ["/agencies/999999/", "/agencies/1/?period=x"])
def test_an_agency_or_period_that_does_not_exist_is_404(leader, path):
    assert leader.get(path).status_code == 404


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_takes_equal_queries_for_any_number(client, size, django_assert_max_num_queries):
    make_many(size)
    client.force_login(make_user(Role.LEADER))
    client.get("/agencies/")
    with django_assert_max_num_queries(9):
        client.get("/agencies/")


@pytest.mark.parametrize("size", [1, 30])
def test_an_agency_takes_equal_queries_for_any_number(client, size, django_assert_max_num_queries):
    make_many(size)
    agency = Agency.objects.filter(responsibilities__isnull=False).order_by("pk").first()
    client.force_login(make_user(Role.LEADER))
    client.get(f"/agencies/{agency.pk}/")
    with django_assert_max_num_queries(11):
        client.get(f"/agencies/{agency.pk}/")


def record_of(leader, agency, place=0):
    return leader.get(f"/agencies/{agency.pk}/").context["data"].records[place]


def test_a_record_counts_each_filing_of_its_period_once(leader):
    agency = Agency.objects.get(code="sww")
    found = Filing.objects.filter(agency=agency).order_by("measure__ordinal")
    day = found[0].due_on
    states = [
        (FilingState.PENDING, None),
        (FilingState.WAIVED, None),
        (FilingState.SUBMITTED, day),
        (FilingState.SUBMITTED, day + timedelta(days=3)),
    ]
    for filing, (state, came_on) in zip(found, states, strict=False):
        moment = datetime.combine(came_on, time(12), tzinfo=NOW.tzinfo) if came_on else None
        Filing.objects.filter(pk=filing.pk).update(
            state=state,
            first_submitted_at=moment,
            accepted_note=None,
            waived_reason="无此项工作" if state == FilingState.WAIVED else "",
            waived_at=NOW if state == FilingState.WAIVED else None,
        )
    line = record_of(leader, agency).line
    assert (line.owed, line.in_time, line.late, line.missing, line.waived) == (12, 10, 1, 1, 1)
    assert line.owed == line.in_time + line.late + line.missing
    assert line.average_late == workdays_between(
        day, day + timedelta(days=3), Workday.objects.as_calendar()
    )


def test_an_unfiled_filing_is_missing_and_not_in_the_average(leader):
    agency = Agency.objects.get(code="nyncw")
    line = record_of(leader, agency).line
    assert (line.missing, line.late, line.average_late) == (1, 0, None)


def test_each_period_has_a_bar_and_a_row_of_the_same_numbers(leader):
    agency = Agency.objects.get(code="sww")
    response = leader.get(f"/agencies/{agency.pk}/")
    page = read(response)
    record = page.xpath("//section[@aria-labelledby='record']")[0]
    assert len(record.xpath(".//tbody/tr")) == len(response.context["chart"].rows) == 1
    assert record.xpath(".//svg/title")


def test_a_filing_for_a_measure_it_left_is_marked(leader):
    agency = Agency.objects.get(code="nyncw")
    duty = agency.responsibilities.get()
    Responsibility.objects.filter(pk=duty.pk).update(valid_to=TODAY - timedelta(days=1))
    data = leader.get(f"/agencies/{agency.pk}/").context["data"]
    assert data.duties == ()
    assert [line.measure_id for line in data.others] == [duty.measure_id]


def test_the_list_can_be_sorted_by_lateness_and_keeps_its_period(leader):
    page = leader.get("/agencies/?sort=late")
    late = [one.row.lateness for one in page.context["rows"]]
    assert late == sorted(late, reverse=True)
    assert late[0] > (0, 0)
    period = page.context["shown"].period.pk
    orders = leader.get(f"/agencies/?period={period}&sort=late").context["orders"]
    assert [order.url for order in orders] == [f"?period={period}", f"?period={period}&sort=late"]
    assert [order.is_chosen for order in orders] == [False, True]


@pytest.fixture
def liaison(leader):
    agency = Agency.objects.get(code="cqcustoms")
    return make_user(Role.LIAISON, agency, name="张三", office_phone="023-67890123")


def test_a_coordinator_sees_office_telephones_and_each_look_is_recorded(client, liaison):
    agency = Agency.objects.get(code="cqcustoms")
    coordinator = make_user(Role.COORDINATOR)
    client.force_login(coordinator)
    page = client.get(f"/agencies/{agency.pk}/").content.decode()
    assert "023-****0123" in page
    assert "023-67890123" not in page
    assert not Event.objects.filter(action="user.look_up").exists()
    assert "023-67890123" in client.get(f"/agencies/{agency.pk}/?phones=1").content.decode()
    event = Event.objects.get(action="user.look_up")
    assert event.sentence == "查看了张三（重庆海关）的办公电话。"
    assert (event.actor, event.target_id) == (coordinator, agency.pk)


@pytest.mark.parametrize("role", [Role.LEADER, Role.CHIEF, Role.LIAISON, Role.AGENCY_HEAD])
def test_office_telephones_are_masked_for_all_others(client, liaison, role):
    agency = Agency.objects.get(code="cqcustoms")
    client.force_login(make_user(role))
    page = client.get(f"/agencies/{agency.pk}/?phones=1").content.decode()
    assert "023-****0123" in page
    assert "023-67890123" not in page
    assert "phones=1" not in page
    assert not Event.objects.filter(action="user.look_up").exists()


def test_many_duties_are_paged_and_counted_over_all(leader, monkeypatch):
    agency = Agency.objects.get(code="sww")
    whole = leader.get(f"/agencies/{agency.pk}/").context["duties"]
    monkeypatch.setattr(paged, "WHOLE_MOST", 5)
    monkeypatch.setattr(paged, "PER_PAGE", 5)
    count = -(-len(whole) // 5)
    pages = [leader.get(f"/agencies/{agency.pk}/?page={n + 1}").context for n in range(count)]
    assert count > 1
    assert [one for page in pages for one in page["duties"]] == list(whole)
    assert {len(page["data"].duties) for page in pages} == {len(whole)}
