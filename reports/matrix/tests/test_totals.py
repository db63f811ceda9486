"""责任矩阵: the three views, the legend, and the lists its totals open."""

import pytest

from agencies.models import Event
from measures.choices import FilingState, Light, ResponsibilityRole
from measures.models import Measure, Responsibility
from measures.models.public_status import PublicStatus
from measures.tests.factories import TODAY, make_agency, make_filing, make_measure
from policy_tracker.tests.crawling import compressed
from reports.choices import MatrixView
from reports.tests.reading import marks, measures, read, words

URL = "/matrix/"
MOST_BYTES = 7_000  # compressed, as it is sent


def totals(page):
    """Return every total at the edges: its number and the URL of its list."""
    path = "//tfoot//td/a | //tbody//td[contains(@class, 'matrix-sum')]/a"
    found = [(words(link), link.get("href")) for link in page.xpath(path)]
    return [(int(number), url) for number, url in found if number != "待核对"]


def listed(page):
    """Return the rows of the open list."""
    return page.xpath("//section[@id='listed' or @aria-labelledby='listed']//tbody/tr")


def test_the_corner_of_the_lights_counts_each_red_measure_once(world, signed_in):
    page = read(signed_in.get(f"{URL}?view=lights"))
    line = page.xpath("//tfoot/tr[th[starts-with(., '其中')]]")[0]
    assert words(line.xpath("th")[0]) == "其中滞后措施"
    corner = line.xpath("td[@class='matrix-sum']/a")[0]
    assert (words(corner), corner.get("aria-label")) == ("2", "全部滞后措施2项")
    assert len(measures(read(signed_in.get(corner.get("href"))))) == 2
    assert sum(int(words(a)) for a in line.xpath("td[not(@class)]/a")) > 2


def legend(page):
    return [words(item) for item in page.xpath("//ul[contains(@class, 'legend')]/li")]


@pytest.mark.parametrize("view", MatrixView.values)
def test_every_total_is_the_length_of_the_list_it_opens(world, signed_in, view):
    found = totals(read(signed_in.get(f"{URL}?view={view}")))
    assert len(found) > 30
    of_measures = [url for _, url in found if url.startswith("/overview/")]
    assert len(of_measures) == (view == MatrixView.LIGHTS)
    of_filings = [url for _, url in found if url.startswith("/status/")]
    assert bool(of_filings) == (view == MatrixView.FILINGS)
    for number, url in [one for one in found if one[1] not in of_measures][::4]:
        assert url in of_filings or url.endswith("#listed")
        page = read(signed_in.get(url if url in of_filings else URL + url.partition("#")[0]))
        assert len(listed(page)) == number, url


def test_the_parts_of_each_agency_add_up_to_what_it_owes(world, signed_in):
    page = read(signed_in.get(URL))
    lines = {
        words(line.xpath("th")[0]): [int(words(cell) or 0) for cell in line.xpath("td")]
        for line in page.xpath("//tfoot/tr")
    }
    assert list(lines) == ["已通过", "待审核", "退回", "逾期未报", "合计"]
    *parts, whole = lines.values()
    assert [sum(column) for column in zip(*parts, strict=True)] == whole
    assert whole[-1] == 53


def test_skipped_measures_are_a_part_of_the_total(signed_in):
    agency = make_agency(name="甲单位")
    asked, skipped = make_measure(lead=agency), make_measure(lead=agency)
    filing = make_filing(measure=asked, agency=agency, state=FilingState.ACCEPTED)
    filing.period.skipped.add(skipped)
    page = read(signed_in.get(URL))
    lines = {
        words(line.xpath("th")[0]): int(words(line.xpath("td")[-1]))
        for line in page.xpath("//tfoot/tr")
    }
    *parts, whole = lines.values()
    assert lines["隔期填报"] == 1
    assert sum(parts) == whole == 2
    url = page.xpath("//tfoot/tr[th='隔期填报']/td[last()]/a/@href")[0]
    assert len(listed(read(signed_in.get(URL + url.partition("#")[0])))) == 1


