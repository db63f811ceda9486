"""本期应报 in a real browser: few clicks, and nothing typed is ever lost."""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils.timezone import now
from playwright.sync_api import Browser, Page, expect

from agencies.models import User, UserSession
from agencies.permissions import Role
from measures.choices import FilingState, PeriodState
from measures.filings.page import WHOLE_MOST
from measures.models import Evidence, Filing, Note
from measures.periods.cost import times_of
from measures.rules.periods import Quarter
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    PASSWORD,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)
from policy_tracker.tests.browsing import clicks, count_clicks, signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
PAUSE = 1500  # milliseconds after which typing counts as stopped
SHEET = {"name": "批次表.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}


@pytest.fixture
def filings() -> list[Filing]:
    agency = make_agency(name="重庆海关")
    make_user(Role.LIAISON, agency, username="liaison", name="张三")
    make_user(Role.LIAISON, agency, username="deputy", name="李四")
    measures = [make_measure(lead=agency, title=f"第{n}件事") for n in "一二三四五"]
    return [make_filing(measure=measure) for measure in measures]


@pytest.fixture
def page(browser: Browser, live_server, filings) -> Page:
    page = enter(browser, live_server.url, "liaison")
    expect(page).to_have_url(f"{live_server.url}/filings/")
    return page


def enter(browser: Browser, address: str, name: str) -> Page:
    page = signed_in(browser, address, name)
    page.clock.install()
    page.goto("/")
    return page


def card(page: Page, filing: Filing):
    return page.locator(f"#filing-{filing.pk}")


def progress(page: Page, filing: Filing):
    return card(page, filing).get_by_label("进展情况")


def write(page: Page, filing: Filing, words: str) -> None:
    """Type and stop; the page's clock is advanced, so that tests do not wait."""
    progress(page, filing).fill(words)
    page.clock.fast_forward(PAUSE)


def saved(page: Page, filing: Filing) -> None:
    expect(page.locator(f"#saved-{filing.pk}")).to_contain_text("保存于")


def until(holds: Callable[[], bool], *, seconds: float = 10) -> None:
    """The next page does not wait for the request sent on leaving."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "nothing was saved"
        time.sleep(0.1)


def test_five_unchanged_measures_are_filed_in_at_most_six_clicks(page, filings):
    """Confirm last period's plans, which mention a quarter that is over."""
    before = make_period(Quarter(2026, 2), state=PeriodState.CLOSED)
    for filing in filings:
        last = make_filing(measure=filing.measure, agency=filing.agency, period=before)
        last.accepted_note = make_note(last, submitted=True, next_steps="三季度推动验收。")
        last.first_submitted_at, last.state = last.accepted_note.left_at, FilingState.ACCEPTED
        last.save()
    count_clicks(page)
    page.goto("/filings/")
    page.get_by_role("button", name="尚未填写的5项均无新进展").click()
    expect(page.get_by_text("“三季度”已过")).to_have_count(5)
    page.get_by_label("标出的时间已核对，仍照此填报").check()
    page.get_by_role("button", name="已逐项核对，填为无新进展").click()
    page.get_by_role("button", name="全部提交（5项）").click()
    expect(page.get_by_text("将提交5项，其中无新进展5项。确定提交吗？")).to_be_visible()
    page.get_by_role("button", name="提交5项", exact=True).click()
    expect(page.get_by_text("5项已报送市商务委，其中无新进展5项。")).to_be_visible()
    assert clicks(page) <= 6
    assert Filing.objects.filter(state=FilingState.SUBMITTED).count() == 5
    filed = Note.objects.filter(filing__in=filings, submitted_at__isnull=False, is_unchanged=True)
    assert [(note.carried, note.is_confirmed) for note in filed] == [(["next_steps"], True)] * 5
    assert page.complaints == []


def test_one_unchanged_measure_takes_one_click_and_keeps_its_place(page, filings):
    count_clicks(page)
    page.goto("/filings/")
    card(page, filings[3]).get_by_label("原因：", exact=True).select_option("待上级政策明确")
    card(page, filings[3]).get_by_role("button", name="本期无新进展").click()
    expect(card(page, filings[3])).to_contain_text("无新进展，已填好，待提交")
    assert page.url.endswith(f"#filing-{filings[3].pk}")
    assert clicks(page) == 1
    assert Note.objects.get().unchanged_reason == "待上级政策明确"


def test_text_is_saved_when_typing_stops(page, filings):
    expect(card(page, filings[0])).to_contain_text("缺：进展情况")
    write(page, filings[0], "办理通关68批次。")
    saved(page, filings[0])
    expect(card(page, filings[0])).to_contain_text("已填好，待提交")
    expect(page.locator(".owe")).to_contain_text("已填好待提交1项")
    write(page, filings[0], "办理通关70批次。")
    expect(page.locator(f"#id_f{filings[0].pk}-revision")).to_have_value("2")
    assert Note.objects.get().progress == "办理通关70批次。"
    page.reload()
    expect(progress(page, filings[0])).to_have_value("办理通关70批次。")
    assert page.complaints == []


def test_leaving_at_once_loses_no_text(page, filings):
    progress(page, filings[0]).fill("刚写完就离开。")
    page.goto("/inbox/")
    until(Note.objects.exists)
    page.goto("/filings/")
    expect(progress(page, filings[0])).to_have_value("刚写完就离开。")


def test_a_reload_before_the_save_has_ended_shows_the_typed_text(page, filings):
    for turn in range(10):
        words = f"第{turn}次写完就刷新。"
        with transaction.atomic():
            Filing.objects.select_for_update().get(pk=filings[0].pk)  # a save waits for this lock
            progress(page, filings[0]).fill(words)
            page.reload()
            expect(progress(page, filings[0])).to_have_value(words)
        saved(page, filings[0])
        assert Note.objects.get().progress == words
    assert page.complaints == []


def test_a_reload_shows_text_typed_during_a_save(page, filings):
    for turn in range(5):
        with transaction.atomic():
            Filing.objects.select_for_update().get(pk=filings[0].pk)
            write(page, filings[0], f"第{turn}次，先写的。")
            progress(page, filings[0]).fill(f"第{turn}次，接着写的。")
        page.reload()
        expect(progress(page, filings[0])).to_have_value(f"第{turn}次，接着写的。")
        saved(page, filings[0])


def test_a_reload_shows_both_versions_if_another_person_saved_meanwhile(
    browser, live_server, page, filings
):
    other = enter(browser, live_server.url, "deputy")
    write(other, filings[0], "李四写的。")
    saved(other, filings[0])
    progress(page, filings[0]).fill("张三写的。")
    page.reload()
    expect(card(page, filings[0])).to_contain_text("李四已在您打开页面后保存过这项填报")
    expect(progress(page, filings[0])).to_have_value("张三写的。")
    assert Note.objects.get().progress == "李四写的。"


def test_text_kept_in_a_tab_is_removed_by_its_next_page(page, filings):
    progress(page, filings[0]).fill("刚写完就离开。")
    page.goto("/inbox/")
    assert page.evaluate('sessionStorage.getItem("left-words")') is None
    until(Note.objects.exists)


def test_text_typed_in_another_card_is_saved_before_a_step(page, filings):
    progress(page, filings[0]).fill("第一件事写好了。")
    progress(page, filings[1]).fill("第二件事也写好了。")
    card(page, filings[1]).get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("第二件事已报送市商务委")).to_be_visible()
    expect(progress(page, filings[0])).to_have_value("第一件事写好了。")
    assert set(Filing.objects.exclude(state="pending").values_list("state", flat=True)) == {
        "draft",
        "submitted",
    }


