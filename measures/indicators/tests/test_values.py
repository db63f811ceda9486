"""Values of indicators: entered, corrected, withdrawn; earlier values are kept."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InternalError, transaction

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.indicators import values as actions
from measures.models import IndicatorValue
from measures.tests.counted import make_indicator, make_value
from measures.tests.factories import NOW, TODAY, join, make_user

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 30)


@pytest.fixture
def staff():
    return make_user(Role.COORDINATOR)


def enter(indicator, by, value="60.5", **fields):
    said = {"as_of": JUNE, "source": "统计报表"} | fields
    return actions.record_value(indicator, by=by, value=D(value), at=NOW, **said)


def test_a_value_has_its_day_and_source(staff):
    made = enter(make_indicator(), staff)
    made.refresh_from_db()
    assert (made.value, made.as_of, made.by, made.is_current) == (D("60.5"), JUNE, staff, True)
    event = Event.objects.get(action="value.record")
    assert event.target_type == "measures.measure"
    assert event.sentence.endswith("通关时间，截至2026-06-30为60.5小时，来源：统计报表")


def test_a_correction_keeps_the_old_value_with_its_reason(staff):
    indicator = make_indicator()
    old = enter(indicator, staff)
    with pytest.raises(DomainError, match=r"2026-06-30已有数值60.5小时，更正须写明理由"):
        enter(indicator, staff, "61")
    new = enter(indicator, staff, "61", reason="报表有误。")
    old.refresh_from_db()
    assert (old.is_current, old.value, old.ended_reason) == (False, D("60.5"), "报表有误。")
    assert list(IndicatorValue.objects.current()) == [new]
    assert Event.objects.get(action="value.correct").before["value"] == "60.5000"


def test_entering_the_same_again_is_refused(staff):
    indicator = make_indicator()
    enter(indicator, staff)
    with pytest.raises(DomainError, match="已有相同的数值"):
        enter(indicator, staff, reason="再登记。")


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(1999, 12, 31), date(9999, 12, 31)])
def test_no_value_of_a_day_to_come_nor_of_long_ago(staff, day):
    with pytest.raises(DomainError, match="截至日期须在2000-01-01到今日之间"):
        enter(make_indicator(), staff, as_of=day)
    enter(make_indicator(), staff, as_of=TODAY)


@pytest.mark.parametrize(
    ("fields", "value", "sentence"),
    [
        ({}, "60.55", "最多1位小数"),
        ({"decimals": 0}, "60.5", "只填整数"),
        ({"direction": "reach", "unit": "", "decimals": 0}, "2", "只填已实现或未实现"),
    ],
)
def test_a_value_fits_its_indicator(staff, fields, value, sentence):
    with pytest.raises(DomainError, match=sentence):
        enter(make_indicator(**fields), staff, value)


def test_a_number_too_long_is_a_sentence_and_a_missing_source_too(staff):
    with pytest.raises(ValidationError):
        enter(make_indicator(), staff, "1" * 20)
    with pytest.raises(ValidationError, match="source"):
        enter(make_indicator(), staff, source=" ")


def test_withdrawing_leaves_the_day_without_a_value(staff):
    value = enter(make_indicator(), staff)
    with pytest.raises(DomainError, match="须写明理由"):
        actions.withdraw_value(value, by=staff, reason=" ", at=NOW)
    actions.withdraw_value(value, by=staff, reason="日期有误。", at=NOW)
    assert not IndicatorValue.objects.current().exists()
    with pytest.raises(DomainError, match="已更正或撤下"):
        actions.withdraw_value(value, by=staff, reason="日期有误。", at=NOW)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AGENCY_HEAD])
def test_staff_of_the_agency_that_files_it_go_by_their_notes(staff, role):
    indicator = make_indicator(asked=True)
    value = make_value(indicator, "60", JUNE)
    join(staff, role, indicator.reporter)
    with pytest.raises(PermissionDenied, match="由您所在单位填报"):
        enter(indicator, staff, "61", reason="报表有误。")
    with pytest.raises(PermissionDenied, match="由您所在单位填报"):
        actions.withdraw_value(value, by=staff, reason="有误。", at=NOW)


@pytest.mark.parametrize("role", [Role.CHIEF, Role.LIAISON, Role.LEADER, Role.AUDITOR])
def test_nobody_else_enters_values(role):
    with pytest.raises(PermissionDenied):
        enter(make_indicator(), make_user(role))


def test_a_retired_indicator_takes_none(staff):
    indicator = make_indicator(retired_on=TODAY, retired_reason="不再统计。")
    with pytest.raises(DomainError, match="已停用"):
        enter(indicator, staff)


def test_the_database_holds_one_current_value_a_day():
    indicator = make_indicator()
    make_value(indicator, "60", JUNE)
    with pytest.raises(IntegrityError, match="value_one_current_a_day"), transaction.atomic():
        make_value(indicator, "61", JUNE)


@pytest.mark.parametrize("change", [{"value": D(1)}, {"as_of": TODAY}, {"source": "别处"}])
def test_a_value_never_changes_nor_goes(change):
    make_value(make_indicator(), "60", JUNE)
    with pytest.raises(InternalError, match="never changes"), transaction.atomic():
        IndicatorValue.objects.update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        IndicatorValue.objects.all().delete()
