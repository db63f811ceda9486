"""Fixtures: the real notice with a partly filed period."""

import pickle
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from agencies.models import User
from agencies.permissions import Role
from lib.official.document import digest_of_words
from measures.choices import FilingState
from measures.models import Filing, Notice, Period
from measures.periods.actions import open_period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_note, make_period, make_user
from measures.tests.starts import define_start
from reports.choices import ReportState
from reports.datasets.frozen import digest_of
from reports.datasets.schema import ProgressData
from reports.kinds import gather, making_for
from reports.models import Report
from reports.tests.world import gather_progress

_datasets: dict[int, bytes] = {}


def _open_third_quarter() -> None:
    period = make_period(Quarter(2026, 3), due_on=TODAY - timedelta(days=1), state="draft")
    open_period(period, by=make_user(Role.COORDINATOR), at=NOW - timedelta(days=30))


def _file_most() -> None:
    filings = list(Filing.objects.select_related("measure", "agency"))
    for filing in filings[:-3]:
        accept(filing, progress=progress_of(filing))
    late = filings[-3]
    accept(late, progress=progress_of(late))
    Filing.objects.filter(pk=late.pk).update(first_submitted_at=NOW)


start_open = define_start("start_open", _open_third_quarter, after="start_with_notice")
start_filed = define_start("start_filed", _file_most, after="start_open")


@pytest.fixture
def period(real_notice: Notice, start_open: None) -> Period:
    """Create 2026年前三季度: open, due yesterday, a filing per agency of confirmed measures."""
    return Period.objects.get()


@pytest.fixture
def filed(period: Period, start_filed: None) -> Period:
    """Create it with all filings accepted in time except three: one late, two missing."""
    return period


@pytest.fixture
def world(real_notice: Notice, start_in_world: None, _at_noon: None) -> tuple[Period, Period]:
    """Create a closed and an open period of the real notice."""
    closed, opened = Period.objects.order_by("due_on")
    return closed, opened


@pytest.fixture
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock of pages to the factories' day."""
    monkeypatch.setattr("reports.overview.views.localdate", lambda: TODAY)
    monkeypatch.setattr("reports.matrix.views.localdate", lambda: TODAY)
    monkeypatch.setattr("reports.dates.views.localdate", lambda: TODAY)


@pytest.fixture
def coordinator(db: None, _at_noon: None) -> User:
    """Create a coordinator of the commission."""
    return make_user(Role.COORDINATOR)


@pytest.fixture
def signed_in(client: Client, coordinator: User) -> Client:
    """Return the client with the coordinator signed in."""
    client.force_login(coordinator)
    return client


def progress_of(filing: Filing) -> str:
    """Return the text of a test's note, unique per filing."""
    return f"{filing.agency_name}已推进{filing.measure.mark}的一件事。"


def accept(filing: Filing, **fields: Any) -> None:
    """Add an accepted note to a filing."""
    note = make_note(filing, submitted=True, **fields)
    filing.state, filing.accepted_note = FilingState.ACCEPTED, note
    filing.first_submitted_at = NOW - timedelta(days=2)
    filing.save()


def make_done(report: Report) -> Report:
    """Store a report's dataset, as if its files had been written."""
    data = gather(report.kind_choice, report.scope, on=TODAY)
    report.dataset, report.digest = data, digest_of(data)
    report.frozen_at = report.finished_at = NOW
    report.state = ReportState.DONE
    report.words_written = digest_of_words(making_for(report).document)
    report.save()
    return report


@pytest.fixture
def data(filed: Period) -> ProgressData:
    """Return the filed period's dataset, read once since its rows are the same in each test."""
    if filed.pk not in _datasets:
        _datasets[filed.pk] = pickle.dumps(gather_progress(filed.pk, on=TODAY))
    return cast(ProgressData, pickle.loads(_datasets[filed.pk]))


@pytest.fixture(autouse=True)
def _own_storage(settings: Settings, tmp_path: Path) -> None:
    """Give each test its own folder of files."""
    settings.MEDIA_ROOT = tmp_path