def test_submitting_all_waits_until_typed_text_is_saved(page, filings):
    write(page, filings[0], "第一件事写好了。")
    saved(page, filings[0])
    progress(page, filings[1]).fill("第二件事刚写好。")
    page.get_by_role("button", name="全部提交（1项）").click()
    expect(page.get_by_text("将提交2项；另有3项未填好，不提交。确定提交吗？")).to_be_visible()
    page.get_by_role("button", name="提交2项", exact=True).click()
    expect(page.get_by_text("2项已报送市商务委。")).to_be_visible()


def test_the_keyboard_alone_saves(page, filings):
    progress(page, filings[0]).focus()
    page.keyboard.insert_text("只用键盘。")
    page.keyboard.press("Control+s")
    saved(page, filings[0])
    assert Note.objects.get().progress == "只用键盘。"


def test_two_people_on_one_filing_see_both_versions_and_choose(browser, live_server, page, filings):
    other = enter(browser, live_server.url, "deputy")
    write(other, filings[0], "李四写的。")
    saved(other, filings[0])
    write(page, filings[0], "张三写的。")
    expect(card(page, filings[0])).to_contain_text("李四已在您打开页面后保存过这项填报")
    expect(card(page, filings[0])).to_contain_text("李四写的。")
    expect(progress(page, filings[0])).to_have_value("张三写的。")
    card(page, filings[0]).get_by_role("button", name="把对方的进展并入我的").click()
    card(page, filings[0]).get_by_role("button", name="用我的内容保存").click()
    expect(page.get_by_text("的草稿，尚未提交")).to_be_visible()
    assert Note.objects.get().progress == "张三写的。\n李四写的。"


