"""The commands: loading, lights, and checks that constraints cannot make."""

from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Agency
from measures.choices import FilingState, Light
from measures.coordination.tests.factories import make_item
from measures.instructions.tests.factories import make_instruction
from measures.lights import refresh as lights
from measures.models import (
    ClosingRequest,
    CoordinationItem,
    Gap,
    Measure,
    Notice,
    Responsibility,
    StatusUpdate,
    Workday,
)
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_closing_request

pytestmark = pytest.mark.django_db


def run(*words):
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_load_notice_says_what_came_new_and_may_be_run_again():
    said = run("load_notice")
    assert said.splitlines() == [
        f"单位：新增{Agency.objects.count()}个。",
        f"工作日历：新增{Workday.objects.count()}天。",
        "通知载明的节点和指标：新增3个。",
        "文件渝府办发〔2018〕175号：新载入。",
    ]
    assert run("load_notice").splitlines() == [
        "单位：新增0个。",
        "工作日历：新增0天。",
        "通知载明的节点和指标：新增0个。",
        "文件渝府办发〔2018〕175号：已有，未改动。",
    ]
    assert (Notice.objects.count(), Measure.objects.count()) == (1, 17)


def test_refresh_lights_works_them_out_for_a_day():
    filing = make_filing(period=make_period(due_on=TODAY))
    day = TODAY + timedelta(days=1)
    assert run("refresh_lights", "--on", str(day)) == "已按2026-11-24评定1项措施的预警灯。\n"
    measure = Measure.objects.get()
    assert (measure.light, measure.light_on) == (Light.YELLOW, day)
    assert measure.light_filing == filing


def test_refresh_lights_takes_today_unless_told():
    make_measure()
    assert "评定1项措施的预警灯。" in run("refresh_lights")


# check_data ---------------------------------------------------------------------------------------


def check():
    """Return what check_data lists; it ends with an error if it lists anything."""
    out = StringIO()
    with suppress(CommandError):
        call_command("check_data", "--on", str(TODAY), stdout=out)
        assert out.getvalue() == "没有发现问题。\n"
        return []
    return out.getvalue().splitlines()


@pytest.fixture
def accepted(db):
    """Create an accepted filing, with its light computed."""
    period = make_period(due_on=TODAY - timedelta(days=20))
    filing = make_filing(period=period, state=FilingState.ACCEPTED)
    lights.refresh_all_lights(on=TODAY)
    return filing


def test_sound_data_has_no_faults(accepted):
    assert check() == []


def test_the_notice_as_loaded_has_no_faults(real_notice):
    assert check() == []


def test_faults_end_the_command_with_1(accepted):
    Responsibility.objects.all().delete()
    with pytest.raises(CommandError, match="^发现1处问题。$") as ending:
        run("check_data")
    assert ending.value.returncode == 1


def test_a_measure_closed_without_the_chief_s_word_is_found(accepted):
    request = make_closing_request(accepted.measure, state="agreed")
    lights.refresh_all_lights(on=TODAY)
    assert check() == []
    ClosingRequest.objects.filter(pk=request.pk).update(state="withdrawn")
    assert check() == [f"{accepted.measure}已办结，但没有同意的办结申请。"]
    ClosingRequest.objects.filter(pk=request.pk).update(state="agreed")
    Measure.objects.update(stage="under_way", completed_on=None)
    lights.refresh_all_lights(on=TODAY)
    assert f"{accepted.measure}的办结申请已同意，但这项措施没有办结。" in check()


def test_a_confirmed_measure_without_a_lead_is_found(accepted):
    Responsibility.objects.update(valid_to=TODAY - timedelta(days=1))
    assert check() == [f"{accepted.measure}责任单位已核定，但没有牵头单位。"]
    measure = accepted.measure
    Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    lights.refresh_all_lights(on=TODAY)
    assert check() == []  # its agencies are not known


@pytest.mark.parametrize(
    "change",
    [{"light": Light.RED}, {"light_sentence": "别的原因"}, {"light_filing": None}],
    ids=["light", "sentence", "filing"],
)
def test_a_kept_light_that_is_not_the_rules_is_found(accepted, change):
    Measure.objects.update(**change)
    (fault,) = check()
    assert fault.startswith(f"{accepted.measure}在2026-11-23的预警灯存为“")
    rule = f"正常·已审核：{accepted.agency_name}三季度进展已报送并通过"
    assert fault.endswith(f"，按规则应为“{rule}”。")


def test_a_light_is_held_against_the_rule_of_its_own_day():
    make_filing(period=make_period(due_on=TODAY))
    lights.refresh_all_lights(on=TODAY)  # grey that day, yellow the day after
    assert check() == []
    Measure.objects.update(light_on=TODAY + timedelta(days=1))
    assert len(check()) == 1


def test_a_stage_that_is_not_the_newest_updates_is_found(accepted):
    words = {"measure": accepted.measure, "by": make_user(), "reason": "推进。"}
    StatusUpdate.objects.create(stage="under_way", at=NOW - timedelta(days=1), **words)
    assert check() == []
    StatusUpdate.objects.create(stage="nearly_done", at=NOW, **words)
    assert check() == [f"{accepted.measure}的进度与最近一次状态更新不一致。"]


def test_an_accepted_note_that_was_never_submitted_is_found(accepted):
    accepted.accepted_note = make_note(accepted)
    accepted.save()
    assert check() == [f"{accepted}通过的版本未曾报送，或不属于这项填报。"]


def test_an_accepted_note_of_another_filing_is_found(accepted):
    other = make_filing(period=accepted.period, state=FilingState.SUBMITTED)
    lights.refresh_all_lights(on=TODAY)
    accepted.accepted_note = other.notes.get()
    accepted.save()
    assert check() == [f"{accepted}通过的版本未曾报送，或不属于这项填报。"]


def test_an_instruction_to_nobody_is_found(accepted):
    row = make_instruction(accepted.agency, measure=accepted.measure)
    assert check() == []
    row.addressees.all().delete()
    assert check() == [f"{row}没有办理单位。"]


def test_an_item_that_does_not_stand_where_its_steps_led_is_found():
    item = make_item()
    assert check() == []
    CoordinationItem.objects.update(state="answered")
    assert check() == [f"{item}（编号{item.pk}）的状态与经过不一致。"]
