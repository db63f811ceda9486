"""The main path in a browser: file, return, file again, accept, see it, report it.

A real Chromium, the real pages on the suite's PostgreSQL and Valkey, a real Celery worker.
"""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import docx
import pytest
from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate, now
from playwright.sync_api import Page, expect

from agencies.models import Agency, User
from agencies.permissions import Role
from measures.models import Measure
from measures.notice.load import load_basis
from measures.periods.actions import create_period, open_period
from measures.rules.periods import Quarter
from measures.tests.factories import PASSWORD, join
from policy_tracker.tests.browsing import enter
from reports.documents.names import short_title

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST, SECOND = "三季度办理通关事项一批。", "三季度办理通关68批次，平均放行时间缩短一成。"
MEASURE = "落实自贸协定扩大进口"


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """Start a Celery worker on this test's own database."""
    suite = urlsplit(os.environ["DATABASE_URL"])
    environment = os.environ | {
        "DATABASE_URL": urlunsplit(suite._replace(path=f"/{connection.settings_dict['NAME']}")),
        "VAR_DIR": str(settings.VAR_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    command = ["celery", "-A", "policy_tracker", "worker", "--pool", "solo", "-l", "INFO"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, cwd=settings.BASE_DIR
    )
    yield
    process.terminate()
    process.wait(20)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    notice = load_basis(at=now()).notice
    posts = {
        "liaison": (Role.LIAISON, "cqcustoms"),
        "coordinator": (Role.COORDINATOR, "sww"),
        "leader": (Role.LEADER, "zfbgt"),
    }
    made = {}
    for name, (role, code) in posts.items():
        user = User(username=name, name=role.label, must_change_password=False)
        user.set_password(PASSWORD)
        user.save()
        join(user, role, Agency.objects.get(code=code))
        made[name] = user
    quarter = Quarter.holding(localdate()).previous
    period = create_period(notice, by=made["coordinator"], covering=quarter, at=now())
    open_period(period, by=made["coordinator"], at=now())
    return made


def card(page: Page):
    return page.locator("article.filing-card", has=page.get_by_role("link", name=MEASURE))


def file(page: Page, words: str) -> None:
    page.goto("/filings/")
    card(page).get_by_label("进展情况").fill(words)
    card(page).get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text(f"{MEASURE}已报送市商务委")).to_be_visible()


def open_in_queue(page: Page) -> None:
    page.goto("/reviews/")
    page.get_by_role("link", name=MEASURE).first.click()


def test_from_a_liaison_s_note_to_the_report_that_a_leader_downloads(
    live_server, browser, people, worker
):
    liaison = enter(browser, live_server.url, "liaison")
    expect(liaison).to_have_url(f"{live_server.url}/filings/")
    file(liaison, FIRST)

    coordinator = enter(browser, live_server.url, "coordinator")
    open_in_queue(coordinator)
    coordinator.get_by_label("退回意见").fill("请写明批次和时间。")
    coordinator.get_by_role("button", name="退回补正").click()
    expect(coordinator.get_by_text("将收到通知")).to_be_visible()

    liaison.goto("/filings/")
    expect(card(liaison)).to_contain_text("请写明批次和时间。")
    file(liaison, SECOND)

    open_in_queue(coordinator)
    expect(coordinator.get_by_text(FIRST).first).to_be_visible()  # the earlier version
    coordinator.get_by_label("更新进度").check()
    coordinator.get_by_label(re.compile("^进度")).select_option("基本完成")
    coordinator.get_by_label("变化与依据").fill("通关时间已按目标缩短。")
    coordinator.get_by_role("button", name="通过，看下一项").click()
    expect(coordinator.get_by_text("已通过重庆海关")).to_be_visible()

    leader = enter(browser, live_server.url, "leader")
    expect(leader).to_have_url(f"{live_server.url}/overview/")
    expect(leader.locator(".ledger").get_by_role("row", name=MEASURE)).to_contain_text("基本完成")
    leader.get_by_role("link", name="生成进展报告").click()
    leader.get_by_role("button", name="生成报告").click()
    download_link = leader.get_by_role("link", name="docx").first
    expect(download_link).to_be_visible(timeout=60_000)
    with leader.expect_download() as waiting:
        download_link.click()
    text = words_of(waiting.value.path().read_bytes())

    for measure in Measure.objects.all():
        assert measure.mark in text
        assert short_title(measure.shown_title) in text  # empty if it was lost
    assert "缺失〕" not in text
    for agency in Agency.objects.filter(order__range=(1, 17)):
        assert agency.short_name in text
    assert SECOND in text
    assert FIRST not in text
    for page in (liaison, coordinator, leader):
        assert page.complaints == []


def words_of(document: bytes) -> str:
    """Return all text of a docx, including tables."""
    opened = docx.Document(io.BytesIO(document))
    cells = (c.text for t in opened.tables for row in t.rows for c in row.cells)
    return "\n".join([*(p.text for p in opened.paragraphs), *cells])