def test_typing_continues_when_another_version_appears(browser, live_server, page, filings):
    other = enter(browser, live_server.url, "deputy")
    write(other, filings[0], "李四写的。")
    saved(other, filings[0])
    progress(page, filings[0]).focus()
    page.keyboard.insert_text("张三写的。")
    page.clock.fast_forward(PAUSE)
    expect(card(page, filings[0])).to_contain_text("李四已在您打开页面后保存过这项填报")
    page.keyboard.insert_text("还在写。")
    expect(progress(page, filings[0])).to_have_value("张三写的。还在写。")


def test_another_person_s_version_can_be_chosen(browser, live_server, page, filings):
    other = enter(browser, live_server.url, "deputy")
    write(other, filings[0], "李四写的。")
    saved(other, filings[0])
    write(page, filings[0], "张三写的。")
    card(page, filings[0]).get_by_role("link", name="用对方的内容").click()
    page.get_by_role("button", name="用对方的", exact=True).click()
    expect(progress(page, filings[0])).to_have_value("李四写的。")
    assert Note.objects.get().revision == 1


def test_choosing_a_file_beside_another_version_decides_nothing(
    browser, live_server, page, filings
):
    other = enter(browser, live_server.url, "deputy")
    write(other, filings[0], "李四写的。")
    saved(other, filings[0])
    write(page, filings[0], "张三写的。")
    expect(card(page, filings[0])).to_contain_text("李四写的。")
    card(page, filings[0]).get_by_label("添加材料").set_input_files(SHEET)
    expect(card(page, filings[0]).get_by_role("link", name="批次表.pdf").first).to_be_visible()
    expect(card(page, filings[0])).to_contain_text("李四写的。")
    expect(progress(page, filings[0])).to_have_value("张三写的。")
    assert Note.objects.get().progress == "李四写的。"
    card(page, filings[0]).get_by_role("button", name="用我的内容保存").click()
    expect(page.get_by_text("的草稿，尚未提交")).to_be_visible()
    assert Note.objects.get().progress == "张三写的。"


def test_an_ended_session_loses_no_text(page, filings):
    UserSession.objects.all().delete()
    write(page, filings[0], "写到一半登录过期。")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("登录已过期。请输入张三（liaison）的密码")
    dialog.get_by_label("密码").fill("wrong")
    dialog.get_by_role("button", name="登录并保存").click()
    expect(dialog).to_contain_text("账号或密码不正确")
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录并保存").click()
    saved(page, filings[0])
    expect(dialog).to_be_hidden()
    assert Note.objects.get().progress == "写到一半登录过期。"
    card(page, filings[0]).get_by_role("button", name="提交", exact=True).click()  # valid token
    expect(page.get_by_text("第一件事已报送市商务委")).to_be_visible()


def test_a_style_that_an_extension_put_on_a_field_is_not_repeated(page, filings):
    """The content policy forbids style attributes: copying one is an error in the console."""
    page.locator("input[name$=-revision]").first.evaluate("field => field.style.color = 'red'")
    write(page, filings[0], "扩展程序改过样式。")
    saved(page, filings[0])
    assert page.complaints == []


