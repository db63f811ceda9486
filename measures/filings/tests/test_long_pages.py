"""本期应报 of an agency that owes very much: split into pages, or whole on request."""

from datetime import timedelta
from itertools import count

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.page import DEBTS_MOST, PER_PAGE, REST_MOST, WHOLE_MOST
from measures.filings.statements import OTHERS_MOST
from measures.filings.tests.cards import save
from measures.models import Filing, Period
from measures.rules.periods import Quarter
from measures.tests.factories import (
    TODAY,
    make_agency,
    make_another_notice,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
MOST_BYTES = 60_000
_numbers = count(1)


@pytest.fixture
def agency(client):
    agency = make_agency(name="重庆海关")
    client.force_login(make_user(Role.LIAISON, agency))
    return agency


def make_filings(agency, number: int) -> list[Filing]:
    period = make_period()
    measures = [make_measure(lead=agency) for _ in range(number)]
    return [make_filing(measure=measure, period=period) for measure in measures]


def shown(response) -> list[int]:
    cards = parse(response.content.decode()).xpath("//article/@id")
    return [int(name.removeprefix("filing-")) for name in cards]


@pytest.mark.parametrize(
    ("number", "first_page"), [(1, 1), (WHOLE_MOST, WHOLE_MOST), (WHOLE_MOST + 1, PER_PAGE)]
)
def test_a_usual_number_stays_on_one_page(client, agency, number, first_page):
    filings = make_filings(agency, number)
    page = client.get("/filings/")
    assert shown(page) == [filing.pk for filing in filings][:first_page]
    assert (f"本页{PER_PAGE}项" in page.content.decode()) == (number > WHOLE_MOST)


def test_all_are_on_one_of_the_pages_and_whole_by_choice(client, agency):
    filings = [filing.pk for filing in make_filings(agency, WHOLE_MOST + 5)]
    period = Filing.objects.first().period_id
    found = [shown(client.get("/filings/", {"period": period, "page": n})) for n in (1, 2, 3, 4)]
    assert [len(page) for page in found] == [PER_PAGE, PER_PAGE, PER_PAGE, 4]
    assert sum(found, []) == filings
    first = parse(client.get("/filings/").content.decode())
    whole = first.xpath("//a[contains(., '全部列出')]/@href")[0]
    assert shown(client.get(whole)) == filings
    following = first.xpath("//a[@rel='next']/@href")[0]
    assert shown(client.get(following)) == filings[PER_PAGE : 2 * PER_PAGE]


def test_the_bar_counts_all_pages_and_hands_all_in(client, agency):
    filings = make_filings(agency, WHOLE_MOST + 1)
    for filing in filings:
        make_note(filing)
    Filing.objects.update(state=FilingState.DRAFT)
    page = client.get("/filings/").content.decode()
    assert f"本期应报{len(filings)}项" in page
    (form,) = parse(page).forms and [f for f in parse(page).forms if "submit" in f.action][:1]
    client.post("/filings/submit/", dict(form.form_values()))
    assert Filing.objects.filter(state=FilingState.SUBMITTED).count() == len(filings)


def test_the_bar_names_so_many_that_lack_something_and_counts_the_others(client, agency):
    make_filings(agency, REST_MOST + 3)
    rest = parse(client.get("/filings/").content.decode()).xpath("//p[@class='owe-rest']")[0]
    assert len(rest.xpath("a")) == REST_MOST
    assert rest.text_content().endswith("；另有3项")


def test_whoever_saves_stays_on_the_page_of_the_card(client, agency):
    filing = make_filings(agency, WHOLE_MOST + 5)[-1]
    answer = save(client, filing)
    assert answer.status_code == 302
    assert filing.pk in shown(client.get(answer.url.split("#")[0]))
    refused = save(client, filing, revision=1, confidence="")
    assert refused.status_code == 422
    assert filing.pk in shown(refused)
    stale = save(client, filing, revision=0, progress="另一页写的。")
    assert filing.pk in shown(stale)


def test_an_address_leads_to_the_page_of_its_card(client, agency):
    filings = make_filings(agency, WHOLE_MOST + 5)
    period = filings[0].period_id
    for wanted, expected in ((filings[-1].pk, 4), (filings[0].pk, PER_PAGE), ("x", PER_PAGE)):
        page = client.get("/filings/", {"period": period, "at": wanted})
        assert len(shown(page)) == expected


def test_a_page_that_there_is_not_is_the_last_or_the_first(client, agency):
    filings = make_filings(agency, WHOLE_MOST + 1)
    assert shown(client.get("/filings/", {"page": "99"}))[-1] == filings[-1].pk
    assert shown(client.get("/filings/", {"page": "x"}))[0] == filings[0].pk


def test_links_of_a_refused_page_lead_to_pages(client, agency):
    """The refused page has the URL of a form action, which cannot be opened by GET."""
    filing = make_filings(agency, WHOLE_MOST + 1)[0]
    make_period(Quarter(2026, 2))
    page = parse(save(client, filing, confidence="").content.decode())
    links = page.xpath("//main//a/@href[starts-with(., '?')]")
    forms = page.xpath("//main//form[not(@method='post') and not(@action)]")
    assert (links, forms) == ([], [])


def in_other_notices(agency, notices: int, each: int) -> list[Period]:
    periods = []
    for _ in range(notices):
        notice = make_another_notice(f"渝府办发〔2020〕{next(_numbers)}号")
        periods.append(make_period(notice=notice))
        for _ in range(each):
            make_filing(measure=make_measure(lead=agency, notice=notice), period=periods[-1])
    return periods


def test_long_pages_stay_light_with_one_notice_and_with_many(client, agency):
    filings = make_filings(agency, 60)
    assert len(client.get("/filings/").content) <= MOST_BYTES
    in_other_notices(agency, 12, 5)
    for number, due_on in ((2, TODAY - timedelta(days=130)), (1, TODAY + timedelta(days=5))):
        earlier = make_period(Quarter(2026, number), state="closed", due_on=due_on)
        for filing in filings:
            make_filing(measure=filing.measure, period=earlier, agency=agency, due_on=due_on)
    for address in ("/filings/", f"/filings/?period={filings[0].period_id}"):
        page = client.get(address)
        assert "往期欠报60项" in page.content.decode()
        assert len(page.content) <= MOST_BYTES


def test_all_cards_of_all_notices_are_on_one_page_if_that_is_a_usual_number(client, agency):
    own = make_filings(agency, WHOLE_MOST - 8)
    periods = in_other_notices(agency, 2, 4)
    others = list(Filing.objects.filter(period__in=periods).values_list("pk", flat=True))
    assert shown(client.get("/filings/")) == [*(filing.pk for filing in own), *others]


def test_of_more_cards_those_of_other_notices_are_shown_if_they_fit_on_a_page(client, agency):
    own = make_filings(agency, 3)
    near, far = in_other_notices(agency, 1, PER_PAGE - 3) + in_other_notices(agency, 1, WHOLE_MOST)
    page = client.get("/filings/")
    others = list(Filing.objects.filter(period=near).values_list("pk", flat=True))
    assert shown(page) == [*(filing.pk for filing in own), *others]
    assert f"{far.notice.number}" in page.content.decode()
    link = parse(page.content.decode()).xpath("//a[contains(., '一并列出')]/@href")[0]
    assert len(shown(client.get(link))) == 3 + (PER_PAGE - 3) + WHOLE_MOST


def test_other_notices_are_named_up_to_a_number_and_counted(client, agency):
    make_filings(agency, WHOLE_MOST)
    in_other_notices(agency, OTHERS_MOST + 3, 1)
    page = client.get("/filings/").content.decode()
    assert page.count("未报1项") == OTHERS_MOST
    assert "另有3份文件的填报期也在填报" in page


def test_filings_of_closed_periods_not_due_yet_are_named_up_to_a_number(client, agency):
    due_on = TODAY + timedelta(days=5)
    earlier = make_period(Quarter(2026, 2), state="closed", due_on=due_on)
    for filing in make_filings(agency, DEBTS_MOST + 2):
        make_filing(measure=filing.measure, period=earlier, agency=agency, due_on=due_on)
    page = client.get("/filings/").content.decode()
    assert page.count("截止前报送仍算按时") == DEBTS_MOST
    assert "另有2项填报期已关闭、未到报送截止日" in page
    assert "往期欠报" not in page
    page = client.get("/filings/", {"period": earlier.pk}).content.decode()
    assert "项填报期已关闭" not in page  # they are the cards of this page


def test_many_debts_are_named_up_to_a_number_and_all_by_choice(client, agency):
    filings = make_filings(agency, DEBTS_MOST + 2)
    earlier = make_period(Quarter(2026, 2), state="closed", due_on=TODAY - timedelta(days=130))
    for filing in filings:
        make_filing(measure=filing.measure, period=earlier, agency=agency)
    page = parse(client.get("/filings/").content.decode())
    assert len(page.xpath("//section[@id='debts']//tbody/tr")) == DEBTS_MOST
    assert f"往期欠报{DEBTS_MOST + 2}项" in page.xpath("//section[@id='debts']")[0].text_content()
    (whole,) = page.xpath("//section[@id='debts']//a[contains(., '全部列出')]/@href")
    page = parse(client.get(whole).content.decode())
    assert len(page.xpath("//section[@id='debts']//tbody/tr")) == DEBTS_MOST + 2


def test_a_head_sees_pages_too(client, agency):
    filings = make_filings(agency, WHOLE_MOST + 1)
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    assert shown(client.get("/filings/")) == [filing.pk for filing in filings[:PER_PAGE]]
    assert reverse("measures:my_filings") == "/filings/"
