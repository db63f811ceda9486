"""填报期: made, opened and closed on one page."""

import pytest

from agencies.permissions import Role
from measures.models import Filing, Period, Snapshot
from measures.tests.factories import make_agency, make_measure, make_notice, make_period, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/periods/"


@pytest.fixture(autouse=True)
def coordinator(client):
    make_notice()
    user = make_user(Role.COORDINATOR)
    client.force_login(user)
    return user


def test_without_periods_the_page_says_what_to_do(client):
    assert "还没有填报期" in client.get(URL).content.decode()


def test_the_form_offers_the_quarter_that_has_ended(client):
    page = client.get(URL).content.decode()
    assert 'value="2026"' in page
    assert '<option value="3" selected>三季度（累计：前三季度）</option>' in page


def test_a_period_is_made_with_the_due_date_of_the_rule(client):
    client.post(URL, {"year": 2026, "quarter": 4})
    period = Period.objects.get()
    assert (period.label, period.state) == ("2026年全年", "draft")
    assert f"{period.due_on}" == "2027-01-07"  # 2027 is not published: Monday to Friday


def test_the_same_quarter_again_is_refused_with_a_sentence(client):
    make_period()
    response = client.post(URL, {"year": 2026, "quarter": 3})
    assert response.status_code == 422
    assert "这一时段已有同类填报期。" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"year": 2026, "quarter": 3, "due_on": "2026-09-30"}, "报送截止须晚于2026-09-30季度终了"),
        ({"year": 1999, "quarter": 3}, "2018"),
        ({"year": "x", "quarter": 3}, "输入整数"),
        ({"year": 2026, "quarter": 9}, "选择一个有效的选项"),
        ({"year": 2026, "quarter": 3, "due_on": "soon"}, "有效的日期"),
    ],
)
def test_unfit_input_is_refused(client, data, sentence):
    response = client.post(URL, data)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Period.objects.exists()


def test_opening_hands_out_the_filings_and_opening_again_makes_none(client):
    make_measure(others=(make_agency(), make_agency()))
    period = make_period(state="draft")
    first = client.post(f"{URL}{period.pk}/open/", follow=True).content.decode()
    second = client.post(f"{URL}{period.pk}/open/", follow=True).content.decode()
    assert "新下达3项填报任务" in first
    assert "新下达0项填报任务" in second
    assert Filing.objects.count() == 3


def test_closing_keeps_a_snapshot_and_closing_again_is_refused(client):
    make_measure()
    period = make_period()
    assert client.post(f"{URL}{period.pk}/close/").status_code == 302
    assert Snapshot.objects.count() == 1
    response = client.post(f"{URL}{period.pk}/close/")
    assert response.status_code == 409
    assert "“已关闭”的填报期不能关闭" in response.content.decode()


@pytest.mark.parametrize("verb", ["open", "close"])
def test_a_wrong_number_is_404(client, verb):
    assert client.post(f"{URL}999999/{verb}/").status_code == 404