def test_another_person_s_session_does_not_get_the_text(page, filings):
    elsewhere = page.context.new_page()
    elsewhere.goto("/filings/")
    elsewhere.get_by_text("张三").first.click()
    elsewhere.get_by_role("button", name="退出").click()
    elsewhere.get_by_label("账号").fill("deputy")
    elsewhere.get_by_label("密码").fill(PASSWORD)
    elsewhere.get_by_role("button", name="登录").click()
    expect(elsewhere).to_have_url(re.compile("/filings/"))
    write(page, filings[0], "张三写的。")
    expect(page.get_by_role("dialog")).to_contain_text("这台电脑上已换为其他人员登录。")
    assert not Note.objects.exists()


def test_a_chosen_file_is_uploaded_at_once_with_the_text(page, filings):
    progress(page, filings[0]).fill("附材料。")
    card(page, filings[0]).get_by_label("添加材料").set_input_files(SHEET)
    expect(card(page, filings[0]).get_by_role("link", name="批次表.pdf")).to_be_visible()
    assert Evidence.objects.get().uploaded_by == User.objects.get(username="liaison")
    expect(progress(page, filings[0])).to_have_value("附材料。")
    with page.expect_download() as waiting:
        card(page, filings[0]).get_by_role("link", name="批次表.pdf").click()
    assert waiting.value.suggested_filename == "批次表.pdf"
    card(page, filings[0]).get_by_role("button", name="移除").click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    expect(page.get_by_text("已移除“批次表.pdf”")).to_be_visible()
    assert not Evidence.objects.exists()


def test_one_full_filing_takes_at_most_eight_clicks(page, filings):
    make_indicator(filings[0].measure, asked=True)
    count_clicks(page)
    page.goto("/filings/")
    progress(page, filings[0]).click()
    page.keyboard.insert_text("办理通关68批次。")
    value = card(page, filings[0]).locator("input[name*=figure_]")
    value.click()
    page.keyboard.insert_text("28.6亿")  # the first try is wrong, and loses no file
    card(page, filings[0]).get_by_text("佐证材料（选择文件").click()
    with page.expect_file_chooser() as chooser:
        card(page, filings[0]).get_by_label("添加材料").click()
    chooser.value.set_files(SHEET)
    expect(card(page, filings[0]).get_by_role("link", name="批次表.pdf")).to_be_visible()
    expect(card(page, filings[0])).to_contain_text("请填写数字，不带单位，逗号只作千分位。")
    value.click()
    value.fill("28.6")
    card(page, filings[0]).get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("第一件事已报送市商务委")).to_be_visible()
    assert clicks(page) <= 8
    assert Evidence.objects.get().note.submitted_at is not None


def test_an_ended_session_loses_no_file(page, filings):
    write(page, filings[0], "附材料。")
    saved(page, filings[0])
    UserSession.objects.all().delete()
    card(page, filings[0]).get_by_label("添加材料").set_input_files(SHEET)
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("密码").fill(PASSWORD)
    dialog.get_by_role("button", name="登录并保存").click()
    expect(card(page, filings[0]).get_by_role("link", name="批次表.pdf")).to_be_visible()
    assert Evidence.objects.get().note.filing == filings[0]


