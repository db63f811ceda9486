"""等谁办 on 总览 and 大屏: everybody who must move, in protocol order."""

import pytest

from measures.choices import Light
from measures.models import Measure
from measures.tests.factories import TODAY, make_agency, make_filing, make_measure, make_period
from reports.overview.stuck import MOVERS_MOST
from reports.tests.reading import figures, read, words

OVERVIEW = "/overview/"
SCREEN = "/overview/screen/"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("reports.overview.screen.localdate", lambda: TODAY)


def movers(page):
    section = page.xpath("//section[h2[text()='等谁办']]")[0]
    return [words(item) for item in section.xpath(".//li")], words(section)


def owing(count):
    """So many agencies, one late filing each."""
    period = make_period(due_on=TODAY.replace(day=1))
    lead, *others = [make_agency() for _ in range(count)]
    measure = make_measure(lead=lead, others=others, light=Light.GREEN, light_on=TODAY)
    for agency in (lead, *others):
        make_filing(measure=measure, agency=agency, period=period)


@pytest.mark.parametrize("status", ["逾期未报", "退回修改", "待审核"])
def test_their_figures_add_up_to_the_one_above(world, signed_in, status):
    page = read(signed_in.get(OVERVIEW))
    marks = page.xpath("//a[contains(@class, 'mover-mark')]")
    counted = [int(words(m.xpath("b")[0])) for m in marks if words(m).startswith(status)]
    assert sum(counted) == figures(page)[status][0] > 0


def test_who_leads_what_is_stuck_stands_first_then_the_protocol_holds(world, signed_in):
    found, _ = movers(read(signed_in.get(OVERVIEW)))
    names = [item.split()[0] for item in found]
    assert names[-1] == "市商务委（审核）"
    stuck = Measure.objects.filter(light__in=(Light.RED, Light.YELLOW))
    leads = {d.agency.short_name for m in stuck for d in m.responsibilities.filter(role="lead")}
    first = [name in leads for name in names[:-1]]
    assert any(first)
    assert first == sorted(first, reverse=True)


@pytest.mark.parametrize("count", [MOVERS_MOST, MOVERS_MOST + 3])
def test_who_has_no_room_is_counted_and_unfolds(signed_in, count):
    owing(count)
    found, told = movers(read(signed_in.get(OVERVIEW)))
    assert len(found) == count
    assert ("另有3家3项" in told) is (count > MOVERS_MOST)


def test_the_wall_counts_who_has_no_room(signed_in):
    owing(MOVERS_MOST + 3)
    found, _ = movers(read(signed_in.get(SCREEN)))
    assert len(found) == MOVERS_MOST + 1
    assert found[-1] == "另有3家3项"
