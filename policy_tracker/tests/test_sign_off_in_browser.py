"""A document in a real browser: 拟稿, 送审, 退回, 送审, 签发, and what is frozen afterwards."""

import pytest
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect

from agencies.models import Event
from agencies.permissions import Role
from measures.tests.factories import make_filing, make_measure, make_user
from policy_tracker.tests.browsing import signed_in
from reports.choices import ReportKind
from reports.conftest import make_done
from reports.jobs.request import request_report
from reports.kinds import KINDS
from reports.models import Report

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
EDITED = "本期工作按序时推进。"
CHIEFS = "负责人改过的一句话。"
NAMES = {
    "report.edit": "王主任",  # the last one
    "report.submit": "李统筹",
    "report.return": "王主任",
    "report.issue": "王主任",
}


def sign_in(browser: Browser, url: str, username: str, report: Report) -> Page:
    page = signed_in(browser, url, username)
    page.goto(f"{url}/reports/{report.pk}/")
    return page


def edit(page: Page, report: Report, url: str, key: str, text: str) -> None:
    page.goto(f"{url}/reports/{report.pk}/edit/")
    piece = page.locator(f"#{key}")
    piece.locator("summary", has_text="修改").first.click()
    piece.get_by_role("textbox").fill(text)
    piece.get_by_role("button", name="保存").click()
    expect(page.locator(f"#{key} .tag")).to_have_text("已编辑")
    page.goto(f"{url}/reports/{report.pk}/")


def test_a_document_goes_from_draft_through_a_return_to_the_signature(
    browser: Browser, live_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = make_user(Role.COORDINATOR, username="staff", name="李统筹")
    make_user(Role.CHIEF, username="chief", name="王主任")
    filing = make_filing(measure=make_measure())
    asked = request_report(by=staff, kind="progress", period=filing.period, at=now())
    report = make_done(asked)
    url = live_server.url

    drafter = sign_in(browser, url, "staff", report)
    expect(drafter.locator("#issue")).to_be_visible()
    edit(drafter, report, url, "overall", EDITED)
    edit(drafter, report, url, "heading-overall", "一、总体情况")
    drafter.get_by_role("button", name="送审", exact=True).click()
    expect(drafter.get_by_text("等待商务委负责人签发。")).to_be_visible()

    chief = signed_in(browser, url, "chief")
    chief.goto(f"{url}/approvals/")
    chief.get_by_role("link", name="待签发的文稿").click()
    chief.get_by_role("link", name=str(report)).click()
    chief.locator("summary", has_text="退回").click()
    chief.get_by_label("退回意见").fill("第二部分请补数字。")
    chief.get_by_role("button", name="退回").click()
    expect(chief.get_by_text("退回：第二部分请补数字。")).to_be_visible()

    drafter.goto(f"{url}/inbox/")
    expect(drafter.get_by_text("被王主任退回：第二部分请补数字。").first).to_be_visible()
    drafter.goto(f"{url}/reports/{report.pk}/")
    drafter.get_by_role("button", name="送审", exact=True).click()

    edit(chief, report, url, "opening", CHIEFS)
    expect(chief.get_by_text("送审后改过：开头")).to_be_visible()
    chief.get_by_role("button", name="签发并编号").click()
    chief.locator("dialog").get_by_role("button", name="签发", exact=True).click()
    expect(chief.get_by_text("已签发，文号渝商务报告〔")).to_be_visible()

    Report.objects.filter(pk=report.pk).update(state="done")  # as if its files had been written
    had = KINDS[ReportKind.PROGRESS]

    def later(*args, **kwargs):
        return had.document(*args, **kwargs)._replace(parts=(), opening="以后的话。")

    monkeypatch.setitem(KINDS, ReportKind.PROGRESS, had._replace(document=later))
    drafter.goto(f"{url}/reports/{report.pk}/")
    for words in (EDITED, CHIEFS, "一、总体情况"):
        expect(drafter.locator("article").get_by_text(words, exact=True)).to_be_visible()
    expect(drafter.locator("article").get_by_text("签发人：王主任")).to_be_visible()
    expect(drafter.get_by_text("以后的话。")).to_have_count(0)
    expect(drafter.get_by_role("link", name="修改文字")).to_have_count(0)
    for action, name in NAMES.items():
        event = Event.objects.filter(action=action).latest("pk")
        assert event.actor.name == name
        assert f"（编号{report.pk}）" in event.sentence
