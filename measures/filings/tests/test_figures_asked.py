"""Figures on 本期应报: the card that asks for them, and where they are shown."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.utils.timezone import localdate

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Figure, Indicator
from measures.tests.counted import make_figure, make_indicator, make_value
from measures.tests.factories import (
    TODAY,
    make_filing,
    make_measure,
    make_milestone,
    make_user,
)

pytestmark = pytest.mark.django_db
MARCH, JUNE, SEPTEMBER = date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)


def text(client, url):
    return client.get(url).content.decode()


class IndicatorCard:
    """A liaison with a card that asks for one indicator."""

    def __init__(self, client):
        self.client = client
        self.filing = make_filing(measure=make_measure())
        self.indicator = make_indicator(self.filing.measure, asked=True, meaning="<b>口径</b>")
        self.user = make_user(Role.LIAISON, self.filing.agency)
        client.force_login(self.user)

    def send(self, verb, value="", absence="", script=False, **fields):
        typed = {
            "revision": 0,
            "progress": "推进。",
            "claimed_stage": "under_way",
            "confidence": "green",
            f"figure_{self.indicator.pk}": value,
            f"absence_{self.indicator.pk}": absence,
        } | fields
        data = {f"f{self.filing.pk}-{name}": said for name, said in typed.items()}
        headers = {"HX-Request": "true"} if script else {}
        return self.client.post(f"/filings/{self.filing.pk}/{verb}/", data, headers=headers)


@pytest.fixture
def card(client):
    return IndicatorCard(client)


def test_the_card_names_the_indicator_its_unit_and_the_last_value(client, card):
    make_value(card.indicator, "60", JUNE)
    page = text(client, "/filings/")
    assert "指标数据（截至2026-09-30）" in page
    assert "通关时间（小时）" in page
    assert "上次 2026-06-30：60.0小时" in page
    assert "缺：进展情况、“通关时间”" in page
    assert "<b>口径</b>" not in page  # what staff typed is text


def test_a_value_is_saved_with_the_draft_and_shown_again(client, card):
    assert card.send("save", "55.5").status_code == 302
    assert Figure.objects.get().value == D("55.5")
    page = text(client, "/filings/")
    assert 'value="55.5"' in page
    assert "已填好，待提交" in page


def test_the_script_is_told_why_a_value_was_not_saved(card):
    answer = card.send("save", "55.55", script=True)
    assert answer.status_code == 422
    assert "通关时间（小时），最多1位小数。" in answer.content.decode()
    assert card.send("save", "55.5", script=True).status_code == 200


@pytest.mark.parametrize(
    ("value", "absence", "sentence"),
    [("", "", "请填写数值，或写明暂无数据的原因"), ("55", "统计未出", "请清空暂无数据的原因")],
)
def test_a_value_or_a_reason_is_needed_to_hand_in(card, value, absence, sentence):
    answer = card.send("submit", value, absence)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not card.filing.notes.exists()


def test_handed_in_it_stands_on_the_filing_and_before_the_reviewer(client, card):
    assert card.send("submit", "55.5").status_code == 302
    assert "55.5小时" in text(client, f"/filings/{card.filing.pk}/")
    client.force_login(make_user(Role.COORDINATOR))
    assert "55.5小时" in text(client, f"/reviews/{card.filing.pk}/")


def test_all_without_news_need_no_figures(client, card):
    sent = {"period": card.filing.period_id, "unchanged_for": "on_plan"}
    sent[f"f{card.filing.pk}-is_included"] = "on"
    client.post("/filings/unchanged/", sent)
    note = card.filing.notes.get()
    client.post("/filings/submit/", {"period": sent["period"], "seen": f"{card.filing.pk}:1"})
    note.refresh_from_db()
    assert note.submitted_at is not None


def test_only_indicators_of_the_period_and_in_use_are_asked_for(client, card):
    Indicator.objects.update(asked_since=date(2026, 10, 1))
    assert "指标数据" not in text(client, "/filings/")
    Indicator.objects.update(asked_since=SEPTEMBER)
    assert "指标数据" in text(client, "/filings/")
    Indicator.objects.update(retired_on=TODAY, retired_reason="不再统计。")
    assert "指标数据" not in text(client, "/filings/")


def test_another_agencys_draft_figure_is_not_shown(client, card):
    filing = make_filing(state=FilingState.DRAFT)
    make_figure(filing.notes.get(), make_indicator(filing.measure), "77.7")
    assert "77.7" not in text(client, f"/filings/{filing.pk}/")


def test_an_overdue_milestone_of_ones_own_is_one_quiet_line(client, card):
    today = localdate()
    make_milestone(card.filing.measure, title="自己的", due_on=today - timedelta(days=1))
    make_milestone(card.filing.measure, title="今天的", due_on=today)
    make_milestone(
        card.filing.measure,
        title="别人的",
        due_on=JUNE,
        agency=make_measure().responsibilities.get().agency,
    )
    page = text(client, "/filings/")
    assert page.count("▲ 节点逾期") == 1
    assert "自己的" in page
