"""The frozen dataset: complete, nothing invented, the same words when read later."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import InternalError, connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, AgencyName
from agencies.permissions import Role
from lib.chinese import long_date
from lib.numbers import share
from measures.chasing.tests.factories import make_urge
from measures.choices import FilingState, Nature, Rung, Stage
from measures.coordination.actions import answer
from measures.coordination.tests.factories import make_item
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing, Measure, Notice, Period
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.status.actions import update_status
from measures.tests.factories import (
    NOW,
    TODAY,
    make_measure,
    make_milestone,
    make_note,
    make_period,
    make_user,
)
from reports.choices import ReportKind
from reports.conftest import accept, progress_of
from reports.datasets import frozen
from reports.datasets.frozen import digest_of
from reports.datasets.schema import ProgressData, measures_of
from reports.kinds import freeze
from reports.models.report import Scope
from reports.tests.world import gather_progress

pytestmark = pytest.mark.django_db


def closed(period: Period) -> Period:
    close_period(period, by=make_user(Role.COORDINATOR), at=NOW)
    period.refresh_from_db()
    return period


def test_all_seventeen_measures_are_in_their_five_sections(data: ProgressData) -> None:
    assert [section["ordinal"] for section in data["sections"]] == [1, 2, 3, 4, 5]
    assert [measure["ordinal"] for measure in measures_of(data)] == list(range(1, 18))


def test_every_agency_of_every_measure_is_named_with_its_role(data: ProgressData) -> None:
    for measure in Measure.objects.with_responsibilities(on=date(2026, 9, 30)):
        row = measures_of(data)[measure.ordinal - 1]
        assert [(p["agency"], p["role"]) for p in row["parties"]] == [
            (duty.agency.name_then, duty.role) for duty in measure.duties
        ]


def test_every_accepted_note_is_with_its_agency(filed: Period, data: ProgressData) -> None:
    for filing in Filing.objects.filter(accepted_note__isnull=False).select_related("measure"):
        row = measures_of(data)[filing.measure.ordinal - 1]
        party = next(p for p in row["parties"] if p["agency"] == filing.agency_name)
        assert party["note"] is not None
        assert party["note"]["progress"] == progress_of(filing)


def test_parts_lost_in_the_captured_text_are_marked_not_guessed(data: ProgressData) -> None:
    rows = measures_of(data)
    lost = [row["ordinal"] for row in rows if row["agencies_mark"]]
    assert lost == [8, 9, 11, 15]
    assert all(row["parties"] == [] for row in rows if row["agencies_mark"])
    marks = {row["ordinal"]: row["title_mark"] for row in rows if row["title_mark"]}
    working = "标题暂拟、待核对"
    assert marks == {9: working, 10: "标题待核对", 12: working, 16: working}
    assert rows[9]["title"] == "〔标题原文缺失〕"
    assert data["sections"][3]["title_mark"] == "标题待核对"


def test_names_are_those_of_the_period(period: Period) -> None:
    agency = Agency.objects.get(code="kjj")
    old = agency.names.latest("valid_from")
    AgencyName.objects.filter(pk=old.pk).update(valid_to=date(2026, 10, 31))
    AgencyName.objects.create(
        agency=agency, short_name="市科创委", full_name="新名", valid_from=date(2026, 11, 1)
    )
    names = {
        p["agency"] for m in measures_of(gather_progress(period.pk, on=TODAY)) for p in m["parties"]
    }
    assert "市科技局" in names
    assert "市科创委" not in names


def test_only_accepted_notes_are_included(period: Period) -> None:
    filing = Filing.objects.filter(period=period)[0]
    make_note(filing, submitted=True, progress="未通过的内容")
    Filing.objects.filter(pk=filing.pk).update(
        state=FilingState.SUBMITTED, first_submitted_at=NOW - timedelta(days=3)
    )
    data = gather_progress(period.pk, on=TODAY)
    assert "未通过的内容" not in json.dumps(data, ensure_ascii=False)
    party = measures_of(data)[0]["parties"][0]
    assert party["awaits_review"]
    assert party["timeliness"] == "in_time"


def test_a_correction_in_progress_leaves_the_accepted_note(filed: Period) -> None:
    filing = Filing.objects.filter(period=filed, state=FilingState.ACCEPTED)[0]
    Filing.objects.filter(pk=filing.pk).update(state=FilingState.DRAFT)
    party = measures_of(gather_progress(filed.pk, on=TODAY))[0]["parties"][0]
    assert party["filing_state"] == "已通过"
    assert party["note"] is not None
    assert party["note"]["progress"] == progress_of(filing)


def test_counts_add_up_and_each_share_is_rounded_separately(data: ProgressData) -> None:
    for counts in (data["stages"], data["lights"]):
        assert sum(count["count"] for count in counts) == 17
        assert all(Decimal(one["share"]) == share(one["count"], 17) for one in counts)
    owed = Filing.objects.count()
    parts = {count["key"]: count["count"] for count in data["filings"]}
    assert parts == {"accepted": owed - 2, "waiting": 0, "mending": 0, "unfiled": 2}
    came = {count["key"]: count["count"] for count in data["timeliness"]}
    assert came == {"in_time": owed - 3, "late": 1, "missing": 2, "awaited": 0}
    assert sum(agency["owed"] for agency in data["agencies"]) == owed


def test_a_waived_filing_is_not_owed(filed: Period) -> None:
    missing = Filing.objects.filter(period=filed, state=FilingState.PENDING)[0]
    waived = {"state": FilingState.WAIVED, "waived_reason": "本期不涉及。", "waived_at": NOW}
    Filing.objects.filter(pk=missing.pk).update(**waived)
    data = gather_progress(filed.pk, on=TODAY)
    assert sum(count["count"] for count in data["filings"]) == Filing.objects.count() - 1
    assert sum(agency["waived"] for agency in data["agencies"]) == 1


def test_an_open_period_has_todays_lights(data: ProgressData) -> None:
    assert data["judged_on"] == "2026-11-23"
    assert data["as_of"] == "2026-09-30"
    assert measures_of(data)[0]["sentence"] == "市商务委三季度进展已报送并通过"


def test_a_closed_period_is_taken_from_its_snapshot(filed: Period) -> None:
    closed(filed)
    first = Measure.objects.filter(ordinal=1)
    first.update(stage=Stage.SUSPENDED, light="red", light_sentence="后来")
    data = gather_progress(filed.pk, on=TODAY + timedelta(days=90))
    row = measures_of(data)[0]
    assert (row["stage"], row["light"]) == ("not_started", "green")
    assert data["judged_on"] == "2026-11-23"
    assert data["period"]["is_closed"]


def test_a_closed_period_keeps_the_due_day_of_its_closing(filed: Period) -> None:
    fourth = Measure.objects.filter(ordinal=4)
    dated = {"nature": Nature.DATED, "starts_on": date(2026, 1, 1), "percent": 40}
    fourth.update(due_on=date(2027, 6, 30), **dated)
    closed(filed)
    then = measures_of(gather_progress(filed.pk, on=TODAY))[3]
    fourth.update(due_on=date(2027, 12, 31))
    row = measures_of(gather_progress(filed.pk, on=TODAY + timedelta(days=9)))[3]
    assert row["due_on"] == "2027-06-30"
    assert row["expected"] == then["expected"] == 59
    fourth.update(nature=Nature.ONGOING, due_on=None, percent=None)
    row = measures_of(gather_progress(filed.pk, on=TODAY))[3]
    assert (row["nature"], row["due_on"], row["expected"]) == ("dated", "2027-06-30", 59)


def test_a_reopened_period_has_current_data(filed: Period) -> None:
    closed(filed)
    Period.objects.filter(pk=filed.pk).update(state="open")
    Measure.objects.filter(ordinal=1).update(stage=Stage.NEARLY_DONE)
    assert measures_of(gather_progress(filed.pk, on=TODAY))[0]["stage"] == "nearly_done"


def test_the_previous_period_is_compared_with(filed: Period) -> None:
    closed(filed)
    later = make_period(Quarter(2026, 4), opens_on=TODAY, due_on=date(2027, 1, 8))
    data = gather_progress(later.pk, on=date(2027, 1, 4))
    assert data["previous"] == "2026年前三季度"
    before = measures_of(data)[0]["before"]
    assert before is not None
    assert (before["stage_label"], before["light"]) == ("未启动", "green")


def test_the_reason_of_a_step_back_since_the_previous_closing_is_included(filed: Period) -> None:
    chief = make_user(Role.COORDINATOR)
    make_period(Quarter(2026, 2), state="closed", closed_at=NOW - timedelta(days=20))
    Measure.objects.filter(ordinal=4).update(nature=Nature.DATED, due_on=date(2027, 6, 30))
    measure = Measure.objects.get(ordinal=4)
    said = {"by": chief, "stage": Stage.UNDER_WAY, "reason": "按核实的数据。"}
    for percent, why, days in ((50, "", 30), (40, "早于上期。", 25), (30, "2026-11-20退出。", 3)):
        at = NOW - timedelta(days=days)
        update_status(measure, percent=percent, back_reason=why, at=at, **said)
    wrong = update_status(measure, percent=20, back_reason="填错。", at=NOW, **said)
    update_status(measure, percent=30, corrects=wrong, at=NOW, **said)
    rows = measures_of(gather_progress(filed.pk, on=TODAY))
    assert [row["back_reason"] for row in rows if row["back_reason"]] == ["2026年11月20日退出。"]


def test_without_a_previous_period_there_is_nothing_to_compare(data: ProgressData) -> None:
    assert data["previous"] == ""
    assert all(measure["before"] is None for measure in measures_of(data))


def test_demonstration_data_are_marked(filed: Period) -> None:
    Notice.objects.update(demonstrated_at=NOW)
    assert gather_progress(filed.pk, on=TODAY)["is_demo"]


def test_characters_that_files_cannot_contain_are_removed(period: Period) -> None:
    accept(Filing.objects.filter(period=period)[0], progress="  一\x0b二\x1f\r\n三\uffff  ")
    note = measures_of(gather_progress(period.pk, on=TODAY))[0]["parties"][0]["note"]
    assert note is not None
    assert note["progress"] == "一二\n三"


def test_the_digest_is_the_same_for_the_same_data(filed: Period) -> None:
    first = gather_progress(filed.pk, on=TODAY)
    assert digest_of(first) == digest_of(gather_progress(filed.pk, on=TODAY))
    assert digest_of(json.loads(json.dumps(first))) == digest_of(first)


def test_the_digest_of_a_closed_period_is_the_same_on_any_day(filed: Period) -> None:
    closed(filed)
    digests = {
        digest_of(gather_progress(filed.pk, on=TODAY + timedelta(days=n))) for n in (0, 1, 400)
    }
    assert len(digests) == 1


def test_another_accepted_text_gives_another_digest(filed: Period, data: ProgressData) -> None:
    accept(Filing.objects.filter(period=filed)[0], progress="另一句话。")
    assert digest_of(gather_progress(filed.pk, on=TODAY)) != digest_of(data)


def test_the_expected_percent_equals_that_of_the_light(filed: Period) -> None:
    """By the milestone plan if there is one, else by the share of time elapsed."""
    start, due = TODAY - timedelta(days=50), TODAY + timedelta(days=50)
    planned, timed = Measure.objects.filter(ordinal__lte=2).order_by("ordinal")
    Measure.objects.filter(ordinal__lte=2).update(nature="dated", starts_on=start, due_on=due)
    make_milestone(planned, due_on=TODAY - timedelta(days=1), planned_percent=70)
    make_milestone(planned, due_on=due, planned_percent=100)
    rows = measures_of(gather_progress(filed.pk, on=TODAY))
    assert [row["expected"] for row in rows[:3]] == [70, 50, None]
    assert timed.ordinal == 2


def cost(period: Period) -> int:
    with CaptureQueriesContext(connection) as queries:
        gather_progress(period.pk, on=TODAY)
    return len(queries)


def test_eleven_queries_are_enough(filed: Period) -> None:
    refresh_all_lights(on=TODAY)
    assert cost(filed) <= 10  # and one that opens the snapshot
    closed(filed)
    assert cost(filed) <= 10


def test_the_number_of_queries_does_not_grow_with_the_measures(filed: Period) -> None:
    before = cost(filed)
    for _ in range(30):
        make_measure()
    assert cost(filed) == before


@pytest.mark.django_db(transaction=True)
def test_freezing_reads_one_moment_and_writes_nothing(filed: Period) -> None:
    with CaptureQueriesContext(connection) as queries:
        data = freeze(ReportKind.PROGRESS, Scope(filed.pk), on=TODAY)
    assert any("REPEATABLE READ, READ ONLY" in query["sql"] for query in queries)
    assert digest_of(data) == digest_of(gather_progress(filed.pk, on=TODAY))
    with pytest.raises(InternalError, match="read-only"), frozen.one_moment():
        Measure.objects.update(percent=None)


def test_days_of_chases_are_included_but_not_those_of_reminders(filed: Period) -> None:
    filing = Filing.objects.get(period=filed, measure__ordinal=1, agency__code="kjj")
    make_urge(filing, Rung.DUE, sent_at=NOW - timedelta(days=1))
    make_urge(filing, Rung.CHASE)
    make_urge(filing, Rung.MANUAL)
    data = gather_progress(filed.pk, on=TODAY)
    told = {party["filing"]: party for row in measures_of(data) for party in row["parties"]}
    assert told[filing.pk].pop("chased_on") == [f"{TODAY}"]
    assert all(party["chased_on"] == [] for party in told.values() if "chased_on" in party)
    assert {one["agency"]: one["chased"] for one in data["agencies"]}["市科技局"] == 1


def test_unanswered_matters_are_listed_as_of_the_day(filed: Period) -> None:
    measure = Measure.objects.get(ordinal=13)
    asker = measure.responsibilities.get(role="lead").agency
    finance = Agency.objects.get(code="czj")
    official = make_user(Role.LIAISON, finance)
    early = NOW - timedelta(days=4)
    said = {"measure": measure, "asked_by": asker, "agency": finance}
    answered = make_item(**said, words="甲事", at=early)
    make_item(**said, words="乙事", at=early)
    answer(answered, by=official, words="可以。", at=NOW)
    later = {row["ordinal"]: row for row in measures_of(gather_progress(filed.pk, on=TODAY))}
    assert [one["words"] for one in later[13]["items"]] == ["乙事"]
    assert later[13]["items"][0]["stuck"].startswith("卡在市财政局，已等")
    assert later[1]["items"] == []
    make_item(**said, words="丙事", at=NOW)
    first_day = measures_of(gather_progress(filed.pk, on=TODAY))[12]["items"][1]
    assert first_day["stuck"] == f"待市财政局答复，{long_date(TODAY)}提出"  # read on a later day
    then = measures_of(gather_progress(filed.pk, on=TODAY - timedelta(days=1)))[12]
    assert [one["words"] for one in then["items"]] == ["甲事", "乙事"]
