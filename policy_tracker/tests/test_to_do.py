"""今日待办: who gets each kind, the order of lines, and how many are shown."""

from datetime import timedelta

import pytest

from agencies.accounts.admins import ask_about_admin
from agencies.choices import AdminStep, ToDoGroup
from agencies.contributions import contributions, to_dos_for
from agencies.permissions import Role
from agencies.tests.factories import make_users
from agencies.todo.counts import waiting_for
from agencies.todo.page import READ, to_do_page
from measures.chasing.tests.factories import make_urge
from measures.choices import FilingState, Rung
from measures.models import Figure, Filing, Period
from measures.rules.periods import Quarter
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_another_notice,
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
    make_notice,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_due_date_request, make_objection
from reports.models import Report

# Kind of to-do → its people.
STAFF, ACTING = {"coordinator", "chief"}, {"liaison", "agency_head"}
WHO = {
    "instructions_own_today": ACTING,
    "instructions_own_week": ACTING,
    "instructions_own_late": ACTING,
    "instructions_own_answer": ACTING,
    "instructions_today": STAFF | {"leader"},
    "instructions_late": STAFF | {"leader"},
    "instructions_answered": {"leader"},
    "short_notices": {"chief"},
    "decisions_today": {"chief", "leader"},
    "decisions_week": {"chief", "leader"},
    "decisions_late": {"chief", "leader"},
    "decisions_answer": {"chief", "leader"},
    "coordination_today": {"coordinator"} | ACTING,
    "coordination_week": {"coordinator"} | ACTING,
    "coordination_late": {"coordinator"} | ACTING,
    "coordination_answer": {"coordinator"} | ACTING,
    "coordination_asked_back": STAFF | ACTING,
    "coordination_back": STAFF | ACTING,
    "coordination_others_late": STAFF,
    "own_filings_today": {"liaison"},
    "own_filings_week": {"liaison"},
    "own_filings_late": {"liaison"},
    "own_filings_returned": {"liaison"},
    "own_filings_later": {"liaison"},
    "filings_today": STAFF,
    "filings_week": STAFF,
    "filings_late_closed": STAFF,
    "filings_late_open": STAFF,
    "filings_returned": {"coordinator"},
    "special_filings_late": {"coordinator"},
    "reviews": STAFF | {"agency_head"},
    "objections": STAFF,
    "request_due-date": {"chief"},
    "request_closing": {"chief"},
    "request_override": {"chief"},
    "papers_to_sign": {"chief", "agency_head"},
    "papers_to_submit": {"coordinator"} | ACTING,
    "sheets_filings_confirm": {"liaison"},
    "sheets_filings_failed": {"liaison"},
    "sheets_statuses_confirm": {"coordinator"},
    "sheets_statuses_failed": {"coordinator"},
    "periods_none": {"coordinator"},
    "periods_to_open": {"coordinator"},
    "periods_to_close": {"coordinator"},
    "intake": {"coordinator"},
    "gaps": {"coordinator"},
    "gaps_to_confirm": {"coordinator", "chief"},
    "gaps_returned": {"coordinator"},
    "revisions_to_confirm": {"coordinator", "chief"},
    "revisions_returned": {"coordinator"},
    "audit_broken": {"system_admin", "auditor"},
    "admin_requests": {"system_admin", "security_admin", "auditor"},
    "accounts_locked": {"security_admin"},
    "accounts_without_role": {"security_admin"},
    "accounts_expired": {"system_admin"},
    "outbox_dead": {"system_admin"},
    "reports_failed": STAFF | ACTING | {"leader"},
}


@pytest.mark.django_db
def test_each_kind_is_for_the_people_in_the_table():
    agency = make_agency()
    posts = [(role, agency if role in (Role.LIAISON, Role.AGENCY_HEAD) else None) for role in Role]
    found: dict[str, set[str]] = {}
    for role, person in zip(Role, make_users(*posts), strict=True):
        for one in to_dos_for(person):
            found.setdefault(one.name, set()).add(str(role))
    assert found == WHO
    declared = [one.name for added in contributions().values() for one in added.to_dos]
    assert sorted(declared) == sorted(WHO)


