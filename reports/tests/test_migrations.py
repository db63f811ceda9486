"""What the reports of an installed version become where sign-off reaches them."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agencies.permissions import Role
from measures.tests.factories import NOW, make_period, make_user
from reports.models import Issue, Report

BEFORE = ("reports", "0005_report_against")


def migrate(*targets: tuple[str, str]) -> Any:
    executor = MigrationExecutor(connection)
    executor.migrate(targets or executor.loader.graph.leaf_nodes())
    return MigrationExecutor(connection).loader.project_state([*targets]).apps


@pytest.fixture
def before(transactional_db: None) -> Any:
    """The models of the version before; afterwards the newest tables again."""
    yield migrate(BEFORE)
    migrate()


@pytest.fixture
def make(before: Any) -> Any:
    """Writes a report as the version before had it."""
    by, period = make_user(Role.COORDINATOR), make_period()
    model = before.get_model("reports", "Report")

    def made(kind: str, **fields: Any) -> int:
        frozen = {"dataset": {}, "digest": "0" * 64, "frozen_at": NOW, "finished_at": NOW}
        shown = {"state": "done", **frozen} | fields
        if shown.pop("is_final", False):
            shown |= {"final_at": NOW, "final_by_id": by.pk, "final_digest": "1" * 64}
        report = model.objects.create(
            kind=kind,
            period_id=period.pk,
            requested_by_id=by.pk,
            requested_at=NOW,
            queued_at=NOW,
            **shown,
        )
        return int(report.pk)

    return made


FAILED = {"state": "failed", "error": "没写成。", "dataset": None, "digest": "", "frozen_at": None}


def test_each_keeps_where_it_stood(before: Any, make: Any) -> None:
    issue = before.get_model("reports", "Issue")
    waiting, failed = make("circular"), make("circular", **FAILED)
    issued = make("circular", is_final=True)
    for pk in (waiting, failed):
        issue.objects.create(report_id=pk, kind="circular")
    by = before.get_model("reports", "Report").objects.get(pk=issued).requested_by_id
    number = {"year": 2026, "serial": 1, "number": "渝商务通报〔2026〕1号"}
    signed = {"issued_on": NOW.date(), "issued_at": NOW, "issued_by_id": by, "state": "issued"}
    issue.objects.create(report_id=issued, kind="circular", **number, **signed)
    open_report, final_report = make("progress"), make("progress", is_final=True)
    brief = make("brief")

    migrate()

    states = dict(Issue.objects.values_list("report", "state"))
    assert states == {
        waiting: "submitted",  # it waited for a chief's word
        failed: "draft",
        issued: "issued",
        open_report: "draft",
    }
    assert Issue.objects.get(report=waiting).submitted_by_id == by
    assert Issue.objects.get(report=issued).number == "渝商务通报〔2026〕1号"
    assert not Report.objects.exclude(words__isnull=True).exists()
    assert not Report.objects.get(pk=brief).keeps_files_only  # not final: its words are open
    for pk in (issued, final_report):
        assert Report.objects.get(pk=pk).keeps_files_only
