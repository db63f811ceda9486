"""Every page and every form starts with the same period: the current one."""

from datetime import timedelta

import pytest

from agencies.permissions import Role
from measures.models import Filing, Period
from measures.rules.periods import Quarter
from measures.tests.factories import TODAY, make_period, make_user
from reports.tests.reading import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
CURRENT = "2026年前三季度"
CHOSEN = "//select[@name='period']/option[@selected]"


@pytest.fixture(autouse=True)
def _ahead(world):
    """Open the next period early, besides one that is still open."""
    make_period(Quarter(2026, 4), due_on=TODAY + timedelta(days=45))


PAGES = [
    ("/overview/", "//p[@class='page-sub']"),
    ("/overview/screen/", "//p[@class='wall-asof']"),
    ("/status/", CHOSEN),
    ("/matrix/", CHOSEN),
    ("/agencies/", CHOSEN),
    ("/reviews/decided/", CHOSEN),
    ("/statuses/sheets/", "//main"),
    ("/reports/", "//select[@id='id_period']/option[@selected]"),
]


@pytest.mark.parametrize(("url", "place"), PAGES)
def test_each_page_of_the_commission_starts_with_the_current_period(signed_in, url, place):
    said = words(read(signed_in.get(url)).xpath(place)[0])
    assert CURRENT in said
    assert "全年" not in said


@pytest.mark.parametrize("url", ["/filings/", "/filings/sheets/"])
def test_each_page_of_an_agency_starts_with_the_current_period(client, url):
    owing = Filing.objects.filter(period__label=CURRENT).first().agency
    client.force_login(make_user(Role.LIAISON, owing))
    assert CURRENT in words(read(client.get(url)).xpath("//main")[0])


def test_the_overview_links_to_the_form_with_its_period_chosen(signed_in):
    period = Period.objects.get(label="2026年度")
    link = read(signed_in.get(f"/overview/?period={period.pk}")).xpath("//a[.='生成进展报告']")[0]
    page = read(signed_in.get(link.get("href")))
    chosen = page.xpath("//section[h2[@id='ask']]//option[@selected]")
    assert [words(one) for one in chosen][:2] == ["进展情况报告", "2026年度（填报中）"]


def test_a_later_period_says_that_the_current_one_is_past_its_due_day(signed_in):
    period = Period.objects.get(label="2026年度")
    page = read(signed_in.get(f"/overview/?period={period.pk}"))
    assert "2026年前三季度已于2026-11-12（周四）截止，尚未关闭，逾期未报5项" in words(page)
