"""措施与单位: the filings of a period one by one, with the same filter on all three views."""

import pytest

from agencies.models import Agency, Event
from agencies.permissions import Role
from lib.numbers import share
from measures.choices import FilingState
from measures.models import Filing, Period
from measures.models.public_status import PublicStatus
from measures.tests.factories import NOW, make_user
from reports.choices import FilingPart, Timeliness
from reports.period import measures as paged
from reports.rules.timeliness import OWED, cut_of, part_of
from reports.tests.reading import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/status/"
VIEWS = ("/matrix/", "/agencies/", "/status/")


@pytest.fixture
def page(client, start_in_world):
    client.force_login(make_user(Role.LEADER))
    return lambda **query: client.get(URL, query)


def listed(response):
    return len(response.context["listed"])


def waive_one():
    pending = Filing.objects.filter(state=FilingState.PENDING, period__state="open").first()
    Filing.objects.filter(pk=pending.pk).update(
        state=FilingState.WAIVED, waived_reason="不涉及。", waived_at=NOW
    )


def test_without_a_period_the_page_says_that_there_are_no_filings(client, real_notice):
    client.force_login(make_user(Role.LEADER))
    assert "没有填报任务" in client.get(URL).content.decode()


def test_every_filing_is_in_the_list_once(page):
    response = page()
    ids = [line.filing_id for line in response.context["listed"]]
    assert len(set(ids)) == len(ids) == 53
    assert len(read(response).xpath("//section[@aria-labelledby='listed']//tbody/tr")) == 53


def test_the_parts_add_up_and_each_is_the_length_of_the_list_it_opens(page, client):
    waive_one()
    head = page().context["head"]
    assert [part.label for part in head.parts] == ["已通过", "待审核", "退回", "未报"]
    assert sum(part.value for part in head.parts) == head.owed.value == 52
    assert head.waived.value == 1
    for figure in (head.owed, *head.parts, head.waived, head.in_time, head.late, head.awaited):
        assert listed(client.get(figure.url)) == figure.value, figure


@pytest.mark.parametrize("view", VIEWS)
def test_all_three_views_have_equal_numbers(page, client, view):
    waive_one()
    told = read(client.get(view)).xpath("//p[@class='units-cut']")[0]
    head = page().context["head"]
    *parts, unfiled = (f"{part.label}{part.value}" for part in head.parts)
    parts = "＋".join([*parts, f"逾期{unfiled}"])  # past its due date in an open period
    assert words(told) == (f"应报52项＝{parts}；另有免报1；通过率{head.rate}%（已通过÷应报）")
    current = read(client.get(view)).xpath("//nav[@aria-label='视图']/a[@aria-current='page']")
    assert [link.get("href") for link in current] == [f"{view}?"]


@pytest.mark.parametrize("view", VIEWS)
def test_the_views_link_to_each_other_and_keep_the_period(page, client, view):
    _, closed = page().context["shown"].periods[:2]
    links = read(client.get(view, {"period": closed.pk})).xpath("//nav[@aria-label='视图']/a/@href")
    assert links == [f"{other}?period={closed.pk}" for other in VIEWS]


def test_both_rates_name_their_base(page):
    head = page().context["head"]
    assert head.rate == share(head.parts[0].value, head.owed.value)
    assert head.in_time_rate == share(head.in_time.value, head.due)
    told = words(read(page()).xpath("//p[@class='units-time']")[0])
    assert f"按时率{head.in_time_rate}%" in told
    assert "通过率" not in told


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(3, 17, "17.6"), (1, 16, "6.3"), (1, 32, "3.1"), (0, 5, "0.0")]
)
def test_a_share_is_rounded_half_up(part, whole, expected):
    assert str(share(part, whole)) == expected


def test_a_total_of_zero_has_no_share():
    assert cut_of([PublicStatus.WAIVED]).rate is None


def test_every_status_is_in_one_part():
    parts = {part_of(status) for status in PublicStatus}
    assert parts == set(FilingPart) == {*OWED, FilingPart.WAIVED}


@pytest.mark.parametrize("show", [t.value for t in Timeliness])
def test_a_list_by_timeliness_has_only_those_filings(page, show):
    lines = page().context["lines"]
    assert listed(page(show=show)) == sum(line.timeliness == show for line in lines)


def test_active_filters_are_shown_and_can_be_removed(page):
    agency = Agency.objects.get(code="nyncw")
    response = page(agency=agency.pk, part="unfiled", show="missing")
    chips = read(response).xpath("//a[starts-with(@aria-label, '去掉筛选')]")
    assert [words(chip) for chip in chips] == ["未报", "报送时间：未报", "市农业农村委"]
    assert chips[0].get("href") == f"?show=missing&agency={agency.pk}"


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
    "query",
    [{"show": "x"}, {"part": "x"}, {"agency": "x"}, {"agency": "999999"}, {"agency": "9" * 40}],
)
def test_unknown_filter_values_give_an_empty_list(page, query):
    response = page(**query)
    assert response.status_code == 200
    assert listed(response) == 0


@pytest.mark.parametrize("period", ["0", "x", "9" * 20])
def test_a_wrong_period_is_404(page, period):
    assert page(period=period).status_code == 404


