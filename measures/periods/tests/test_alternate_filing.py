"""隔期填报: proposed, confirmed, skipped and ended, from one period to the next."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef

from agencies.models import Event
from lib.errors import DomainError
from measures.choices import FilingState
from measures.lights.refresh import refresh_all_lights
from measures.models import AlternateFiling, Filing, Measure, Period
from measures.models.alternate_filing import able_to_alternate, is_proposed
from measures.periods.actions import close_period, open_period
from measures.periods.alternate_filing import (
    begin_alternate,
    end_alternate,
    end_turned,
    proposals_in,
)
from measures.periods.cost import cost_of
from measures.periods.opening import opening_of
from measures.periods.taking_back import take_back_opening
from measures.responsibilities.reassigning import handouts_for
from measures.rules.periods import Quarter
from measures.tasks import refresh_lights as nightly
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_note,
    make_notice,
    make_period,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
DAY = timedelta(days=1)


def settle(measure, period, **words):
    """Create an accepted filing of a period, by default without news."""
    filing = make_filing(measure=measure, period=period)
    words = {"is_unchanged": True, "unchanged_reason": "工作按计划推进。"} | words
    filing.accepted_note = make_note(filing, submitted=True, **words)
    filing.state, filing.first_submitted_at = FilingState.ACCEPTED, NOW - 3 * DAY
    filing.save()
    return filing


@pytest.fixture
def calm(measure, people):
    """Create a measure that was unchanged and green in the last two closed periods."""
    for number in (1, 2):
        period = make_period(Quarter(2026, number), due_on=TODAY - DAY)
        settle(measure, period)
        close_period(period, by=people.coordinator, at=NOW)
    measure.refresh_from_db()
    return measure


@pytest.fixture
def alternating(calm, people):
    begin_alternate([calm], by=people.coordinator, at=NOW)
    return calm


def opened(number, people, at=NOW):
    period = make_period(Quarter(2026, number), state="draft", due_on=TODAY + 60 * DAY)
    open_period(period, by=people.coordinator, at=at)
    return period


def proposed(measure):
    found = proposals_in(measure.notice_id, on=TODAY)
    able = able_to_alternate(Measure.objects.filter(pk=OuterRef("pk")), TODAY)
    one = Measure.objects.annotate(able=able).get(pk=measure.pk)
    assert is_proposed(one.light, one.able) == (measure in found)  # as the measure's page asks
    return found


def test_what_was_calm_long_enough_is_proposed(calm):
    make_measure()
    assert proposed(calm) == [calm]


def test_news_of_the_open_period_or_a_figure_to_file_takes_it_off_the_list(calm):
    indicator = make_indicator(calm, asked=True)
    assert proposed(calm) == []
    indicator.delete()
    settle(calm, make_period(), is_unchanged=False, unchanged_reason="")
    assert proposed(calm) == []


def test_the_next_period_skips_it_and_the_one_after_asks_again(alternating, people):
    other = make_measure()
    third = opened(3, people)
    assert list(third.skipped.all()) == [alternating]
    assert [filing.measure for filing in third.filings.all()] == [other]
    event = Event.objects.get(action="period.open")
    assert event.sentence.endswith("布置1项填报任务；隔期填报不布置的措施：（一）。")
    fourth = opened(4, people)
    assert not fourth.skipped.exists()
    assert {filing.measure for filing in fourth.filings.all()} == {alternating, other}


def test_nothing_makes_a_filing_in_a_skipped_period(alternating, people):
    third = opened(3, people)
    assert open_period(third, by=people.coordinator, at=NOW) == 0
    assert handouts_for(alternating, on=TODAY) == []
    end_alternate(AlternateFiling.objects.get(), by=people.coordinator, reason="有新部署。", at=NOW)
    assert open_period(third, by=people.coordinator, at=NOW) == 0  # no filing was owed then


def test_the_cost_before_opening_does_not_count_it(alternating):
    draft = make_period(state="draft", due_on=TODAY + 30 * DAY)
    assert cost_of(opening_of(draft, on=TODAY)).lines == []


def test_taking_the_opening_back_takes_the_skipping_back(alternating, people):
    make_measure()
    third = opened(3, people)
    take_back_opening(third, by=people.coordinator, at=NOW)
    assert not third.skipped.exists()
    open_period(third, by=people.coordinator, at=NOW)
    assert list(third.skipped.all()) == [alternating]


def test_a_measure_that_is_to_file_figures_is_asked_about(alternating, people):
    make_indicator(alternating, asked=True)
    assert opened(3, people).filings.count() == 1


def test_the_light_says_that_nothing_was_asked_and_no_rate_counts_it(alternating, people):
    third = opened(3, people)
    Period.objects.filter(pk=third.pk).update(due_on=TODAY - DAY)
    refresh_all_lights(on=TODAY)
    alternating.refresh_from_db()
    assert alternating.light == "green"
    assert alternating.light_sentence == (
        "市农业农村委二季度进展已报送并通过，三季度隔期填报，不要求报送"
    )
    third = Period.objects.with_counts().get(pk=third.pk)
    assert (third.owed, third.filed, third.accepted) == (0, 0, 0)


def test_a_light_that_turns_ends_it_by_itself(alternating, people):
    assert end_turned(at=NOW) == 0
    _turn_yellow(alternating)
    nightly()
    row = AlternateFiling.objects.get()
    assert row.ended_by is None
    assert row.end_reason.startswith(f"{TODAY:%Y-%m-%d}转为预警（市农业农村委")
    event = Event.objects.get(action="measure.alternate_end")
    assert event.target_id == alternating.pk
    assert "隔期填报自动结束，下一期起逐期填报" in event.sentence
    assert end_turned(at=NOW) == 0
    assert opened(3, people).filings.count() == 1


def test_a_yellow_that_is_green_again_by_the_next_opening_has_ended_it(alternating, people):
    _turn_yellow(alternating)
    refresh_all_lights(on=TODAY)
    Filing.objects.filter(period__due_on=TODAY - 2 * DAY).delete()
    refresh_all_lights(on=TODAY + DAY)
    assert Measure.objects.get(pk=alternating.pk).light == "green"
    assert opened(3, people, at=NOW + DAY).filings.count() == 1
    assert not AlternateFiling.objects.current().exists()


def _turn_yellow(measure):
    """Its lead owes a filing of an older period."""
    make_filing(
        measure=measure,
        period=make_period(Quarter(2025, 4), due_on=TODAY - 2 * DAY),
        due_on=TODAY - 2 * DAY,
    )


def test_who_may_and_what_is_refused(calm, people):
    for person in (people.liaison, people.chief):
        with pytest.raises(PermissionDenied):
            begin_alternate([calm], by=person, at=NOW)
    other = make_measure()
    with pytest.raises(DomainError, match=r"^（二）已不符合"):
        begin_alternate([calm, other], by=people.coordinator, at=NOW)
    (row,) = begin_alternate([calm], by=people.coordinator, at=NOW)
    assert Event.objects.get(action="measure.alternate").target_id == calm.pk
    assert proposed(calm) == []
    with pytest.raises(DomainError):
        begin_alternate([calm], by=people.coordinator, at=NOW)
    with pytest.raises(DomainError, match="理由"):
        end_alternate(row, by=people.coordinator, reason=" ", at=NOW)
    end_alternate(row, by=people.coordinator, reason="有新部署。", at=NOW)
    with pytest.raises(DomainError, match="已恢复逐期填报"):
        end_alternate(row, by=people.coordinator, reason="有新部署。", at=NOW)


def test_the_page_confirms_and_ends(client, calm, people):
    client.force_login(people.coordinator)
    page = client.get("/periods/alternate/").content.decode()
    assert f"{calm}（2026年上半年、2026年一季度都是绿灯、无新进展；市农业农村委；现在绿灯）" in page
    answer = client.post("/periods/alternate/", {"measures": [calm.pk]}, follow=True)
    assert "已确认（一）隔期填报" in answer.content.decode()
    row = AlternateFiling.objects.get()
    client.post(f"/periods/alternate/{row.pk}/end/", {"reason": "有新部署。"})
    page = client.get("/periods/alternate/").content.decode()
    assert "有新部署。" in page
    assert client.post("/periods/alternate/", {}).status_code == 422


def test_every_page_says_that_the_period_does_not_ask(client, alternating, people):
    make_measure()
    opened(3, people)
    client.force_login(people.coordinator)
    agency = alternating.responsibilities.get().agency_id
    for address, words in {
        f"/measures/{alternating.pk}/": "2026年前三季度不要求报送",
        "/overview/": '<td class="ledger-filed">隔期填报</td>',
        "/matrix/": "隔期填报，本期不要求报送",
        "/status/": "（一）隔期填报，本期不要求报送，不计入应报",
        f"/agencies/{agency}/": '本期填报">隔期填报</td>',
        f"/periods/{Period.objects.newest_first()[0].pk}/": "本期不要求报送",
    }.items():
        assert words in client.get(address, follow=True).content.decode(), address
    client.force_login(people.liaison)
    page = client.get("/filings/").content.decode()
    assert "（一）隔期填报，2026年前三季度不要求报送" in page
    client.force_login(people.other_liaison)
    assert "隔期填报" not in client.get("/filings/").content.decode()


def test_the_measure_s_page_proposes_it(client, calm, people):
    client.force_login(people.coordinator)
    assert "可以隔期填报" in client.get(f"/measures/{calm.pk}/").content.decode()
    client.force_login(people.chief)
    assert "可以隔期填报" not in client.get(f"/measures/{calm.pk}/").content.decode()


def test_of_another_notice_the_list_is_that_of_the_measure(client, calm, people):
    other = make_notice()
    client.force_login(people.coordinator)
    client.get("/periods/", {"notice": other.pk, "remember": 1})
    draft = make_period(Quarter(2026, 3), state="draft", notice=calm.notice)
    own = f"/periods/alternate/?notice={calm.notice_id}"
    for address in (f"/measures/{calm.pk}/", f"/periods/{draft.pk}/"):
        assert own in client.get(address).content.decode(), address
    (row,) = begin_alternate([calm], by=people.coordinator, at=NOW)
    end = f"/periods/alternate/{row.pk}/end/"
    assert own in client.get(end).content.decode()
    assert client.post(end, {"reason": "有新部署。"}).url == own
