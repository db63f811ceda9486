"""`manage.py run_job`: a daily job, run now or rehearsed for a day."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from agencies.models import Event, Message
from agencies.permissions import Role
from measures.choices import PeriodState
from measures.models import Filing, Period, Urge
from measures.tests.factories import NOW, TODAY, make_agency, make_measure, make_period, make_user
from policy_tracker.celery import app
from policy_tracker.management.commands.run_job import JOBS
from reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
TELLS = ("chase", "send-digests", "deliver-outbox")  # separate commands: chase, …
# Jobs that notify nobody: housekeeping, and the sweeps of each minute.
SILENT = {
    "tick",
    "back-up",
    "rehearse-restore",
    "clear-sessions",
    "remove-old-outbox",
    "record-refusals",
    "verify-audit",
    "seal-events",
    "sweep-reports",
    "settle-totals",
    "sweep-sheets",
    "remove-old-files",
    "remove-stray-files",
}


def rows() -> dict[str, int]:
    return {
        model.__name__: model.objects.count() for model in (Event, Message, Filing, Report, Urge)
    }


@pytest.fixture
def planned() -> Period:
    """Create a period that opens automatically tomorrow; its liaison will owe one filing."""
    agency = make_agency(name="市商务委")
    make_user(Role.LIAISON, agency, name="李联络", username="lianluo")
    make_measure(lead=agency)
    return make_period(
        state=PeriodState.DRAFT,
        opens_on=TODAY + timedelta(days=1),
        due_on=TODAY + timedelta(days=9),
        opens_by_itself=True,
    )


def test_every_scheduled_job_that_notifies_people_can_be_rehearsed():
    named = {name.replace("_", "-") for name in JOBS}
    assert named | set(TELLS) | SILENT == set(app.conf.beat_schedule)
    assert not named & SILENT


def test_a_rehearsal_shows_recipients_texts_and_reasons_and_changes_nothing(planned, capsys):
    before = rows()
    call_command("run_job", "turn_periods", "--on", f"{TODAY + timedelta(days=1)}", "--dry-run")
    said = capsys.readouterr().out
    assert "按计划自动" in said
    assert "lianluo 李联络：" in said
    assert "没有改动" in said
    planned.refresh_from_db()
    assert planned.state == PeriodState.DRAFT
    assert rows() == before


def test_if_nothing_is_due_it_says_so(planned, capsys):
    call_command("run_job", "turn_periods", "--dry-run")
    assert "没有要办的" in capsys.readouterr().out


@pytest.mark.parametrize("name", sorted(JOBS))
def test_each_job_is_rehearsed_and_run(real_notice, capsys, name):
    before = rows()
    call_command("run_job", name, "--dry-run")
    assert "没有改动" in capsys.readouterr().out
    assert rows() == before
    call_command("run_job", name)
    assert "已运行" in capsys.readouterr().out


def test_it_runs_for_today_only(planned):
    Period.objects.update(opens_on=TODAY)
    with pytest.raises(CommandError, match="须与 --dry-run 同用"):
        call_command("run_job", "turn_periods", "--on", f"{date(2026, 12, 31)}")
    call_command("run_job", "turn_periods", "--on", f"{localdate(NOW)}")
    planned.refresh_from_db()
    assert planned.state == PeriodState.OPEN


def test_an_unknown_job_is_refused():
    with pytest.raises(CommandError, match="turn_periods"):
        call_command("run_job", "nothing")
