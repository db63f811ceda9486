"""The demonstration's second notice: short, invented, and separate from the first one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now

from agencies.models import Message, User
from measures.choices import FilingState, Light
from measures.demonstration.second import load_second_notice
from measures.models import Filing, Measure, Notice, Period
from measures.models.notice import MADE_UP
from measures.periods.alternate_filing import proposals_in
from reports.tests.reading import measures, read, words

pytestmark = pytest.mark.usefixtures("played", "db")
MOST = 14  # queries of any page
PEOPLE = ("shangwu", "shangwu_zong", "lingdao", "nongye", "haiguan", "jingxin_ld")
PAGES = (
    *("reports:overview", "reports:matrix", "reports:agencies", "reports:status"),
    *("reports:dates", "reports:trends", "reports:compare", "reports:notices", "reports:list"),
    *("measures:gaps", "measures:revisions", "measures:instructions", "measures:objections"),
    *("measures:reviews", "measures:approvals", "measures:periods", "measures:my_filings"),
    *("measures:filing_sheets", "measures:status_sheets", "measures:reviews_decided"),
    *("agencies:todo", "agencies:inbox"),
)


def test_a_page_costs_as_much_with_two_notices(client):
    assert Notice.objects.count() == 1
    client.force_login(User.objects.get(username="shangwu"))
    alone = {name: cost(client, name) for name in PAGES}
    load_second_notice(on=localdate(), at=now())
    assert {name: cost(client, name) for name in PAGES} == alone
    assert {name: asked for name, asked in alone.items() if asked > MOST} == {}


def cost(client, name):
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse(name))
    return len(asked)


@pytest.fixture(scope="module")
def notices(played, django_db_blocker):
    """Load both for all tests below; tests of the first one alone come before."""
    with django_db_blocker.unblock():
        load_second_notice(on=localdate(), at=now())
        return list(Notice.objects.order_by("pk"))


def test_it_is_short_and_says_that_it_is_made_up(notices):
    first, second = notices
    assert first.measures.count() == 17
    assert (second.measures.count(), second.number.startswith(MADE_UP)) == (6, True)
    texts = [text for measure in second.measures.all() for text in measure.text]
    assert all(text.endswith("（演示数据）") for text in texts)
    states = set(Filing.objects.filter(period__notice=second).values_list("state", flat=True))
    wanted = {
        FilingState.ACCEPTED,
        FilingState.SUBMITTED,
        FilingState.RETURNED,
        FilingState.DRAFT,
        FilingState.PENDING,
    }
    assert states == wanted
    lights = set(second.measures.values_list("light", flat=True))
    assert {Light.GREEN, Light.WAITING} < lights
    assert not Measure.objects.exclude(light_on=localdate()).exists()


def test_one_measure_can_be_filed_every_second_period(notices):
    calm = [one.title for one in proposals_in(notices[1].pk, on=localdate())]
    assert calm == ["保留人工服务窗口"]
    assert proposals_in(notices[0].pk, on=localdate()) == []


def test_its_closed_periods_leave_nothing_to_do(notices):
    closed = Period.objects.filter(notice=notices[1]).closed()
    assert closed.count() == 2
    left = Filing.objects.filter(period__in=closed).exclude(state=FilingState.ACCEPTED)
    assert not left.exists()
    told = Message.objects.filter(created_at__lte=max(one.closed_at for one in closed))
    assert not told.unread().exists()


def test_it_is_loaded_once(notices):
    assert load_second_notice(on=localdate(), at=now()) is None
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("username", PEOPLE)
def test_every_page_shows_with_two_notices(client, notices, username):
    client.force_login(User.objects.get(username=username))
    for notice in notices:
        client.get(reverse("reports:overview"), {"notice": notice.pk, "remember": 1})
        for name in PAGES:
            answer = client.get(reverse(name), {"notice": notice.pk})
            assert answer.status_code in (200, 403), (name, answer.status_code)
        overview = read(client.get(reverse("reports:overview")))
        assert len(measures(overview)) == notice.measures.count()
        told = words(overview.xpath("//*[@class='banner']")[0])
        assert ("通知原文" in told) == (notice == notices[0])
