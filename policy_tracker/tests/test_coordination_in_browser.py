"""需协调事项 in a real browser: three holders up to its end; a leader answers in two clicks."""

import pytest
from playwright.sync_api import Browser, expect

from agencies.permissions import Role
from measures.models import CoordinationItem
from measures.tests.factories import make_agency, make_filing, make_measure, make_note, make_user
from policy_tracker.tests.browsing import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


def test_a_matter_goes_from_a_note_through_three_holders_to_its_end(
    browser: Browser, live_server
) -> None:
    lead, finance = make_agency(name="市农业农村委"), make_agency(name="市财政局")
    make_user(Role.LIAISON, lead, username="nongye")
    make_user(Role.LIAISON, finance, username="caizheng")
    make_user(Role.COORDINATOR, username="tongchou")
    make_user(Role.LEADER, username="lingdao")
    filing = make_filing(measure=make_measure(lead=lead))
    make_note(filing, submitted=True, help_needed="请市财政局明确，补贴从哪项资金列支。")

    asker = signed_in(browser, live_server.url, "nongye")
    asker.goto("/filings/")
    asker.get_by_role("link", name="把需协调事项转为一件事").click()
    expect(asker.get_by_label("请协调什么")).to_have_value("请市财政局明确，补贴从哪项资金列支")
    asker.get_by_role("button", name="提出").click()
    expect(asker.get_by_text("待市财政局答复，今日提出")).to_be_visible()
    item = CoordinationItem.objects.get()
    address = f"/coordination/{item.pk}/"

    holder = signed_in(browser, live_server.url, "caizheng")
    holder.goto(address)
    expect(holder.get_by_label("写几句")).to_be_hidden()
    holder.get_by_label("先问一句").check()
    holder.get_by_label("写几句").fill("要多少？")
    holder.get_by_role("button", name="发出答复").click()
    asker.goto(address)
    asker.locator("#explain_words").fill("200万元。")
    asker.get_by_role("button", name="补充说明").click()

    staff = signed_in(browser, live_server.url, "tongchou")
    staff.goto(address)
    # The leader is the first choice.
    staff.locator(f"#respond{item.pk}_to").select_option(index=1)
    staff.locator(f"#respond{item.pk}_doer").select_option(str(finance.pk))
    staff.get_by_label("写几句").fill("可从专项列支，请领导定。")
    staff.get_by_role("button", name="转交", exact=True).click()

    leader = signed_in(browser, live_server.url, "lingdao")
    leader.goto("/coordination/decisions/")
    leader.get_by_label("同意", exact=True).click()
    expect(leader.get_by_label("期限")).not_to_be_focused()  # it is filled in already
    leader.get_by_role("button", name="发出答复").click()
    expect(leader.get_by_text("没有等您定的事")).to_be_visible()
    expect(leader.get_by_role("heading", name="您已定、正在办")).to_be_visible()

    holder.goto(address)
    holder.get_by_role("radio", name="答复").check()
    holder.get_by_label("写几句").fill("已列支。")
    holder.get_by_role("button", name="发出答复").click()
    asker.goto(address)
    expect(asker.get_by_text(f"待{item.asked_by_name}办结")).to_be_visible()
    asker.get_by_role("button", name="办结").click()
    expect(asker.get_by_text("已办结", exact=True)).to_be_visible()
    pages = (asker, holder, staff, leader)
    assert not [said for page in pages for said in page.complaints]  # type: ignore[attr-defined]
