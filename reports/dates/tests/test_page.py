"""节点与期限: all measures over time."""

from datetime import timedelta

import pytest

from agencies.models import Agency
from agencies.permissions import Role
from measures.models import DueDateRequest, Measure, Milestone
from measures.tests.factories import NOW, TODAY, make_measure, make_user
from reports.tests.reading import read, words
from reports.tests.world import make_many

URL = "/dates/"
MOST_QUERIES = 8
DAY = timedelta(days=1)


def rows(page):
    return page.xpath("//table[contains(@class, 'dates')]/tbody/tr")


def milestone(measure, due_on, **more):
    return Milestone.objects.create(
        measure=measure,
        title="一件事",
        due_on=due_on,
        original_due_on=more.pop("original_due_on", due_on),
        source="方案",
        **more,
    )


def test_it_first_shows_measures_with_a_date_or_a_milestone(world, signed_in):
    milestone(Measure.objects.get(ordinal=1), TODAY + DAY)
    page = read(signed_in.get(URL))
    meant = Measure.objects.exclude(due_on=None) | Measure.objects.exclude(milestones=None)
    told = [words(row)[: words(row).index("）") + 1] for row in rows(page)]
    assert told == [measure.mark for measure in meant.distinct().order_by("ordinal")]
    assert len(told) == 4  # two have dates, one a milestone, one the notice's own milestone
    chosen = page.xpath("//a[contains(@class, 'chip')][@aria-current]")
    assert [words(chip) for chip in chosen] == ["有时限或节点"]
    assert "4项措施（共17项）" in words(page)


def test_all_seventeen_measures_have_a_lane(world, signed_in):
    page = read(signed_in.get(f"{URL}?only=all"))
    assert len(rows(page)) == 17
    lanes = page.xpath("//tbody//svg[@role='img']")
    assert len(lanes) == 17
    assert all(lane.xpath("title") and lane.xpath("desc") for lane in lanes)
    assert len(page.xpath("//h1")) == 1
    assert "print-landscape" in page.xpath("//body/@class")[0]


def test_a_row_has_the_data_of_its_lane_in_words(world, signed_in):
    measure = Measure.objects.get(ordinal=7)
    milestone(measure, TODAY - DAY, original_due_on=TODAY - 90 * DAY)
    person = make_user(Role.COORDINATOR)
    DueDateRequest.objects.create(
        measure=measure,
        agency=Agency.objects.get(code="sww"),
        from_on=measure.due_on + DAY,
        to_on=measure.due_on,
        reason="客观原因",
        state="passed",
        asked_by=person,
        asked_at=NOW,
    )
    row = next(row for row in rows(read(signed_in.get(URL))) if "（七）" in words(row))
    told = words(row)
    assert f"{measure.due_on}" in told
    assert f"原{measure.due_on + DAY}，调整1次" in told
    assert f"▲逾期未完成 {TODAY - DAY}（原{TODAY - 90 * DAY}） 一件事" in told
    label = row.xpath(".//svg/@aria-label")[0]
    assert f"原时限{measure.due_on + DAY}" in label
    assert f"现行时限{measure.due_on}" in label


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("section=1&only=all", 4),
        ("section=1", 1),
        ("section=99", 0),
        ("agency=x", 0),
        ("only=overdue", 2),  # with the notice's own milestone of 2020
        ("only=dated", 2),
        ("only=all", 17),
        ("only=x", 4),  # as if no choice were made
        ("section=1&only=overdue", 1),
        ("section=2&only=overdue", 0),
    ],
)
def test_filters_are_in_the_address(world, signed_in, query, expected):
    milestone(Measure.objects.get(ordinal=1), TODAY - DAY)
    assert len(rows(read(signed_in.get(f"{URL}?{query}")))) == expected


def test_an_agency_s_lanes_are_those_of_its_measures(world, signed_in):
    agency = Agency.objects.get(code="sww")
    page = read(signed_in.get(f"{URL}?agency={agency.pk}&only=all"))
    assert len(rows(page)) == 13
    chip = page.xpath("//a[starts-with(@aria-label, '去掉筛选')]")[0]
    assert (words(chip), chip.get("href")) == ("市商务委", "?only=all")


def test_the_axis_looks_back_a_year_and_a_half_or_to_the_start(world, signed_in):
    assert "2019年" not in words(read(signed_in.get(URL)).xpath("//thead")[0])
    assert "2019年" in words(read(signed_in.get(f"{URL}?span=all")).xpath("//thead")[0])


def test_setting_the_first_date_is_not_a_move(world, signed_in):
    measure = Measure.objects.get(ordinal=7)
    said = {"agency": Agency.objects.get(code="sww"), "reason": "客观原因", "state": "passed"}
    person = make_user(Role.COORDINATOR)
    asked = {"asked_by": person, "asked_at": NOW, "measure": measure}
    DueDateRequest.objects.create(from_on=None, to_on=measure.due_on, **said, **asked)
    row = next(row for row in rows(read(signed_in.get(URL))) if "（七）" in words(row))
    assert "调整" not in words(row)


@pytest.mark.parametrize(
    ("query", "told"), [("section=zz", "没有这个部分"), ("agency=0", "没有这个责任单位")]
)
def test_an_unknown_filter_value_is_reported(world, signed_in, query, told):
    page = read(signed_in.get(f"{URL}?{query}"))
    assert told in words(page)
    assert "zz" not in words(page)


def test_an_empty_result_says_so_and_links_back(world, signed_in):
    page = read(signed_in.get(f"{URL}?section=2&only=overdue"))
    assert "没有符合条件的措施" in words(page)
    assert page.xpath("//a[.='清除筛选']/@href") == [URL] * 2


def test_without_a_notice_the_page_still_works(signed_in):
    assert "还没有可以显示的措施" in words(read(signed_in.get(URL)))


def test_the_number_of_queries_does_not_grow_with_the_measures(
    signed_in, django_assert_max_num_queries
):
    make_many(1)
    for more in (0, 29):
        for _ in range(more):
            milestone(make_measure(), TODAY)
        signed_in.get(URL)
        with django_assert_max_num_queries(MOST_QUERIES):
            signed_in.get(URL)
