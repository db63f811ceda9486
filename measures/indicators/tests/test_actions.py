"""Setting up indicators, baselines and targets."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.indicators import actions, targets
from measures.indicators.readings import readings_of
from measures.models import Indicator, IndicatorTarget
from measures.tests.counted import make_indicator, make_target, make_value
from measures.tests.factories import NOW, TODAY, make_measure, make_user

pytestmark = pytest.mark.django_db
YEAR_END, LAST_YEAR_END = date(2026, 12, 31), date(2025, 12, 31)
SAID = {
    "name": "进口额",
    "unit": "亿元",
    "decimals": 2,
    "direction": "up",
    "is_cumulative": True,
    "meaning": "海关统计",
    "reporter": None,
    "asked_since": None,
}


@pytest.fixture
def staff():
    return make_user(Role.COORDINATOR)


def baseline(indicator, by, value="72", **fields):
    said = {"on": LAST_YEAR_END, "source": "年报"} | fields
    return actions.set_baseline(indicator, by=by, value=D(value), at=NOW, **said)


def test_the_agency_that_files_it_is_told(staff):
    measure = make_measure()
    lead = measure.responsibilities.get().agency
    liaison = make_user(Role.LIAISON, lead)
    said = SAID | {"reporter": lead, "asked_since": TODAY}
    made = actions.add_indicator(measure, by=staff, said=said, at=NOW)
    message = Message.objects.get(user=liaison)
    assert (message.kind, message.url) == ("indicator", f"/indicators/{made.pk}/")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"unit": ""}, "须写明单位"),
        ({"direction": "reach", "is_cumulative": False}, "没有单位和小数"),
        ({"direction": "down"}, "只能是越高越好"),
        ({"asked_since": TODAY}, "同时填写"),
        ({"decimals": 5}, "0到4"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_its_sentence(staff, fields, sentence):
    with pytest.raises(ValidationError, match=sentence):
        actions.add_indicator(make_measure(), by=staff, said=SAID | fields, at=NOW)


def test_values_do_not_change_their_meaning(staff):
    indicator = make_indicator()
    make_value(indicator, "60", TODAY)
    said = {name: getattr(indicator, name) for name in actions.FIELDS}

    def change(**fields):
        return actions.change_indicator(
            indicator, by=staff, said=said | fields, reason="统一口径。", at=NOW
        )

    with pytest.raises(DomainError, match="不能更改单位"):
        change(unit="天")
    with pytest.raises(DomainError, match="不能减少小数位数"):
        change(decimals=0)
    with pytest.raises(DomainError, match="没有变化"):
        change()
    assert change(name="整体通关时间", decimals=2).decimals == 2


def test_a_baseline_has_its_source_and_is_replaced_with_a_reason_only(staff):
    indicator = baseline(make_indicator(), staff)
    with pytest.raises(DomainError, match="更改基线须写明理由"):
        baseline(indicator, staff, "70")
    assert baseline(indicator, staff, "70", reason="核实后更正。").baseline_value == 70
    with pytest.raises(DomainError, match="不能晚于今日"):
        baseline(make_indicator(), staff, on=YEAR_END)
    with pytest.raises(DomainError, match="没有基线"):
        baseline(make_indicator(direction="reach", unit="", decimals=0), staff)
    with pytest.raises(ValidationError, match="基线须同时写明"):
        baseline(make_indicator(), staff, source=" ")


def test_a_target_that_is_a_share_follows_from_the_baseline(staff):
    indicator = make_indicator()
    IndicatorTarget.objects.create(indicator=indicator, share_of=2, share_out_of=3, basis="通知")
    (before,) = readings_of([indicator.measure_id], on=TODAY)
    assert (before.goal, before.baseline, before.targets[0].share) == ("", "", "基线的2/3")
    baseline(indicator, staff)
    (after,) = readings_of([indicator.measure_id], on=TODAY)
    assert (after.goal, after.baseline) == ("48.0小时", "72.0小时")
    target = indicator.targets.get()
    said = {"due_on": YEAR_END, "value": D(1), "basis": "方案", "reason": "明确日期。"}
    targets.change_target(target, by=staff, at=NOW, **said)
    target.refresh_from_db()
    assert (target.due_on, target.value, target.share_of) == (YEAR_END, None, 2)
    with pytest.raises(DomainError, match="原文载明的目标"):
        targets.remove_target(target, by=staff, reason="取消。", at=NOW)


def test_a_target_lies_on_the_side_it_is_to_move_to(staff):
    indicator = baseline(make_indicator(), staff)
    with pytest.raises(DomainError, match=r"目标须低于基线72.0小时"):
        targets.add_target(indicator, by=staff, due_on=YEAR_END, value=D(73), basis="方案", at=NOW)
    targets.add_target(indicator, by=staff, due_on=YEAR_END, value=D(48), basis="方案", at=NOW)
    with pytest.raises(ValidationError, match="已有目标"):
        targets.add_target(indicator, by=staff, due_on=YEAR_END, value=D(47), basis="方案", at=NOW)


def test_retiring_and_resuming_keep_the_values(staff):
    indicator = make_indicator()
    make_value(indicator, "60", TODAY)
    retire = {"by": staff, "reason": "不再统计。", "at": NOW}
    actions.set_retired(indicator, retired=True, **retire)
    with pytest.raises(DomainError, match="已经停用"):
        actions.set_retired(indicator, retired=True, **retire)
    with pytest.raises(DomainError, match="已停用"):
        baseline(indicator, staff)
    assert actions.set_retired(indicator, retired=False, **retire).retired_on is None
    assert indicator.values.count() == 1


def test_only_one_set_up_by_mistake_is_removed(staff):
    for kept, sentence in (
        (make_indicator(wording="整体通关时间压缩三分之一"), "原文载明"),
        (make_value(make_indicator(), "60", TODAY).indicator, "已有数值"),
    ):
        with pytest.raises(DomainError, match=sentence):
            actions.remove_indicator(kept, by=staff, reason="重复。", at=NOW)
    mistake = make_indicator()
    make_target(mistake)
    actions.remove_indicator(mistake, by=staff, reason="重复。", at=NOW)
    assert not Indicator.objects.filter(pk=mistake.pk).exists()
    with pytest.raises(DomainError, match="已被删除"):
        actions.set_retired(mistake, by=staff, retired=True, reason="停用。", at=NOW)


@pytest.mark.parametrize("role", [Role.CHIEF, Role.LIAISON, Role.LEADER, Role.AUDITOR])
def test_only_the_coordinator_keeps_indicators(role):
    by, indicator = make_user(role), make_indicator()
    for verb in (
        lambda: actions.add_indicator(indicator.measure, by=by, said=SAID, at=NOW),
        lambda: baseline(indicator, by),
        lambda: targets.add_target(
            indicator, by=by, due_on=YEAR_END, value=D(1), basis="方案", at=NOW
        ),
        lambda: actions.set_retired(indicator, by=by, retired=True, reason="停用。", at=NOW),
        lambda: actions.remove_indicator(indicator, by=by, reason="重复。", at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            verb()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"baseline_value": D(1)}, "indicator_baseline_has_source"),
        ({"retired_on": TODAY}, "indicator_retired_has_reason"),
        ({"direction": "sideways"}, "indicator_direction_known|indicator_has_unit"),
    ],
)
def test_what_the_database_itself_refuses(fields, name):
    make_indicator()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Indicator.objects.update(**fields)
