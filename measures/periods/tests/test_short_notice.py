"""A special period leaves five working days from its opening, or has the chief's consent."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import GapKind
from measures.models import Gap, ShortNotice
from measures.periods.actions import open_period, turn_periods
from measures.periods.short_notice import ask_short_notice, decide_short_notice
from measures.tests.asking import told
from measures.tests.factories import NOW, TODAY, join, make_measure, make_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
REASON = "国务院督查组下周到。"


def special(days, **fields):
    """Create a special period to open today, with a number of working days left."""
    known = {"kind": "special", "label": f"专项{days}", "state": "draft", "opens_on": TODAY}
    return make_period(**known | {"due_on": TODAY + timedelta(days=days)} | fields)


@pytest.fixture
def short(measure):
    period = special(1)
    period.measures.set([measure])
    return period


def test_five_working_days_are_enough_and_four_are_not(people):
    """Today is a Monday."""
    assert open_period(special(7), by=people.coordinator, at=NOW) == 0
    with pytest.raises(DomainError, match="至少5个工作日，现在只有4个"):
        open_period(special(4), by=people.coordinator, at=NOW)


def test_every_other_kind_opens_at_any_notice(people, measure):
    assert open_period(make_period(state="draft"), by=people.coordinator, at=NOW) == 1


def test_the_chief_s_word_opens_it_and_stays_on_record(short, people):
    ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)
    assert told(REASON) == {people.chief}
    with pytest.raises(DomainError, match="已提请负责人同意，待决定"):
        open_period(short, by=people.coordinator, at=NOW)
    decide_short_notice(short, by=people.chief, agrees=True, at=NOW)
    assert open_period(short, by=people.coordinator, at=NOW) == 1
    row = ShortNotice.objects.get()
    assert (row.asked_by, row.decided_by, row.is_agreed) == (people.coordinator, people.chief, True)
    events = Event.objects.filter(action__startswith="period.short_notice").order_by("pk")
    assert [event.sentence for event in events] == [
        f"提请负责人同意专项“专项1”少于5个工作日：{REASON}",
        "同意专项“专项1”少于5个工作日。",
    ]


def test_it_stands_on_the_page_of_what_waits_for_the_chief(client, short, people):
    client.force_login(people.chief)
    assert "短期专项" not in client.get("/approvals/").content.decode()
    ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)
    assert f"/periods/{short.pk}/short-notice/" in client.get("/approvals/").content.decode()


def test_a_refusal_needs_words_and_may_be_followed_by_another_request(short, people):
    ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)
    with pytest.raises(ValidationError, match="已经提请过"):
        ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)
    with pytest.raises(DomainError, match="理由"):
        decide_short_notice(short, by=people.chief, agrees=False, at=NOW)
    decide_short_notice(short, by=people.chief, agrees=False, note="请推后。", at=NOW)
    assert people.coordinator in told("请推后。")
    with pytest.raises(DomainError, match="没有等待决定"):
        decide_short_notice(short, by=people.chief, agrees=True, at=NOW)
    ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)


def test_who_may_and_where_there_is_nothing_to_ask(short, people):
    for person in (people.liaison, people.chief):
        with pytest.raises(PermissionDenied):
            ask_short_notice(short, by=person, reason=REASON, at=NOW)
    with pytest.raises(DomainError, match="不需要提请"):
        ask_short_notice(special(14), by=people.coordinator, reason=REASON, at=NOW)
    ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)
    with pytest.raises(PermissionDenied):
        decide_short_notice(short, by=people.coordinator, agrees=True, at=NOW)
    join(people.coordinator, Role.CHIEF)
    with pytest.raises(DomainError, match="提请人不能自己决定"):
        decide_short_notice(short, by=people.coordinator, agrees=True, at=NOW)


def test_it_does_not_open_by_itself_without_the_word(short, people):
    short.opens_by_itself = True
    short.save()
    assert turn_periods(at=NOW) == 0
    ask_short_notice(short, by=people.coordinator, reason=REASON, at=NOW)
    decide_short_notice(short, by=people.chief, agrees=True, at=NOW)
    assert turn_periods(at=NOW) == 1


def test_that_nobody_is_asked_about_a_measure_is_said_before_and_after(client, measure, people):
    period, unknown = special(30), make_measure()
    period.measures.set([measure, unknown])
    Gap.objects.create(notice=unknown.notice, measure=unknown, kind=GapKind.AGENCIES)
    sentence = f"{unknown.mark}责任单位待核对，核对前不向任何单位布置"
    client.force_login(people.coordinator)
    url = f"/periods/{period.pk}/"
    assert client.get(url).content.decode().count(sentence) == 2  # in the question too
    page = client.post(f"{url}open/", follow=True).content.decode()
    assert f"{sentence}；核对后请" in page
    assert client.get(url).content.decode().count(sentence) == 1


def test_the_pages_lead_from_the_draft_to_the_chief_s_word(client, short, people):
    client.force_login(people.coordinator)
    url = f"/periods/{short.pk}/short-notice/"
    assert url in client.get(f"/periods/{short.pk}/").content.decode()
    client.post(url, {"reason": REASON})
    client.force_login(people.chief)
    assert url in client.get("/todo/").content.decode()
    assert REASON in client.get(url).content.decode()
    assert client.post(f"{url}decide/", {"agrees": "no"}).status_code == 409
    client.post(f"{url}decide/", {"agrees": "yes"})
    assert ShortNotice.objects.get().is_agreed