def test_head_and_foot_have_the_same_word_for_unfiled(world, signed_in):
    _, opened = world
    opened.filings.filter(state=FilingState.PENDING).update(due_on=TODAY)
    page = read(signed_in.get(URL))
    heads = [words(head) for head in page.xpath("//tfoot/tr/th")]
    assert heads == ["已通过", "待审核", "退回", "待报（未到截止日）", "合计"]


def test_a_list_names_its_subject_and_links_back(world, signed_in):
    agency = Responsibility.objects.filter(role="lead").first().agency
    page = read(signed_in.get(f"{URL}?view=roles&agency={agency.pk}&role=lead"))
    assert words(page.xpath("//section[@id='listed']//h2")[0]) == "市商务委 · 牵头单位10项责任"
    assert page.xpath("//section[@id='listed']//a[.='返回矩阵']/@href") == ["?view=roles"]
    assert len(marks(page)) == 53


@pytest.mark.parametrize(
    "query", ["role=x", "agency=x", "measure=0", "light=x", "standing=x", "agency=" + "9" * 40]
)
def test_unknown_filter_values_give_an_empty_list(world, signed_in, query):
    page = read(signed_in.get(f"{URL}?{query}"))
    assert "没有这样的责任" in words(page)


def test_an_unknown_view_shows_the_view_of_filings(world, signed_in):
    page = read(signed_in.get(f"{URL}?view=x"))
    assert words(page.xpath("//nav[@aria-label='矩阵显示']/a[@aria-current]")[0]) == "报送"


def test_a_row_with_unknown_agencies_links_to_the_gaps(real_notice, signed_in):
    page = read(signed_in.get(URL))
    links = page.xpath("//td[contains(@class, 'matrix-sum')]/a[.='待核对']/@href")
    assert set(links) == {"/gaps/"}


def test_a_new_matrix_has_only_the_words_that_are_in_use_in_its_legend(signed_in):
    measure = make_measure(lead=make_agency(name="甲单位"), light=Light.GREY, light_on=TODAY)
    make_filing(measure=measure, state=FilingState.ACCEPTED)
    assert legend(read(signed_in.get(URL))) == ["● 牵头", "✓ 已通过"]
    assert legend(read(signed_in.get(f"{URL}?view=roles"))) == ["● 牵头"]
    assert legend(read(signed_in.get(f"{URL}?view=lights"))) == ["● 牵头", "○ 未评定"]


def test_the_legend_names_each_role_and_status_of_the_world(world, signed_in):
    named = legend(read(signed_in.get(URL)))
    assert named[:2] == ["● 牵头", "○ 责任"]
    for status in (
        PublicStatus.ACCEPTED,
        PublicStatus.WAITING,
        PublicStatus.MENDING,
        PublicStatus.LATE,
    ):
        assert any(status.label in one for one in named)
    assert not any(ResponsibilityRole.SUPPORT.mark in one for one in named)
    assert named[-1] == "责任单位待核对"


def test_the_view_of_roles_shows_no_filings(world, signed_in):
    page = read(signed_in.get(f"{URL}?view=roles"))
    assert {words(mark) for mark in marks(page)} == {"●", "○"}
    assert all("：" not in mark.get("aria-label") for mark in marks(page))
    first = Measure.objects.get(ordinal=1)
    assert f"/measures/{first.pk}/" in [mark.get("href") for mark in marks(page)]


def test_column_heads_link_to_the_agencies(world, signed_in):
    agency = Responsibility.objects.filter(role="lead").first().agency
    page = read(signed_in.get(URL))
    assert page.xpath("//thead//th[2]/a/@href") == [f"/agencies/{agency.pk}/"]


def test_the_page_offers_the_workbook_of_the_same_period(world, signed_in):
    closed, _ = world
    page = read(signed_in.get(f"{URL}?period={closed.pk}&view=roles"))
    assert page.xpath("//a[.='导出 Excel']/@href") == [f"/matrix/sheet/?period={closed.pk}"]
    assert not Event.objects.filter(action="matrix.download").exists()


@pytest.mark.parametrize("view", MatrixView.values)
def test_no_view_exceeds_its_size_limit(world, signed_in, view):
    assert compressed(signed_in.get(f"{URL}?view={view}").content) <= MOST_BYTES