SUNDAY = TODAY + timedelta(days=6 - TODAY.weekday())


def owed(agency, **fields):
    return make_filing(measure=make_measure(lead=agency), period=make_period(), **fields)


# Created object → to-do of the agency's liaison, to-do of the coordinator.
FILINGS = {
    "due today": ({"due_on": TODAY}, "own_filings_today", "filings_today"),
    "due on Sunday": ({"due_on": SUNDAY}, "own_filings_week", "filings_week"),
    "due next week": ({"due_on": SUNDAY + timedelta(1)}, "own_filings_later", None),
    "late": ({"due_on": TODAY - timedelta(1)}, "own_filings_late", "filings_late_open"),
    "returned": (
        {"state": FilingState.RETURNED, "first_submitted_at": NOW, "mend_by": TODAY},
        "own_filings_returned",
        "filings_returned",
    ),
    "handed in": ({"state": FilingState.SUBMITTED, "first_submitted_at": NOW}, None, "reviews"),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(("number", "named"), [(1, "（一）推进一件事"), (2, "（一）（二）")])
def test_filings_due_later_name_their_measures(client, number, named):
    agency, period = make_agency(), make_period()
    for _ in range(number):
        later = {"due_on": SUNDAY + timedelta(1)}
        make_filing(measure=make_measure(lead=agency), period=period, **later)
    client.force_login(make_user(Role.LIAISON, agency))
    assert f"{named}，待报（未到截止日）" in client.get("/todo/").content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("case", FILINGS)
def test_a_filing_is_one_to_do_for_each_side(case):
    fields, own, staff = FILINGS[case]
    agency = make_agency()
    filing = owed(agency)
    Filing.objects.filter(pk=filing.pk).update(**fields)
    for person, name in (
        (make_user(Role.LIAISON, agency), own),
        (make_user(Role.COORDINATOR), staff),
    ):
        assert waiting(person) == ({name: 1} if name else {})


def waiting(person):
    counts = waiting_for(person, on=TODAY)
    page = to_do_page(person, on=TODAY)
    shown = {one.to_do.name: one.total for block in page.blocks for one in block.lists}
    assert shown == {name: count for name, count in counts.items() if count}
    return shown


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_a_request_about_an_administrator_waits_for_the_other_two():
    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR)
    asker, concerned, other = make_users(*((role, None) for role in roles))
    ask_about_admin(concerned, step=AdminStep.RESET, reason="忘记密码。", by=asker, at=NOW)
    acts = {}
    for person in (asker, concerned, other):
        (block,) = to_do_page(person, on=TODAY).blocks
        (line,) = block.lists[0].lines
        acts[person] = line.told.act
        assert line.told.label == f"申请重置“{concerned.username}”的密码"
    assert acts == {asker: "查看", concerned: "查看", other: "核实"}


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_late_filings_are_grouped_by_agency_and_long_lists_are_folded():
    first, period = make_agency(), make_period()
    Period.objects.filter(pk=period.pk).update(due_on=TODAY - timedelta(2))
    for agency in (first, first, *(make_agency() for _ in range(7))):
        filing = make_filing(measure=make_measure(lead=agency), period=period)
        Filing.objects.filter(pk=filing.pk).update(due_on=TODAY - timedelta(2))
    page = to_do_page(make_user(Role.CHIEF), on=TODAY)
    (block,) = page.blocks
    (late,) = block.lists
    (fold,) = late.folds
    assert (block.group, late.total, len(late.lines)) == (ToDoGroup.LATE, 9, 5)
    assert (fold.name, fold.number) == ("其余", 3)
    assert (late.lines[0].number, late.lines[0].told.whom) == (2, first.short_name)
    assert fold.whom.endswith("等")


