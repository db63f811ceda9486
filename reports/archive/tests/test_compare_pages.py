"""报告对照: choosing two reports, the earlier on the left, and the annex of a report."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, make_period, make_user
from reports.archive.tests.test_pages import signed_in
from reports.conftest import make_done
from reports.jobs.request import request_report
from reports.kinds import making_for
from reports.models import Report

pytestmark = pytest.mark.django_db


def done(period: Period, kind: str = "progress", **more: bool) -> Report:
    by = make_user(Role.COORDINATOR)
    return make_done(request_report(by=by, kind=kind, period=period, at=NOW, **more))


@pytest.fixture
def earlier(filed: Period) -> Report:
    return done(make_period(Quarter(2026, 2), state="closed", closed_at=NOW))


@pytest.fixture
def later(filed: Period) -> Report:
    return done(filed)


def test_the_earlier_report_is_first_whichever_was_chosen_first(
    earlier: Report, later: Report
) -> None:
    client = signed_in()
    for one, other in ((earlier, later), (later, earlier)):
        text = client.get(f"/reports/compare/?one={one.pk}&other={other.pk}").content.decode()
        assert text.index(f"（编号{earlier.pk}，") < text.index("后一份：")
        assert "逐项对照" in text
        assert "<ins>" in text


def test_without_stored_text_it_says_that_only_data_are_compared(
    later: Report, filed: Period
) -> None:
    same = done(filed, is_anew=True)
    closed = {"final_at": NOW, "final_by": same.requested_by, "final_digest": "1" * 64}
    Report.objects.filter(pk=later.pk).update(**closed)
    answer = signed_in().get(f"/reports/compare/?one={later.pk}&other={same.pk}")
    text = answer.content.decode()
    assert "只对照数据，不对照文字" in text
    assert "两份报告的数据一样" in text
    assert "文字都没有变化" not in text


def test_with_fewer_than_two_reports_it_says_so(later: Report) -> None:
    assert "还没有可以对照的报告" in signed_in().get("/reports/compare/").content.decode()


def test_reports_that_cannot_be_compared_are_refused_with_a_sentence(
    earlier: Report, later: Report, filed: Period
) -> None:
    client, ledger = signed_in(), done(filed, "ledger")
    cases = [
        (later.pk, later.pk, "两次选的是同一份"),
        (later.pk, ledger.pk, "只能与同类的对照"),
        (later.pk, 0, "没有这份已完成的报告"),
        ("x", later.pk, "没有这份已完成的报告"),
        (later.pk, "", "再选一份同类报告"),
    ]
    for one, other, words in cases:
        answer = client.get(f"/reports/compare/?one={one}&other={other}")
        assert answer.status_code == 422
        assert words in answer.content.decode()


def test_reports_are_offered_by_kind_and_number(
    earlier: Report, later: Report, filed: Period
) -> None:
    ledger = done(filed, "ledger")
    page = signed_in().get("/reports/compare/").content.decode()
    first, second = (
        page.index('<optgroup label="进展情况报告">'),
        page.index('<optgroup label="工作台账">'),
    )
    assert first < page.index(f">编号{later.pk} {later}（") < second
    assert second < page.index(f">编号{ledger.pk} ")


def test_reports_that_a_person_may_not_read_are_not_offered(earlier: Report, later: Report) -> None:
    answer = signed_in(Role.LIAISON).get(f"/reports/compare/?one={earlier.pk}&other={later.pk}")
    assert answer.status_code == 422


def test_the_reports_page_links_to_it(earlier: Report, later: Report) -> None:
    text = signed_in().get(f"/reports/{later.pk}/").content.decode()
    assert f"/reports/compare/?one={earlier.pk}&amp;other={later.pk}" in text


def test_thirty_reports_take_as_many_queries_as_two(
    earlier: Report, later: Report, filed: Period
) -> None:
    client, address = signed_in(), f"/reports/compare/?one={earlier.pk}&other={later.pk}"
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(10):
        done(filed)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_annex_is_there_if_it_was_requested(earlier: Report, filed: Period) -> None:
    report = done(filed, with_previous=True)
    assert report.against == earlier
    report.refresh_from_db()
    annexes = making_for(report).document.annexes
    assert annexes[-1].title == "与上期报告对照表"
    assert "2026年上半年" in annexes[-1].sub_line


def test_without_an_earlier_report_there_is_nothing_to_annex(filed: Period) -> None:
    with pytest.raises(DomainError, match="没有更早填报期的已完成报告"):
        done(filed, with_previous=True)
    by = make_user(Role.CHIEF)
    with pytest.raises(DomainError, match="不附对照表"):
        request_report(by=by, kind="ledger", period=filed, at=NOW, with_previous=True)
