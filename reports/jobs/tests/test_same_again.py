"""A frozen report never changes, whatever is renamed or corrected afterwards."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook

from agencies.models import Agency, AgencyName
from agencies.permissions import Role
from measures.choices import Light, Stage
from measures.lights.refresh import refresh_all_lights
from measures.models import Filing, Measure, Note, Period, Section
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_note, make_period, make_user
from reports.choices import ReportKind, ReportState
from reports.conftest import accept
from reports.datasets.frozen import digest_of
from reports.jobs.build import run_report
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import freeze, gather, making_for
from reports.models import Report
from reports.models.report import Scope

CASES = [
    # kind, agency
    (ReportKind.PROGRESS, ""),
    (ReportKind.CIRCULAR, ""),
    (ReportKind.LEDGER, ""),
    (ReportKind.LEDGER, "cqcustoms"),
    (ReportKind.AGENCY, "kjj"),
    (ReportKind.AGENCY, "cqcustoms"),
    (ReportKind.LETTER, "cqcustoms"),
    (ReportKind.BRIEF, ""),
]
LATER = NOW + timedelta(days=200)


def texts(report: Report) -> dict[str, list[str]]:
    """Return the full content of each file."""
    found = {}
    for file in report.files.all():
        path = Path(file.file.path)
        if file.format == "docx":
            document = Document(str(path))
            cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
            found["docx"] = [p.text for p in document.paragraphs] + cells
        elif file.format == "xlsx":
            book = load_workbook(path)
            found["xlsx"] = [str(c.value) for s in book for r in s.iter_rows() for c in r]
    return found


def everything_changes(period: Period, patch: pytest.MonkeyPatch) -> None:
    """Rename an agency, a stage and a light, correct an old note, set a title."""
    customs = Agency.objects.get(code="cqcustoms")
    AgencyName.objects.filter(agency=customs).delete()
    Agency.objects.filter(pk=customs.pk).update(short_name="新海关", full_name="新的海关")
    Filing.objects.filter(agency=customs).update(agency_name="新海关")
    patch.setattr(Stage.NOT_STARTED, "_label_", "还没开始")
    patch.setattr(Light.GREEN, "_label_", "挺好")
    patch.setattr(Light.GREY, "_label_", "说不清")
    filing = Filing.objects.filter(period=period, measure__ordinal=1, agency__code="kjj").get()
    corrected = make_note(filing, submitted=True, progress="更正后的进展。")
    Filing.objects.filter(pk=filing.pk).update(accepted_note=corrected)
    Measure.objects.filter(ordinal=1).update(title="另一个标题", stage=Stage.NEARLY_DONE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "code"), CASES)
def test_building_last_periods_report_again_gives_the_same_text(
    filed: Period, kind: ReportKind, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_period(filed, by=make_user(Role.COORDINATOR), at=NOW)
    by = make_user(Role.CHIEF)
    agency = Agency.objects.get(code=code) if code else None
    report = request_report(by=by, kind=kind, period=filed, agency=agency, at=NOW)
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    assert report.state == ReportState.DONE, report.error
    before, document, name = texts(report), making_for(report).document, str(report)
    with monkeypatch.context() as patch:
        everything_changes(filed, patch)
        retry_report(report, by=by, at=LATER)
        assert run_report(report.pk, at=LATER)
        report = Report.objects.get(pk=report.pk)
        assert report.state == ReportState.DONE, report.error
        assert texts(report) == before
        assert making_for(report).document == document
        assert str(report) == name
        assert report.dataset is not None
        assert digest_of(report.dataset) == report.digest
        if kind in (ReportKind.PROGRESS, ReportKind.LEDGER):
            fresh = gather(kind, report.scope, on=LATER.date())
            assert digest_of(fresh) != report.digest  # the data did change
    assert any(words for words in before.values())


def cost(kind: ReportKind, scope: Scope) -> int:
    with CaptureQueriesContext(connection) as queries:
        freeze(kind, scope, on=TODAY)
    return sum(not q["sql"].startswith(("BEGIN", "COMMIT", "SET TRANS")) for q in queries)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "code"), CASES)
def test_a_dataset_takes_few_queries_at_any_size(
    filed: Period, kind: ReportKind, code: str
) -> None:
    refresh_all_lights(on=TODAY)
    agency = Agency.objects.get(code=code).pk if code else None
    scope = Scope(filed.pk, agency_id=agency)
    make_period(Quarter(2026, 2), state="closed", closed_at=NOW - timedelta(days=90))
    # debts, ended duties, why measures went back, a first circular, and what a closing kept
    most = 16 if kind == ReportKind.CIRCULAR else 12
    assert cost(kind, scope) <= most
    close_period(filed, by=make_user(Role.COORDINATOR), at=NOW)
    assert cost(kind, scope) <= most


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [ReportKind.PROGRESS, ReportKind.LEDGER])
def test_a_single_section_has_its_own_counts(filed: Period, kind: ReportKind) -> None:
    section = Section.objects.get(ordinal=1)
    data = gather(kind, Scope(filed.pk, section_id=section.pk), on=TODAY)
    assert [s["ordinal"] for s in data["sections"]] == [1]
    assert sum(count["count"] for count in data["stages"]) == 4
    assert data["only"]["title"] == "优化进口结构"


@pytest.mark.django_db
def test_the_ledger_of_one_agency_has_its_rows_only(filed: Period) -> None:
    agency = Agency.objects.get(code="kjj")
    data = gather(ReportKind.LEDGER, Scope(filed.pk, agency_id=agency.pk), on=TODAY)
    parties = [p for s in data["sections"] for m in s["measures"] for p in m["parties"]]
    assert {party["agency"] for party in parties} == {"市科技局"}
    filings = Filing.objects.filter(period=filed, agency=agency)
    assert {p["filing"] for p in parties} == set(filings.values_list("pk", flat=True))
    assert {party["version"] for party in parties} == {1}


@pytest.mark.django_db
def test_an_unaccepted_note_is_in_its_agencys_own_report_only(period: Period) -> None:
    filing = Filing.objects.filter(period=period, agency__code="kjj")[0]
    make_note(filing, submitted=True, progress="没有通过的内容")
    accept(Filing.objects.filter(period=period, agency__code="kjj")[1], progress="通过的内容。")
    agency = Agency.objects.get(code="kjj").pk
    for kind, scope in (
        (ReportKind.PROGRESS, Scope(period.pk)),
        (ReportKind.LEDGER, Scope(period.pk)),
        (ReportKind.LEDGER, Scope(period.pk, agency_id=agency)),
        (ReportKind.CIRCULAR, Scope(period.pk)),
        (ReportKind.BRIEF, Scope(period.pk)),
    ):
        assert "没有通过的内容" not in str(gather(kind, scope, on=TODAY))
    own = gather(ReportKind.AGENCY, Scope(period.pk, agency_id=agency), on=TODAY)
    assert "没有通过的内容" in str(own)
    assert Note.objects.filter(progress="没有通过的内容").exists()