OLD = Quarter(2026, 1), Quarter(2026, 2)


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("role", [Role.CHIEF, Role.LIAISON])
@pytest.mark.parametrize("has_new", [True, False])
def test_older_periods_are_folded_under_their_names(role, has_new):
    agency = make_agency()
    measures = [make_measure(lead=agency) for _ in range(2)]
    closed = [make_period(quarter, state="closed", closed_at=NOW) for quarter in OLD]
    for period in [*closed, *([make_period()] if has_new else [])]:
        for measure in measures:
            due_on = period.covers_to + timedelta(10)
            make_filing(measure=measure, agency=agency, period=period, due_on=due_on)
    person = make_user(role, None if role == Role.CHIEF else agency)
    (block,) = to_do_page(person, on=TODAY).blocks
    folds = [(fold.name[:8], fold.number) for one in block.lists for fold in one.folds]
    old = [(period.label[:8], 2) for period in reversed(closed)]
    assert folds == (old if has_new else old[1:])
    assert sum(line.number for one in block.lists for line in one.lines) == 2


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("role", [Role.CHIEF, Role.LIAISON])
def test_the_newest_period_of_each_notice_is_open_and_a_fold_names_its_notice(role):
    agency, late = make_agency(), TODAY - timedelta(2)
    notices = [make_notice(), make_another_notice("渝府办发〔2026〕9号")]
    for notice, quarter, state in (
        (notices[0], OLD[1], "closed"),
        (notices[0], Quarter(2026, 3), "closed"),
        (notices[1], OLD[1], "closed"),
        (notices[1], Quarter(2026, 3), "open"),
    ):
        closed_at = NOW if state == "closed" else None
        period = make_period(quarter, notice=notice, state=state, closed_at=closed_at)
        due_on = late - timedelta(90) if quarter == OLD[1] else late
        make_filing(measure=make_measure(lead=agency, notice=notice), period=period, due_on=due_on)
    person = make_user(role, None if role == Role.CHIEF else agency)
    (block,) = to_do_page(person, on=TODAY).blocks
    shown = sorted(line.told.notice for one in block.lists for line in one.lines)
    folds = sorted((fold.notice, fold.number) for one in block.lists for fold in one.folds)
    assert shown == [notice.number for notice in notices]
    assert folds == [(notice.number, 1) for notice in notices]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_the_newest_period_s_late_filings_are_above_older_debts():
    coordinator, agency = make_user(Role.COORDINATOR), make_agency()
    for quarter in (1, 2, 3):
        due = TODAY - timedelta(100 * (4 - quarter))
        period = make_period(Quarter(2026, quarter), state="closed")
        filing = make_filing(measure=make_measure(lead=agency), period=period)
        Filing.objects.filter(pk=filing.pk).update(due_on=due)
    for person in (coordinator, make_user(Role.LIAISON, agency)):
        (block,) = to_do_page(person, on=TODAY).blocks
        (late,) = block.lists
        shown = [*late.lines, *(line for fold in late.folds for line in fold.lines)]
        assert [line.told.due for line in shown] == [TODAY - timedelta(n) for n in (100, 200, 300)]
        assert len(late.folds) == 2
        assert block.lists[0].lines[0].when.endswith("个工作日")


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_only_returned_filings_past_their_own_day_are_red():
    agency, period = make_agency(), make_period()
    for days in (-1, 5):
        filing = make_filing(measure=make_measure(lead=agency), period=period)
        day = TODAY + timedelta(days)
        returned = {"state": FilingState.RETURNED, "first_submitted_at": NOW, "mend_by": day}
        Filing.objects.filter(pk=filing.pk).update(**returned)
    (block,) = to_do_page(make_user(Role.COORDINATOR), on=TODAY).blocks
    lines = block.lists[0].lines
    assert [(line.number, line.is_urgent) for line in lines] == [(1, True), (1, False)]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_a_chief_s_decisions_are_first_and_late_filings_only_for_information():
    filing = owed(make_agency())
    Filing.objects.filter(pk=filing.pk).update(due_on=TODAY - timedelta(1))
    left = make_filing(period=filing.period, state=FilingState.SUBMITTED)
    make_due_date_request(make_dated_measure())
    blocks = to_do_page(make_user(Role.CHIEF), on=TODAY).blocks
    assert [block.group for block in blocks] == [
        ToDoGroup.DECIDE,
        ToDoGroup.REVIEW,
        ToDoGroup.LATE,
    ]
    acts = [block.lists[0].lines[0].told.act for block in blocks]
    assert acts == ["审批", "审核", "查看"]
    assert str(left.pk) in blocks[1].lists[0].lines[0].told.url


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_the_menu_has_reviews_for_a_chief_while_one_waits_for_them(client):
    client.force_login(make_user(Role.CHIEF))
    filing, found = owed(make_agency()), []
    for state in (FilingState.PENDING, FilingState.SUBMITTED):
        make_filing(period=filing.period, state=state)
        entries = client.get("/todo/").context["frame"].entries
        found.append([entry.waiting for entry in entries if entry.label == "审核"])
    assert found == [[], [1]]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_reviews_are_in_the_order_of_arrival():
    period = make_period()
    filings = [make_filing(period=period) for _ in range(3)]
    for filing, hours in zip(filings, (3, 1, 2), strict=True):
        make_note(filing, submitted=True, left_at=NOW - timedelta(hours=hours))
    Filing.objects.update(state=FilingState.SUBMITTED, first_submitted_at=NOW)
    (block,) = to_do_page(make_user(Role.COORDINATOR), on=TODAY).blocks
    urls = [line.told.url for line in block.lists[0].lines]
    assert urls == [f"/reviews/{filings[n].pk}/" for n in (0, 2, 1)]


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_simultaneous_and_late_filings_are_sorted_by_measure():
    agency, period = make_agency(), make_period(due_on=TODAY - timedelta(days=9))
    measures = [make_measure(lead=agency, ordinal=number) for number in (10, 2, 1)]
    filings = [make_filing(measure=one, period=period) for one in measures]
    (block,) = to_do_page(make_user(Role.LIAISON, agency), on=TODAY).blocks
    assert [line.told.label[:3] for line in block.lists[0].lines] == ["（一）", "（二）", "（十）"]
    for filing in filings:
        make_note(filing, submitted=True, left_at=NOW)
    Filing.objects.update(state=FilingState.SUBMITTED, first_submitted_at=NOW)
    (block,) = to_do_page(make_user(Role.COORDINATOR), on=TODAY).blocks
    assert [line.told.label[:3] for line in block.lists[0].lines] == ["（一）", "（二）", "（十）"]