def test_the_page_takes_at_most_eight_queries(page, django_assert_max_num_queries):
    page()
    with django_assert_max_num_queries(8):
        page()


@pytest.mark.parametrize("view", VIEWS)
def test_a_closed_period_says_that_its_data_are_current(page, client, view):
    open_, closed = page().context["shown"].periods[:2]
    told = "填报按现在的情况统计"
    assert told not in client.get(view, {"period": open_.pk}).content.decode()
    assert told in client.get(view, {"period": closed.pk}).content.decode()


def test_filings_are_in_protocol_order_or_the_latest_first(page):
    names = list(dict.fromkeys(line.agency for line in page().context["listed"]))
    assert names[0] == "市商务委"
    late = page(sort="late").context["listed"]
    behind = [line.late_days for line in late]
    assert behind == sorted(behind, reverse=True)
    assert behind[0] > 0
    assert {line.agency for line in late} == set(names)


def closed_filing(page):
    """Create an accepted filing in a period that closed later; return both."""
    period = page().context["shown"].period
    Period.objects.filter(pk=period.pk).update(state="closed", closed_at=NOW.replace(day=14))
    Filing.objects.filter(period=period, first_submitted_at__gt=NOW.replace(day=14)).update(
        first_submitted_at=NOW.replace(day=13)
    )
    return Filing.objects.filter(period=period, state=FilingState.ACCEPTED).first(), period


def test_filings_submitted_after_the_closing_are_marked_in_every_view(page, client):
    filing, closed = closed_filing(page)
    assert "补报</span>" not in page(period=closed.pk).content.decode()
    Filing.objects.filter(pk=filing.pk).update(first_submitted_at=NOW)
    assert page(period=closed.pk).content.decode().count("补报</span>") == 1
    matrix = read(client.get("/matrix/"))
    legend = [words(item) for item in matrix.xpath("//ul[@class='legend']/li")]
    assert "补 补报（填报期关闭后报送）" in legend
    cell = matrix.xpath(f"//td/a[@href='/filings/{filing.pk}/']")[0]
    assert words(cell).endswith("补")
    assert cell.get("aria-label").endswith("（补报）")
    chips = read(client.get("/agencies/", {"period": closed.pk})).xpath(
        "//a[contains(@class,'chip')]"
    )
    assert [chip.get("href") for chip in chips if "（补报）" in (chip.get("title") or "")] == [
        f"/filings/{filing.pk}/"
    ]


def test_written_off_filings_are_marked_and_count_as_unfiled(page, client):
    filing, closed = closed_filing(page)
    before = page(period=closed.pk).context["head"]
    Filing.objects.filter(pk=filing.pk).update(
        state=FilingState.PENDING,
        first_submitted_at=None,
        accepted_note=None,
        written_off_at=NOW,
        written_off_by=make_user(Role.COORDINATOR),
        written_off_reason="机构撤并。",
    )
    response = page(period=closed.pk)
    assert "已核销</span>" in response.content.decode()
    assert response.context["head"].owed.value == before.owed.value
    legend = read(client.get("/matrix/")).xpath("//ul[@class='legend']/li")
    assert "销 欠报已核销" in [words(item) for item in legend]


@pytest.fixture
def liaison(page):
    agency = Agency.objects.get(code="cqcustoms")
    return make_user(Role.LIAISON, agency, name="张三", office_phone="023-67890123")


def test_telephones_of_late_agencies_are_shown_and_each_view_is_recorded(client, liaison):
    client.force_login(make_user(Role.COORDINATOR))
    agency = liaison.memberships.get().agency_id
    assert "023-67890123" not in client.get(URL, {"agency": agency}).content.decode()
    assert not Event.objects.filter(action="user.look_up").exists()
    shown = read(client.get(URL, {"agency": agency, "phones": "1"}))
    assert "张三 023-67890123" in words(shown.xpath("//td[@data-label='联系人']")[0])
    assert Event.objects.get(action="user.look_up").sentence == "查看了张三（重庆海关）的办公电话。"


def test_nobody_else_sees_telephones_in_the_list(page, liaison):
    response = page(phones="1")
    assert "023-67890123" not in response.content.decode()
    assert "显示办公电话" not in response.content.decode()
    assert not Event.objects.filter(action="user.look_up").exists()


def test_telephones_take_no_query_per_line(client, liaison, django_assert_max_num_queries):
    client.force_login(make_user(Role.COORDINATOR))
    client.get(URL)
    with django_assert_max_num_queries(14):
        client.get(URL, {"phones": "1"})


def test_many_filings_are_paged_and_counted_over_all(page, monkeypatch):
    whole = page().context
    monkeypatch.setattr(paged, "WHOLE_MOST", 20)
    pages = [page(page=number).context for number in range(1, -(-len(whole["rows"]) // 20) + 1)]
    assert len(pages) > 1
    assert sum((one["rows"] for one in pages), []) == whole["rows"]
    for one in pages:
        assert len(one["rows"]) <= paged.PER_PAGE
        assert (one["listed"], one["head"]) == (whole["listed"], whole["head"])
        assert len(one["late"]) <= len(one["rows"])
