"""A head's landing page, and the numbers in their frame."""

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Period
from measures.tests.factories import (
    NOW,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_user,
)
from measures.tests.request_factories import make_due_date_request
from policy_tracker.tests.parsing import parse
from reports.choices import IssueState, ReportKind
from reports.models import Issue, Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def agency(client):
    agency = make_agency(needs_inner_approval=True)
    client.force_login(make_user(Role.AGENCY_HEAD, agency))
    return agency


def test_a_head_lands_on_the_page_with_waiting_approvals(client, agency):
    make_filing(measure=make_measure(lead=agency), state=FilingState.IN_AGENCY)
    assert client.get(reverse("home")).url == reverse("measures:reviews")
    page = client.get(reverse("measures:my_filings")).content.decode()
    assert '1<span class="visually-hidden">项待审核</span>' in page


def test_a_head_with_nothing_to_approve_lands_on_the_filings_owed(client, agency):
    make_filing(measure=make_measure(), state=FilingState.IN_AGENCY)  # another agency's
    assert client.get(reverse("home")).url == reverse("measures:my_filings")
    assert "项待审核" not in client.get(reverse("measures:my_filings")).content.decode()


def test_the_badge_of_a_list_has_the_length_of_that_list(client):
    """Requests are counted under 审批, documents that wait to be issued under 报告."""
    client.force_login(make_user(Role.CHIEF))
    make_due_date_request(make_dated_measure())
    for _ in range(2):
        draft()
    page = parse(client.get(reverse("measures:approvals")).content.decode())
    counted = page.xpath("//nav[@aria-label='主导航']//a[span]")
    badges = {link.xpath("normalize-space(text())"): link.xpath("string(span)") for link in counted}
    assert badges == {"今日待办": "3件待办", "审批": "1件待审批", "报告": "2件待签发"}
    assert len(page.xpath("//tbody/tr")) == 1
    listed = client.get(f"{reverse('reports:list')}?state=submitted").content.decode()
    assert len(parse(listed).xpath("//tbody/tr")) == 2


def draft():
    """Create a circular that waits for a chief's signature."""
    report = Report.objects.create(
        kind=ReportKind.CIRCULAR,
        period=Period.objects.first() or make_period(),
        state="done",
        dataset={},
        digest="0" * 64,
        requested_by=make_user(Role.COORDINATOR),
        requested_at=NOW,
        queued_at=NOW,
        frozen_at=NOW,
        finished_at=NOW,
    )
    Issue.objects.create(
        report=report,
        kind=report.kind,
        state=IssueState.SUBMITTED,
        submitted_by=report.requested_by,
        submitted_at=NOW,
    )