# Content of a draft → the step that its line offers.
DRAFTS = {
    "complete": ({}, "提交"),
    "without progress": ({"progress": ""}, "接着填"),
    "a doubt without a reason": ({"confidence": "yellow"}, "接着填"),
    "words that wait": ({"carried": ["next_steps"]}, "接着填"),
    "words confirmed": ({"carried": ["next_steps"], "is_confirmed": True}, "提交"),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("case", DRAFTS)
def test_a_complete_draft_is_a_to_do_to_submit(case):
    fields, act = DRAFTS[case]
    agency = make_agency()
    make_note(owed(agency, state=FilingState.DRAFT, due_on=TODAY), **fields)
    assert act_of(make_user(Role.LIAISON, agency)) == act


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_a_draft_without_its_figures_is_not_complete():
    agency = make_agency()
    filing = owed(agency, state=FilingState.DRAFT, due_on=TODAY)
    note = make_note(filing)
    indicator = make_indicator(filing.measure, asked=True)
    liaison = make_user(Role.LIAISON, agency)
    assert act_of(liaison) == "接着填"
    Figure.objects.create(note=note, indicator=indicator, value=1)
    assert act_of(liaison) == "提交"


def act_of(person):
    (block,) = to_do_page(person, on=TODAY).blocks
    return block.lists[0].lines[0].told.act


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_lines_that_are_not_loaded_are_on_the_list_s_own_page():
    for _ in range(READ + 2):
        make_due_date_request(make_dated_measure())
    (block,) = to_do_page(make_user(Role.CHIEF), on=TODAY).blocks
    (listed,) = block.lists
    assert (block.total, listed.folds[-1].unread) == (READ + 2, 2)


def owed_in_notices(agency, due_days):
    for number, days in enumerate(due_days):
        notice = make_another_notice(f"渝府办发〔2026〕{number}号")
        period = make_period(notice=notice, label=f"{days}", due_on=TODAY + timedelta(days))
        for _ in range(2):
            make_filing(measure=make_measure(notice=notice, lead=agency), period=period)


# Person → group, and the days of the lines that are named, the most urgent first.
MANY_NOTICES = {
    Role.LIAISON: (ToDoGroup.LATER, range(8, 8 + READ)),
    Role.COORDINATOR: (ToDoGroup.LATE, range(-1, -1 - READ, -1)),
}


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("role", MANY_NOTICES)
def test_of_very_many_notices_the_most_urgent_are_named_and_all_are_counted(client, role):
    group, named = MANY_NOTICES[role]
    agency = make_agency()
    days = range(named.start, named.stop + 2 * named.step, named.step)
    owed_in_notices(agency, reversed(days))
    person = make_user(role, agency if role == Role.LIAISON else None)
    blocks = {block.group: block for block in to_do_page(person, on=TODAY).blocks}
    (listed,) = blocks[group].lists
    folded = [line for fold in listed.folds for line in fold.lines]
    due = [(line.told.due - TODAY).days for line in [*listed.lines, *folded]]
    assert due == list(named)
    assert (blocks[group].total, listed.folds[-1].unread) == (2 * (READ + 2), 4)
    client.force_login(person)
    page = client.get("/todo/").content.decode()
    assert f'<a href="{listed.url}">另有4件，见完整列表</a>' in page


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_an_objection_to_a_person_s_own_return_waits_for_others(client):
    filing = owed(make_agency(), state=FilingState.RETURNED)
    contested = make_user(Role.COORDINATOR)
    make_objection(filing, contested_by=contested)
    other = make_user(Role.COORDINATOR)
    assert ("objections" in waiting(contested), "objections" in waiting(other)) == (False, True)
    blocks = {block.group: block for block in to_do_page(other, on=TODAY).blocks}
    assert blocks[ToDoGroup.DECIDE].lists[0].lines[0].told.act == "答复"
    client.force_login(contested)
    page = client.get("/objections/")
    assert (len(page.context["waiting"]), len(page.context["others"])) == (0, 1)
    assert "待答复0件，另有1件由其他人员答复" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_to_dos_of_the_liaison_only_are_not_shown_to_the_head():
    agency = make_agency()
    periods = [make_period(Quarter(2026, quarter)) for quarter in (2, 3)]
    for period in periods:
        filing = make_filing(measure=make_measure(lead=agency), period=period)
        Filing.objects.filter(pk=filing.pk).update(due_on=TODAY - timedelta(1))
    head = make_user(Role.AGENCY_HEAD, agency)
    assert waiting(head) == {}
    assert waiting(make_user(Role.LIAISON, agency)) == {"own_filings_late": 2}
    (block,) = to_do_page(head, on=TODAY).beside
    told = {fact.label: fact.words for fact in block.facts}
    assert told["逾期未报"] == f"{periods[0]}1项"  # an open period is not an earlier one
    Period.objects.filter(pk=periods[0].pk).update(state="closed", closed_at=NOW)
    (block,) = to_do_page(head, on=TODAY).beside
    told = {fact.label: fact.words for fact in block.facts}
    assert told["往期欠报"] == f"{periods[0]}1项"
    assert told["填报"] == "由联络员办理"
    make_filing(measure=make_measure(lead=agency), period=period, state=FilingState.IN_AGENCY)
    assert waiting(head) == {"reviews": 1}


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_a_letter_is_offered_to_others_only_and_until_there_is_one():
    measure, period = make_measure(lead=make_agency()), make_period()
    own = measure.notice.coordinator
    agencies = [make_agency(), make_agency(), own]
    for agency in agencies:
        filing = make_filing(measure=make_measure(lead=agency), period=period)
        Filing.objects.filter(pk=filing.pk).update(due_on=TODAY - timedelta(1))
    letter = Report.objects.create(
        kind="letter",
        period=period,
        agency=agencies[0],
        requested_by=make_user(Role.COORDINATOR),
        requested_at=NOW,
        queued_at=NOW,
    )
    acts = {
        Role.COORDINATOR: ["看提示函", "拟提示函", "查看"],
        Role.CHIEF: ["看提示函", "查看", "查看"],  # signs documents drafted by others
    }
    for role, expected in acts.items():
        (block,) = to_do_page(make_user(role), on=TODAY).blocks
        told = {line.told.whom: line.told for line in block.lists[0].lines}
        assert [told[agency.short_name].act for agency in agencies] == expected
        assert told[agencies[0].short_name].act_url == f"/reports/{letter.pk}/"


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_chases_and_answers_are_in_the_line():
    agency = make_agency()
    period, due_on = make_period(), TODAY - timedelta(20)
    measures = [make_measure(lead=agency) for _ in range(2)]
    filings = [make_filing(measure=one, period=period, due_on=due_on) for one in measures]
    make_urge(filings[0], Rung.CIRCULAR)
    answered = make_urge(filings[1])
    promised = TODAY + timedelta(3)
    answered.promised_on, answered.answered_at = promised, NOW
    answered.answered_by = make_user(Role.LIAISON, agency)
    answered.save()
    told = {}
    for person in (make_user(Role.COORDINATOR), answered.answered_by):
        (block,) = to_do_page(person, on=TODAY).blocks
        told[person] = [line.told.label for line in block.lists[0].lines]
    commission, liaison = told.values()
    chased, day = f"，{TODAY:%m-%d}催报", f"拟于{promised:%m-%d}报送"
    assert [one.partition("，")[2] for one in commission] == [
        f"{chased[1:]}，已答复1项（{day}），通报候选"
    ]
    assert {one.partition("，")[2] for one in liaison} == {
        f"{chased[1:]}，待答复，通报候选",
        f"{chased[1:]}，{day}",
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_a_failed_report_is_a_to_do_until_it_is_retried():
    asker = make_user(Role.CHIEF)
    fields = {"kind": "brief", "period": make_period(), "requested_by": asker}
    fields |= {"requested_at": NOW, "queued_at": NOW}
    Report.objects.create(state="failed", error="磁盘已满。", **fields)
    assert waiting(asker) == {"reports_failed": 1}
    Report.objects.create(**fields)
    assert waiting(asker) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_an_empty_page_tells_every_role_what_will_appear(client, role):
    client.force_login(make_user(role, make_agency()))
    assert "现在没有待办事项" in client.get("/todo/").content.decode()


@pytest.mark.django_db
def test_the_page_takes_equal_queries_for_any_number(client, django_assert_max_num_queries):
    client.force_login(make_user(Role.CHIEF))
    client.get("/todo/")
    for count in (1, 30):
        for _ in range(count):
            make_due_date_request(make_dated_measure())
        with django_assert_max_num_queries(8):
            client.get("/todo/")