def test_a_phone_folds_finished_cards(page, filings):
    for filing in filings[:3]:
        make_note(filing, submitted=True)
        Filing.objects.filter(pk=filing.pk).update(
            state=FilingState.SUBMITTED, first_submitted_at=NOW
        )
    make_note(filings[3])
    Filing.objects.filter(pk=filings[3].pk).update(state=FilingState.DRAFT)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/filings/")
    expect(card(page, filings[0]).get_by_text("已推进一件事。")).to_be_hidden()
    expect(card(page, filings[3])).to_contain_text("已填好，待提交")
    expect(card(page, filings[3]).get_by_role("button", name="提交", exact=True)).to_be_visible()
    expect(progress(page, filings[4])).to_be_visible()
    card(page, filings[0]).get_by_text("查看填报内容").click()
    expect(card(page, filings[0]).get_by_text("已推进一件事。")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto("/filings/")
    expect(card(page, filings[1]).get_by_text("已推进一件事。")).to_be_visible()


def test_submitting_without_a_connection_keeps_the_page_and_saves_later(page, filings):
    page.context.set_offline(True)
    progress(page, filings[0]).fill("断网时写的。")
    submit = card(page, filings[0]).get_by_role("button", name="提交", exact=True)
    submit.click()
    expect(card(page, filings[0])).to_contain_text("没有发送：连不上服务器。填写的内容仍在这里")
    expect(progress(page, filings[0])).to_have_value("断网时写的。")
    page.context.set_offline(False)
    submit.click()
    expect(page.get_by_text("第一件事已报送市商务委")).to_be_visible()
    assert Note.objects.get().progress == "断网时写的。"


def test_text_that_did_not_arrive_is_there_on_return(page, filings):
    page.route("**/submit/**", lambda route: route.abort())
    progress(page, filings[0]).fill("发出时断网。")
    card(page, filings[0]).get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("chrome-error://**")
    page.go_back()
    expect(progress(page, filings[0])).to_have_value("发出时断网。")
    saved(page, filings[0])
    assert Note.objects.get().progress == "发出时断网。"


def test_text_that_did_arrive_is_not_restored(page, filings):
    """The filing now says 本期无新进展: the empty field of the earlier page must not replace it."""
    make_note(filings[0], problems="原有问题。", progress="")
    Filing.objects.filter(pk=filings[0].pk).update(state=FilingState.DRAFT)
    page.goto("/filings/")
    problems = card(page, filings[0]).locator("textarea[name$=problems]")
    problems.fill("  新问题。")
    card(page, filings[0]).get_by_role("button", name="本期无新进展").click()
    expect(page.get_by_text("已填为本期无新进展")).to_be_visible()
    expect(problems).to_have_value("新问题。")
    assert page.evaluate('sessionStorage.getItem("left-words")') is None


def test_address_and_bar_link_to_a_card_on_another_page(page, filings):
    agency = filings[0].agency
    filings += [make_filing(measure=make_measure(lead=agency)) for _ in range(WHOLE_MOST)]
    last = filings[-1]
    page.goto(f"/filings/?period={last.period_id}#filing-{last.pk}")
    expect(card(page, last)).to_be_visible()
    write(page, last, "写到一半。")
    page.locator(f".owe-rest a[href='#filing-{filings[0].pk}']").click()
    expect(card(page, filings[0])).to_be_visible()  # and the typed text is saved
    page.get_by_role("link", name="全部列出").first.click()
    expect(progress(page, last)).to_have_value("写到一半。")
    expect(page.get_by_role("article")).to_have_count(len(filings))


def test_a_dropped_file_of_a_false_type_is_refused_with_its_name(page, filings):
    page.evaluate(
        """(place) => {
          const data = new DataTransfer();
          data.items.add(new File(["MZ"], "报表.pdf", {type: "application/pdf"}));
          document.querySelector(place).dispatchEvent(
            new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})
          );
        }""",
        f"#filing-{filings[0].pk} [data-drop]",
    )
    expect(page.get_by_text("“报表.pdf”的内容不是pdf").first).to_be_visible()
    assert not Evidence.objects.exists()


def test_the_account_s_minutes_are_those_of_a_stopwatch(page, filings):
    """The clock is advanced by ten minutes while typing, so that the test is short."""
    with time_machine.travel(now(), tick=True) as clock:
        begun = now()
        for minutes, words in ((4, "办理通关68批次。"), (6, "办理通关68批次，比上期多两批次。")):
            write(page, filings[0], words)
            until(Note.objects.filter(progress=words).exists)
            clock.shift(timedelta(minutes=minutes))
        card(page, filings[0]).get_by_role("button", name="提交", exact=True).click()
        expect(page.get_by_text("第一件事已报送市商务委")).to_be_visible()
        stopwatch = now() - begun
    spent = times_of([filings[0].pk])[filings[0].pk]
    assert stopwatch > timedelta(minutes=10)
    assert abs(spent - stopwatch) < stopwatch / 10


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=str)
def test_a_refused_card_begins_with_the_reason(page, filings, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    progress(page, filings[3]).fill("验收了两个场地。")
    macros = {"name": "批次表.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}
    card(page, filings[3]).get_by_label("添加材料").set_input_files(macros)
    reason = card(page, filings[3]).get_by_role("alert")
    expect(reason).to_contain_text("“批次表.exe”不是可上传的格式")
    expect(reason).to_be_in_viewport()
    expect(reason).to_be_focused()
    write(page, filings[3], "验收了三个场地。")
    saved(page, filings[3])
    expect(reason).to_have_count(0)
