"""The main path of each role, in a real Chromium, on the product as `start.py` starts it.

It has its own PostgreSQL, Valkey, web server, worker and beat, with the demonstration and its
accounts. The tests are independent, so that they can run in any order.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from agencies.demonstration import PASSWORD
from policy_tracker.tests.browsing import enter

pytestmark = [pytest.mark.browser, pytest.mark.slow]
_READY = re.compile(r"请打开 (http://\S+?)/?\s")


@pytest.fixture(scope="module")
def product() -> Iterator[str]:
    """Return the address of a product that was just started with its own data."""
    ours = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DATA_KEYS", "DJANGO_SETTINGS_MODULE"}
    environment = {name: word for name, word in os.environ.items() if name not in ours}
    with tempfile.TemporaryDirectory(prefix="policytracker-test-") as var:
        Path(var).chmod(0o711)  # if we are root, its servers run as another account
        process = subprocess.Popen(
            [sys.executable, "-u", "start.py", "--port", "18400"],
            cwd=settings.BASE_DIR,
            env=environment | {"VAR_DIR": var},
            stdout=subprocess.PIPE,
            text=True,
        )
        yield _address_said_by(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def _address_said_by(process: subprocess.Popen[str]) -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if found := _READY.search(line):
            return found[1]
    pytest.fail(f"start.py ended with {process.wait()}:\n{said}")


@pytest.fixture
def sign_in(product: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Sign in one more account; at the end of the test no page may have reported an error."""
    pages: list[Page] = []

    def new_page(name: str, password: str = PASSWORD) -> Page:
        pages.append(enter(browser, product, name, password))
        return pages[-1]

    yield new_page
    assert [words for page in pages for words in page.complaints] == []  # type: ignore[attr-defined]


def agree(page: Page, words: str) -> None:
    """Answer the question before a step that cannot be undone."""
    page.get_by_role("dialog").get_by_role("button", name=words).click()


def test_a_liaison_files_what_is_missing(sign_in):
    page = sign_in("haiguan")
    expect(page.get_by_role("heading", level=1)).to_have_text("本期应报")
    card = page.locator("article", has=page.get_by_role("link", name="大力培育进口贸易平台"))
    card.get_by_label("进展情况").fill("前三季度指导综合保税区完成进口平台备案12家。")
    expect(card.get_by_text("保存于")).to_be_visible()
    card.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("大力培育进口贸易平台已报送市商务委")).to_be_visible()


def test_an_agency_s_head_approves_a_note(sign_in):
    page = sign_in("jingxin_ld")
    page.goto("/reviews/")
    page.get_by_role("link", name="做好中国国际进口博览会采购交易工作").first.click()
    page.get_by_role("button", name="同意报送").click()
    expect(page.get_by_role("status").or_(page.locator(".message")).first).to_be_visible()
    page.goto("/filings/")
    card = page.locator("article", has=page.get_by_role("link", name="做好中国国际进口博览会"))
    expect(card).to_contain_text("已报送")


def test_a_coordinator_accepts_one_note_and_returns_the_next(sign_in):
    page = sign_in("shangwu")
    expect(page.get_by_role("heading", level=1)).to_have_text("今日待办")
    first = page.get_by_role("link", name="加快改善营商环境").first
    first.click()
    page.get_by_role("button", name="通过，看下一项").click()
    expect(page.get_by_text("已通过重庆海关")).to_be_visible()
    page.goto("/reviews/")
    page.get_by_role("link", name="清理规范进出口环节收费").first.click()
    page.get_by_label("退回意见").fill("请补充取消收费的项目数。")
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text("将收到通知")).to_be_visible()


def test_six_reviews_take_at_most_eight_clicks(sign_in):
    """Five accepted, two of them with a status update, one returned; each click is counted."""
    page = sign_in("shangwu")
    clicks = 0

    def click(place: Locator) -> None:
        nonlocal clicks
        clicks += 1
        place.click()

    def accept() -> None:
        heading = page.locator("#panel-title").inner_text()
        click(page.get_by_role("button", name="通过，看下一项"))
        expect(page.locator("#panel-title")).not_to_have_text(heading)

    page.goto("/reviews/")
    for _ in range(3):
        accept()
    for _ in range(2):
        click(page.get_by_label("更新进度"))
        expect(page.get_by_label("回退原因")).to_be_hidden()
        page.get_by_label("变化与依据").fill("主要任务已落实。")
        expect(page.get_by_text("填报单位不能再撤回。")).to_be_visible()
        accept()
    page.get_by_label("退回意见").fill("请补充数据来源。")
    click(page.get_by_role("button", name="退回补正"))
    expect(page.get_by_text("将收到通知")).to_be_visible()
    assert clicks <= 8


def test_a_chief_decides_a_request(sign_in):
    page = sign_in("shangwu_zong")
    page.get_by_role("link", name=re.compile("审批.*办结申请：（十六）")).click()
    page.get_by_label("同意", exact=True).check()
    page.get_by_role("button", name="提交审批意见").click()
    agree(page, "提交审批意见")
    page.goto("/overview/")
    expect(page.get_by_role("row", name="清理规范进出口环节收费")).to_contain_text("常态化")


def test_a_leader_finds_a_lagging_measure_instructs_and_downloads_the_report(sign_in):
    page = sign_in("lingdao")
    rows = page.locator(".hands").get_by_role("row")
    lagging = rows.filter(has_text="滞后").filter(has_text="拓宽金融服务渠道")
    expect(lagging).to_have_count(1)
    lagging.get_by_role("link", name="进一步拓宽金融服务渠道").click()
    page.get_by_role("link", name="作出批示").first.click()
    page.get_by_label("批示内容").fill("请尽快查明原因并报送。")
    page.get_by_label("市地方金融管理局").first.check()
    page.get_by_role("button", name="作出批示").click()
    agree(page, "作出批示")
    expect(page.get_by_text("请尽快查明原因并报送。")).to_be_visible()

    page.goto("/overview/")
    page.get_by_role("link", name="生成进展报告").click()
    page.get_by_role("button", name="生成报告").click()
    link = page.get_by_role("link", name="docx").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as waiting:
        link.click()
    assert Path(waiting.value.path()).read_bytes()[:2] == b"PK"


def test_the_three_administrators_set_up_a_new_liaison(sign_in):
    page = sign_in("xitong")
    page.get_by_role("link", name="新建账号").click()
    page.get_by_label("姓名").fill("王新")
    page.get_by_label(re.compile("^账号")).fill("wangxin")
    page.get_by_role("button", name="建立账号").click()
    one_time = page.locator("main .figure-number").inner_text()

    keeper = sign_in("anquan")
    keeper.get_by_label("姓名或账号").fill("王新")
    keeper.get_by_role("button", name="筛选").click()
    keeper.get_by_role("link", name="王新").click()
    keeper.get_by_label(re.compile("^单位")).select_option(label="市科技局")
    keeper.get_by_label(re.compile("^角色")).select_option(label="联络员")
    keeper.get_by_label("B岗").check()
    keeper.get_by_role("button", name="授予角色").click()
    keeper.get_by_role("button", name="确定授予").click()
    expect(keeper.get_by_role("cell", name="联络员（B岗）")).to_be_visible()

    newcomer = sign_in("wangxin", one_time)
    expect(newcomer).to_have_url(re.compile("/password/"))

    auditor = sign_in("shenji")
    for words in ("新建账号", "授予角色"):
        auditor.get_by_label("事项").select_option(label=words)
        auditor.get_by_role("button", name="筛选").click()
        expect(auditor.get_by_role("row").filter(has_text="王新").first).to_be_visible()
