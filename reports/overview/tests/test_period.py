"""总览: which period it shows, live or frozen."""

from datetime import date

import pytest

from agencies.models import AgencyName
from agencies.permissions import Role
from measures.choices import Light, Stage
from measures.models import Filing, Measure, Period, Snapshot
from measures.models.public_status import PublicStatus
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_period, make_user
from reports.tests.reading import counted, measures, read, row_of, words

URL = "/overview/"


def sub(page):
    return words(page.xpath("//p[contains(@class, 'page-sub')]")[0])


def test_a_closed_period_shows_its_snapshot_despite_later_changes(world, signed_in, coordinator):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    before = row_of(read(signed_in.get(f"{URL}?period={opened.pk}")), "进一步拓宽金融服务渠道")
    agency = Filing.objects.filter(measure__ordinal=13, role="lead").get().agency
    AgencyName.objects.filter(agency=agency).update(short_name="改名后的单位")
    type(agency).objects.filter(pk=agency.pk).update(short_name="改名后的单位")
    Measure.objects.update(
        light=Light.GREEN, light_sentence="现在的原因", light_on=TODAY, stage=Stage.NEARLY_DONE
    )
    page = read(signed_in.get(f"{URL}?period={opened.pk}"))
    assert row_of(page, "进一步拓宽金融服务渠道") == before
    assert "关闭时快照" in sub(page)
    assert "现在的原因" not in words(page)


def test_a_closed_period_shows_filings_as_of_its_closing(world, signed_in, coordinator):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    url = f"{URL}?period={opened.pk}"
    before = counted(read(signed_in.get(url)))
    assert [before[label][0] for label in ("", "待审核", "退回", "未报")] == [44, 3, 1, 5]
    Filing.objects.filter(state="submitted").update(state="draft", first_submitted_at=None)
    Filing.objects.update(agency_name="改名后的单位")
    assert counted(read(signed_in.get(url))) == before
    listed = read(signed_in.get(f"{url}&filing=unreported")).xpath(
        "//table[contains(@class, 'table-plain')]//th[@scope='row']"
    )
    assert len(listed) == 5
    assert "改名后的单位" not in words(read(signed_in.get(f"{url}&filing=unreported")))


def test_a_closed_period_keeps_its_labels(world, signed_in, coordinator, monkeypatch):
    _, opened = world
    close_period(opened, by=coordinator, at=NOW)
    url = f"{URL}?period={opened.pk}"
    before = words(read(signed_in.get(url)).xpath("//main")[0])
    for choice in (
        Light.RED,
        Light.GREEN,
        Stage.UNDER_WAY,
        PublicStatus.MISSED,
        PublicStatus.ACCEPTED,
    ):
        monkeypatch.setattr(choice, "_label_", f"改名{choice.value}")
    assert str(Light.RED.label) == "改名red"
    assert words(read(signed_in.get(url)).xpath("//main")[0]) == before
    assert "改名red" in words(read(signed_in.get(URL + "?light=red")))


def test_after_a_second_closing_the_newest_snapshot_is_shown(world, signed_in):
    closed, _ = world
    first = Snapshot.objects.filter(period=closed, measure__ordinal=1).get()
    first.pk, first.closing, first.sentence = None, 2, "第二次关闭时的原因"
    first.save()
    page = read(signed_in.get(f"{URL}?period={closed.pk}"))
    assert "第二次关闭时的原因" in row_of(page, "扩大先进技术设备")
    assert len(measures(page)) == 17


def test_without_an_open_period_the_newest_closed_one_is_shown_live(world, signed_in):
    _, opened = world
    Period.objects.filter(pk=opened.pk).update(state="closed", closed_at=NOW)
    page = read(signed_in.get(URL))
    assert "关闭时快照" not in sub(page)
    assert "2026年前三季度" in sub(page)
    assert "市金融监管局连续2期未报进展" in words(page)
    assert counted(page)["未报"][0] == 5
    assert page.xpath("//select[@id='period']/option[@selected]/text()") == ["当前情况"]


def test_without_an_earlier_snapshot_changes_are_not_counted(world, signed_in):
    closed, _ = world
    page = read(signed_in.get(f"{URL}?period={closed.pk}"))
    assert "暂无上期快照" in words(page)
    assert not page.xpath("//select[@id='change']")


def test_without_a_period_the_page_says_why_and_what_to_do(real_notice, signed_in, client):
    page = read(signed_in.get(URL))
    assert "还没有开始过填报期" in words(page)
    assert page.xpath("//div[@class='empty']//a/@href") == ["/periods/"]
    assert len(measures(page)) == 17
    assert not page.xpath("//form[@action='/reports/new/']")
    client.force_login(make_user(Role.LEADER))
    page = read(client.get(URL))
    assert "由市商务委统筹岗开始" in words(page)
    assert not page.xpath("//div[@class='empty']//a")


@pytest.mark.parametrize("period", ["0", "x", "99999999999999999999", "-1"])
def test_an_unknown_period_is_404(world, signed_in, period):
    assert signed_in.get(f"{URL}?period={period}").status_code == 404


def test_a_period_that_was_never_opened_is_404(world, signed_in):
    draft = make_period(Quarter(2027, 1), state="draft", due_on=date(2027, 4, 8))
    assert signed_in.get(f"{URL}?period={draft.pk}").status_code == 404
