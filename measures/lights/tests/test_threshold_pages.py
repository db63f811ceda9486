"""预警参数: read by the commission, set by the chief after a preview of changed lights."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.lights.forms import LABELS
from measures.models import LightThresholds
from measures.notice.load import load_thresholds
from measures.rules.thresholds import DEFAULTS
from measures.tests.factories import NOW, TODAY, make_filing, make_notice, make_period, make_user
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/thresholds/"


@pytest.fixture
def chief(client):
    load_thresholds(make_notice(), at=NOW)
    user = make_user(Role.CHIEF)
    client.force_login(user)
    return user


def typed(**fields):
    said = {name: f"{value}" for name, value in DEFAULTS._asdict().items()}
    return said | {"valid_from": f"{TODAY}", "reason": "会议议定。", "lead_workdays": "1"} | fields


def post(client, name, **fields):
    return client.post(reverse(f"measures:{name}"), typed(**fields))


def test_the_commission_reads_and_only_the_chief_has_the_form(client, chief):
    page = client.get(URL).content.decode()
    assert "现行" in page
    assert "预览影响" in page
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(URL).content.decode()
    assert "系统预设" in page
    assert "预览影响" not in page


def test_looking_first_then_setting(client, chief):
    due_on = TODAY - timedelta(days=6)
    make_filing(period=make_period(due_on=due_on, opens_on=due_on))
    looked = post(client, "thresholds_preview")
    page = looked.content.decode()
    assert looked.status_code == 200
    assert "1项措施中，1项变灯" in page
    assert "未报，逾期4个工作日" in page
    assert LightThresholds.objects.count() == 1
    answer = post(client, "thresholds_set")
    assert answer.status_code == 302
    assert LightThresholds.objects.first().lead_workdays == 1


def test_the_list_of_sets_names_every_number_of_the_first_and_what_each_later_one_moved(
    client, chief
):
    post(client, "thresholds_set", stale_days="90")
    cells = parse(client.get(URL).content.decode()).xpath("//td[@data-label='改动的参数']")
    newest, first = (" ".join(cell.text_content().split()).split() for cell in cells)
    assert newest == [f"{LABELS['lead_workdays']}：1", f"{LABELS['stale_days']}：90"]
    assert [line.partition("：")[0] for line in first] == list(LABELS.values())


def test_points_are_shown_to_one_place_before_and_after(client, chief):
    changes = post(client, "thresholds_preview", gap_yellow="3").context["changes"]
    assert [(str(old), str(new)) for label, old, new in changes if "百分点起" in label] == [
        ("10.0", "3.0")
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"gap_yellow": "30"}, "须大于黄灯"),
        ({"late_workdays": "0"}, "不小于"),
        ({"late_workdays": "很多"}, "整数"),
        ({"gap_red": "1e9"}, ""),
        ({"gap_red": "NaN"}, ""),
        ({"valid_from": f"{TODAY - timedelta(days=1)}"}, "过去的日子"),
        ({"valid_from": "明天"}, ""),
        ({"reason": ""}, ""),
    ],
)
def test_a_faulty_form_comes_back_with_what_was_typed(client, chief, fields, words):
    answer = post(client, "thresholds_preview", **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert LightThresholds.objects.count() == 1


def test_a_second_set_on_a_day_is_a_sentence(client, chief):
    post(client, "thresholds_set")
    answer = post(client, "thresholds_set", late_workdays="2")
    assert answer.status_code == 422
    assert "已有一套参数" in answer.content.decode()


def test_the_same_numbers_are_a_sentence(client, chief):
    answer = post(client, "thresholds_set", lead_workdays="20")
    assert answer.status_code == 409
    assert "完全相同" in answer.content.decode()


def test_a_set_to_come_is_taken_back(client, chief):
    post(client, "thresholds_set", valid_from=f"{TODAY + timedelta(days=7)}")
    assert "未生效" in client.get(URL).content.decode()
    row = LightThresholds.objects.first()
    answer = client.post(reverse("measures:thresholds_drop", args=[row.pk]))
    assert answer.status_code == 302
    assert LightThresholds.objects.count() == 1


@pytest.mark.parametrize("name", ["thresholds_preview", "thresholds_set"])
def test_others_set_nothing(client, chief, name):
    client.force_login(make_user(Role.COORDINATOR))
    assert post(client, name).status_code == 403
