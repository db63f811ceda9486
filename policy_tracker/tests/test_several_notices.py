"""Two notices: one is chosen in the frame, but to-dos are of both."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import GapKind
from measures.filings.submission import submit_note
from measures.models import Filing, Gap, Notice
from measures.notice_changes.actions import Entry, submit_revision
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_another_notice,
    make_filing,
    make_measure,
    make_note,
    make_notice,
    make_period,
    make_user,
)
from reports.tests.reading import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

SECOND = "渝府办发〔2020〕9号"
CHOSEN_PAGES = (
    "reports:overview",
    "reports:matrix",
    "reports:agencies",
    "reports:status",
    "reports:dates",
    "reports:trends",
    "reports:compare",
    "measures:gaps",
    "measures:revisions",
)
READERS = (Role.COORDINATOR, Role.CHIEF, Role.LIAISON, Role.AGENCY_HEAD, Role.LEADER)


@pytest.fixture
def agency():
    """Return the agency that leads the measure of the first notice."""
    return make_agency()


@pytest.fixture
def first(agency):
    measure = make_measure(lead=agency, title="第一件事")
    make_filing(measure=measure, due_on=TODAY - timedelta(days=3))
    return make_notice()


@pytest.fixture
def second(first):
    """Create a second notice, with another agency, a period and a gap."""
    notice = make_another_notice(SECOND)
    measure = make_measure(notice=notice, title="第二件事")
    period = make_period(notice=notice)
    make_filing(measure=measure, period=period, due_on=TODAY - timedelta(days=2))
    Gap.objects.create(notice=notice, measure=measure, kind=GapKind.TITLE)
    return notice


@pytest.fixture
def both_lead(agency, second):
    """Make the agency of the first notice responsible in the second one too."""
    measure = make_measure(lead=agency, notice=second, title="第三件事", ordinal=9)
    return make_filing(measure=measure, period=second.periods.get())


def sign_in(client, role, agency=None):
    bound = agency if role in (Role.LIAISON, Role.AGENCY_HEAD) else None
    client.force_login(make_user(role, bound))
    return client


def turned_to(page):
    return words(page.xpath("//details[contains(@class, 'notice-choice')]/summary")[0])


@pytest.mark.parametrize("role", READERS)
def test_every_page_of_one_notice_shows_the_chosen_one(client, agency, both_lead, role):
    sign_in(client, role, agency)
    for name in CHOSEN_PAGES:
        page = read(client.get(reverse(name), {"notice": both_lead.period.notice_id}))
        assert SECOND in turned_to(page), name
        assert "第一件事" not in words(page.xpath("//main")[0]), name


def test_the_choice_is_remembered_and_the_address_wins(client, first, second):
    sign_in(client, Role.COORDINATOR)
    matrix = reverse("reports:matrix")
    assert "第一件事" in words(read(client.get(matrix)))
    assert "第二件事" in words(read(client.get(matrix, {"notice": second.pk, "remember": 1})))
    assert "第二件事" in words(read(client.get(matrix)))
    assert "第一件事" in words(read(client.get(matrix, {"notice": first.pk})))
    assert "第二件事" in words(read(client.get(matrix)))


def test_a_period_in_the_address_selects_its_notice(client, second):
    sign_in(client, Role.COORDINATOR)
    page = read(client.get(reverse("reports:matrix"), {"period": second.periods.get().pk}))
    assert "第二件事" in words(page)
    assert "第一件事" in words(read(client.get(reverse("reports:matrix"))))


def test_a_notice_that_does_not_exist_is_404(client, second):
    sign_in(client, Role.COORDINATOR)
    for name in CHOSEN_PAGES[:-2]:
        assert client.get(reverse(name), {"notice": 999}).status_code == 404, name


def test_a_period_of_another_notice_shows_its_own(client, first, second):
    sign_in(client, Role.COORDINATOR)
    query = {"period": second.periods.get().pk, "notice": first.pk}
    page = read(client.get(reverse("reports:matrix"), query))
    assert "第二件事" in words(page)
    assert SECOND in turned_to(page)


def test_with_one_notice_there_is_nothing_to_choose(client, first):
    page = read(sign_in(client, Role.COORDINATOR).get(reverse("reports:overview")))
    assert not page.xpath("//details[contains(@class, 'notice-choice')]")
    assert first.number in words(page.xpath("//header")[0])


def test_an_agency_chooses_among_notices_that_concern_it(client, agency, second):
    other = second.measures.get().responsibilities.get().agency
    page = read(sign_in(client, Role.LIAISON, other).get(reverse("reports:overview")))
    assert SECOND in words(page.xpath("//header")[0])
    assert not page.xpath("//details[contains(@class, 'notice-choice')]")
    page = read(sign_in(client, Role.LIAISON, agency).get(reverse("reports:overview")))
    assert SECOND not in words(page.xpath("//header")[0])


def test_the_page_of_a_measure_names_its_own_notice(client, second):
    sign_in(client, Role.COORDINATOR)
    page = read(client.get(reverse("measures:measure", args=[second.measures.get().pk])))
    assert SECOND in turned_to(page)


def test_to_dos_are_of_all_notices_and_name_them(client, second):
    page = read(sign_in(client, Role.COORDINATOR).get(reverse("agencies:todo")))
    lines = {words(line) for line in page.xpath("//li[@class='to-do-line']")}
    for number in (make_notice().number, SECOND):
        assert any("未报" in line and number in line for line in lines), lines
    assert any("标题缺失" in line and SECOND in line for line in lines), lines


def test_filings_owed_for_all_notices_are_on_one_page(client, agency, first, both_lead):
    """Those of the period in the address come first, else those of the first notice."""
    client = sign_in(client, Role.LIAISON, agency)
    for period, is_second_first in (
        (None, False),
        (first.periods.get().pk, False),
        (both_lead.period_id, True),
    ):
        address = {"period": period} if period else {}
        page = read(client.get(reverse("measures:my_filings"), address))
        groups = page.xpath("//section[starts-with(@id, 'notice-')]")
        heads = [words(group.xpath(".//h2")[0]) for group in groups]
        assert [SECOND in head for head in heads] == [is_second_first, not is_second_first]
        groups = groups[::-1] if is_second_first else groups
        assert ["第一件事" in words(group) for group in groups] == [True, False]
        assert "第三件事" in words(groups[1].xpath(".//article")[0])
        sheets = [group.xpath(".//a[contains(@href, 'period=')]/@href")[0] for group in groups]
        assert sheets[1].endswith(f"period={both_lead.period_id}")


def test_filings_of_other_notices_that_do_not_fit_are_counted(
    client, agency, both_lead, monkeypatch
):
    monkeypatch.setattr("measures.filings.elsewhere.WHOLE_MOST", 0)
    monkeypatch.setattr("measures.filings.elsewhere.PER_PAGE", 0)
    page = read(sign_in(client, Role.LIAISON, agency).get(reverse("measures:my_filings")))
    assert "第三件事" not in words(page)
    told = [words(one) for one in page.xpath("//p[contains(@class, 'message')]")]
    assert any(SECOND in one and "未报1项" in one for one in told), told


def test_a_card_of_another_notice_is_saved_beside_those_of_the_chosen_one(
    client, agency, both_lead
):
    sign_in(client, Role.LIAISON, agency)
    key = both_lead.pk
    url = reverse("measures:filing_save", args=[key])
    answer = client.post(url, {f"f{key}-progress": "已办。" * 9000})
    assert answer.status_code == 422
    refused = html.fromstring(answer.content.decode())
    heads = [words(one) for one in refused.xpath("//section[starts-with(@id, 'notice-')]//h2")]
    assert any(SECOND in head for head in heads)
    assert len(refused.xpath("//article")) == 2


def test_debts_name_their_notice_if_there_are_several(client, agency, first, both_lead):
    sign_in(client, Role.LIAISON, agency)
    first.periods.update(state="closed")
    page = read(client.get(reverse("measures:my_filings"), {"notice": both_lead.period.notice_id}))
    assert first.number in words(page.xpath("//section[@id='debts']//tbody/tr")[0])


def test_all_notices_are_listed_together(client, second):
    page = read(sign_in(client, Role.LEADER).get(reverse("reports:notices")))
    rows = [words(row) for row in page.xpath("//tbody/tr")]
    assert [SECOND in row for row in rows] == [False, True]
    assert all("0/1" in row for row in rows), rows


@pytest.mark.parametrize(("role", "offered"), [(Role.COORDINATOR, True), (Role.LEADER, False)])
def test_people_who_may_import_a_notice_have_a_link_beside_the_list(client, second, role, offered):
    page = read(sign_in(client, role).get(reverse("reports:notices")))
    assert bool(page.xpath(f"//main//a[@href='{reverse('measures:intake')}']")) is offered


def test_a_notice_is_archived_and_reopened(client, second):
    sign_in(client, Role.COORDINATOR)
    url = reverse("reports:notice_archive", args=[second.pk])
    assert "正在填报的填报期1件" in words(read(client.get(url)))
    period = reverse("measures:period", args=[second.periods.get().pk])
    assert read(client.get(url)).xpath(f"//main//a[@href='{period}']")
    assert client.post(url, {"reason": "已完成。"}).status_code == 409
    second.periods.update(state="closed")
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "已完成。"}).status_code == 302
    overview = read(client.get(reverse("reports:overview")))
    assert not overview.xpath("//details[contains(@class, 'notice-choice')]")
    to_dos = words(read(client.get(reverse("agencies:todo"))))
    assert "标题缺失" not in to_dos
    archived = read(client.get(reverse("reports:overview"), {"notice": second.pk}))
    assert "第二件事" in words(archived)
    assert f"{SECOND}（已归档）" in words(archived.xpath("//header")[0])
    again = reverse("reports:notice_reopen", args=[second.pk])
    assert client.post(again, {"reason": "补充任务。"}).status_code == 302
    assert Notice.objects.open().count() == 2
    assert "标题缺失" in words(read(client.get(reverse("agencies:todo"))))


def test_an_archived_notice_gets_no_period(client, second):
    second.periods.update(state="draft")
    Notice.objects.filter(pk=second.pk).update(archived_at=second.issued_on.isoformat() + "T00:00Z")
    sign_in(client, Role.COORDINATOR)
    url = reverse("measures:period_open", args=[second.periods.get().pk])
    answer = client.post(url)
    assert answer.status_code == 409
    assert "已归档，不再布置填报" in answer.content.decode()


def test_an_archived_notice_accepts_no_revision_and_no_late_filing(client, second):
    measure = second.measures.get()
    filing = Filing.objects.get(measure=measure)
    make_note(filing)
    Filing.objects.filter(pk=filing.pk).update(state="draft")
    Notice.objects.filter(pk=second.pk).update(archived_at=NOW)
    by, source = make_user(Role.COORDINATOR), {"source_document": "另文", "source_place": "第1页"}
    said = Entry(title="新标题", holds_from=TODAY, source_on=TODAY, **source)
    with pytest.raises(DomainError, match="已归档"):
        submit_revision(measure, by=by, entry=said, stored=[], at=NOW)
    with pytest.raises(DomainError, match="已归档"):
        submit_note(filing, by=make_user(Role.LIAISON, filing.agency), at=NOW)
