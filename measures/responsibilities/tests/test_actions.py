"""Who is responsible from a day on, and the effect on filings of open periods."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from agencies.choices import AgencyKind
from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, ResponsibilityRole
from measures.integrity import faults
from measures.models import Filing, Gap, Responsibility
from measures.periods.actions import open_period
from measures.responsibilities.actions import (
    add_responsibility,
    change_responsibility,
    end_responsibility,
)
from measures.rules.periods import Quarter
from measures.tests.asking import told
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_responsibility,
    make_user,
)

pytestmark = pytest.mark.django_db
S = FilingState
LEAD, _, RESPONSIBLE, SUPPORT = ResponsibilityRole
REASON = "市政府专题会议纪要明确。"
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def period(db):
    """Create an open period, due tomorrow."""
    return make_period()


@pytest.fixture
def district(db):
    """Create a district without a part in it."""
    return make_agency(name="涪陵区", kind=AgencyKind.DISTRICT)


def add(measure, agency, by, role=RESPONSIBLE, **said):
    said = {"duty": "", "since": TODAY, "reason": REASON, "at": NOW} | said
    return add_responsibility(measure, agency=agency, role=role, by=by, **said)


def change(row, by, role=RESPONSIBLE, **said):
    said = {"duty": "", "since": TODAY, "reason": REASON, "at": NOW} | said
    return change_responsibility(row, role=role, by=by, **said)


def end(row, by, **said):
    return end_responsibility(row, by=by, **({"since": TODAY, "reason": REASON, "at": NOW} | said))


def rows(measure):
    """Return all rows: agency, role, basis, from, to."""
    found = measure.responsibilities.order_by("order", "valid_to", "pk")
    return [(r.agency, r.role, r.lead_basis, r.valid_from, r.valid_to) for r in found]


def test_a_district_becomes_responsible_and_owes_a_filing(measure, district, people, period):
    open_period(period, by=people.coordinator, at=NOW)
    liaison = make_user(Role.LIAISON, district)
    row = add(measure, district, people.coordinator, duty="负责本区外贸企业服务。")
    filing = Filing.objects.get(agency=district)
    assert (row.valid_from, row.duty) == (TODAY, "负责本区外贸企业服务。")
    assert (filing.state, filing.role, filing.agency_name) == (S.PENDING, RESPONSIBLE, "涪陵区")
    assert filing.due_on == date(2026, 11, 30)  # 5 working days, though the period's is tomorrow
    assert liaison in told("涪陵区为")


@pytest.mark.parametrize("since", [date(1, 1, 1), date(1990, 1, 1), date(2018, 11, 30)])
def test_what_the_notice_says_on_its_day_of_issue_stays(measure, district, people, since):
    before = rows(measure)
    with pytest.raises(DomainError, match="2018-12-01"):
        add(measure, district, people.coordinator, since=since)
    for row in measure.responsibilities.filter(role=RESPONSIBLE):
        with pytest.raises(DomainError, match="2018-12-01"):
            end(row, people.coordinator, since=since)
    assert rows(measure) == before


def test_a_later_period_s_own_day_holds(measure, district, people):
    make_period(due_on=TODAY + timedelta(days=20))
    add(measure, district, people.coordinator)
    assert Filing.objects.get(agency=district).due_on == TODAY + timedelta(days=20)


def test_a_closed_or_planned_period_gets_no_filing(measure, district, people):
    make_period(state="draft")
    make_period(Quarter(2026, 2), state="closed")
    add(measure, district, people.coordinator)
    assert not Filing.objects.exists()


def test_the_reason_stands_in_one_event_on_the_measure(measure, district, people):
    add(measure, district, people.coordinator)
    event = Event.objects.get()
    assert (event.action, event.target_id) == ("responsibility.add", measure.pk)
    assert event.sentence == f"自2026-11-23起，涪陵区为{measure}的责任单位：{REASON}"


def test_a_new_lead_is_designated_and_the_old_one_stays_responsible(measure, agency, people):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    change(row, people.coordinator, LEAD)
    assert rows(measure) == [
        (agency, LEAD, "first_named", None, YESTERDAY),
        (agency, RESPONSIBLE, "", TODAY, None),
        (other, RESPONSIBLE, "", None, YESTERDAY),
        (other, LEAD, "designated", TODAY, None),
    ]
    assert faults(on=TODAY) == []


def test_an_agency_new_to_the_measure_may_lead_at_once(measure, agency, district, people):
    add(measure, district, people.coordinator, LEAD)
    now_valid = measure.responsibilities.valid(on=TODAY)
    assert set(now_valid.values_list("agency", "role")) == {
        (agency.pk, RESPONSIBLE),
        (district.pk, LEAD),
    }
    assert measure.responsibilities.valid(on=YESTERDAY).get().role == LEAD


def test_unfiled_filings_follow_the_role_and_filed_ones_keep_it(measure, agency, people, period):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    make_filing(measure=measure, period=period, state=S.SUBMITTED)
    make_filing(measure=measure, period=period, agency=other, state=S.DRAFT)
    change(row, people.coordinator, LEAD)
    assert dict(Filing.objects.values_list("agency", "role")) == {agency.pk: LEAD, other.pk: LEAD}


@pytest.mark.parametrize("state", [S.PENDING, S.DRAFT, S.IN_AGENCY])
def test_what_an_ended_agency_never_filed_is_waived(measure, people, period, state):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    filing = make_filing(measure=measure, period=period, agency=other, state=state)
    end(row, people.coordinator)
    filing.refresh_from_db()
    assert (filing.state, filing.waived_by) == (S.WAIVED, people.coordinator)
    assert filing.waived_reason == f"不再承担这项措施的责任：{REASON}"
    assert not measure.responsibilities.valid(on=TODAY).filter(agency=other).exists()


@pytest.mark.parametrize("state", [S.SUBMITTED, S.ACCEPTED, S.RETURNED])
def test_what_an_ended_agency_filed_stays_as_it_is(measure, people, period, state):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    make_filing(measure=measure, period=period, agency=other, state=state)
    before = Filing.objects.values().get()
    end(row, people.coordinator)
    assert Filing.objects.values().get(agency=other) == before


def test_back_again_it_owes_what_was_waived_with_its_draft(measure, people, period):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    filing = make_filing(measure=measure, period=period, agency=other, state=S.DRAFT)
    end(row, people.coordinator)
    add(measure, other, people.coordinator, SUPPORT)
    filing.refresh_from_db()
    assert (filing.state, filing.role) == (S.DRAFT, SUPPORT)


def test_a_waiver_of_the_commission_s_own_stands(measure, people, period):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    filing = make_filing(measure=measure, period=period, agency=other, state=S.WAIVED)
    end(row, people.coordinator)
    add(measure, other, people.coordinator)
    filing.refresh_from_db()
    assert (filing.state, filing.waived_reason) == (S.WAIVED, "本期不涉及。")


def test_what_is_changed_twice_in_a_day_leaves_no_row_without_days(measure, people):
    row = make_responsibility(measure, make_agency(), RESPONSIBLE)
    second = change(row, people.coordinator, SUPPORT)
    change(second, people.coordinator, SUPPORT, duty="配合统计。")
    found = measure.responsibilities.filter(agency=row.agency).order_by("pk")
    assert [(r.role, r.duty, r.valid_to) for r in found] == [
        (RESPONSIBLE, "", YESTERDAY),
        (SUPPORT, "配合统计。", None),
    ]
    assert Event.objects.filter(action="responsibility.change").count() == 2


def test_the_lead_s_duty_changes_without_its_basis(measure, people):
    change(measure.responsibilities.get(), people.coordinator, LEAD, duty="牵头抓总。")
    row = measure.responsibilities.valid(on=TODAY).get()
    assert (row.role, row.lead_basis, row.duty) == (LEAD, "first_named", "牵头抓总。")


@pytest.mark.parametrize("verb", [end, change])
def test_a_measure_is_never_left_without_a_lead(measure, people, verb):
    with pytest.raises(DomainError, match="请先.*指定.*牵头"):
        verb(measure.responsibilities.get(), people.coordinator)


@pytest.mark.parametrize(
    ("since", "allowed"),
    [
        (TODAY, True),
        (TODAY + timedelta(days=1), True),
        (date(2026, 7, 1), True),  # the day after what the closed period covers
        (date(2026, 6, 30), False),
    ],
)
def test_what_a_closed_period_told_stays(measure, district, people, since, allowed):
    make_period(Quarter(2026, 2), state="closed")
    if allowed:
        assert add(measure, district, people.coordinator, since=since).valid_from == since
    else:
        with pytest.raises(DomainError, match="2026-"):
            add(measure, district, people.coordinator, since=since)


def test_an_agency_must_exist_on_the_day(measure, people):
    gone = make_agency(name="渝北区", ended_on=date(2026, 1, 25))
    with pytest.raises(DomainError, match="渝北区在2026-11-23不存在"):
        add(measure, gone, people.coordinator)
    assert add(measure, gone, people.coordinator, since=date(2026, 1, 24))


def test_an_agency_is_added_once(measure, agency, people):
    with pytest.raises(DomainError, match="已是这项措施的责任单位"):
        add(measure, agency, people.coordinator)


def test_nothing_changed_is_nothing_saved(measure, people):
    row = make_responsibility(measure, make_agency(), RESPONSIBLE)
    with pytest.raises(DomainError, match="都没有变化"):
        change(row, people.coordinator)


def test_an_ended_row_is_not_changed_again(measure, people):
    row = make_responsibility(measure, make_agency(), RESPONSIBLE)
    end(row, people.coordinator)
    with pytest.raises(DomainError, match="已经终止或变更"):
        change(row, people.coordinator, SUPPORT)


def test_a_lost_list_of_agencies_is_confirmed_first(measure, district, people):
    Gap.objects.create(notice=measure.notice, measure=measure, kind="agencies")
    with pytest.raises(DomainError, match="责任单位待核对，名单补录以前不能变更责任"):
        add(measure, district, people.coordinator)
    assert Responsibility.objects.count() == 1


def test_a_reason_is_required(measure, district, people):
    with pytest.raises(DomainError, match="变更责任须写明理由"):
        add(measure, district, people.coordinator, reason=" ")


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "auditor"])
def test_only_coordinators_change_it(measure, district, people, who):
    with pytest.raises(PermissionDenied):
        add(measure, district, getattr(people, who))


def test_a_special_period_asks_only_for_its_own_measures(measure, district, people):
    fields = {"kind": "special", "label": "专项一", "cumulative_from": date(2026, 7, 1)}
    special = make_period(**fields)
    special.measures.add(make_measure())
    add(measure, district, people.coordinator)
    assert not Filing.objects.exists()
    special.measures.add(measure)
    second = make_agency()
    add(measure, second, people.coordinator)
    assert Filing.objects.filter(agency=second, period=special).exists()


def test_a_draft_inside_the_agency_is_not_lost(measure, people, period):
    other = make_agency()
    row = make_responsibility(measure, other, RESPONSIBLE)
    filing = make_filing(measure=measure, period=period, agency=other)
    make_note(filing, progress="写了一半。")
    end(row, people.coordinator)
    assert filing.notes.get().progress == "写了一半。"
