"""The head of every page as markup: the notice, the person, the menu."""

from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from agencies.models import User
from lib.http import address_of
from lib.marks import icon
from policy_tracker.navigation import Frame, MenuEntry, NoticeEntry

TOP = (
    '<header class="frame"><div class="frame-in frame-top{}">'
    '<span class="print-only print-time">打印时间 {:%Y-%m-%d %H:%M}</span>{}{}{}</div>{}</header>'
)
BRAND = '<a class="brand" href="{}"><span class="brand-name">扩大进口工作跟踪平台</span> {}</a>\n'
NUMBER = '<span class="brand-number{}">{}</span>'
NOTICES = (
    '<details class="person notice-choice"><summary>'
    '<span class="visually-hidden">当前文件：</span>{} {}</summary>'
    '<ul class="person-menu">{}<li><a href="{}">全部文件</a></li></ul></details>\n'
)
NOTICE = '<li><a href="{}"{}>{}<span class="notice-title">{}</span></a></li>'
SIDE = (
    '<div class="frame-side">{0}{1}</a>\n'
    '<details class="person"><summary>{2}<span class="person-post">{3}</span>{4}</summary>'
    '<ul class="person-menu"><li class="person-who d-md-none">{3}</li>{5}'
    '<li><form method="post" action="{6}"><input type="hidden" name="csrfmiddlewaretoken" '
    'value="{7}"><button type="submit">{8}退出</button></form></li></ul></details></div>'
)
HELP = '<a class="frame-help" href="{}">{}<span class="frame-inbox-word">帮助</span></a>\n'
INBOX = '<a class="frame-inbox" href="{}">{} <span class="frame-inbox-word">收件箱</span>'
OWN = '<li><a href="{}">{}{}</a></li>'
DISPLAY = '<li><button type="button" data-display="{}" aria-pressed="false">{}{}</button></li>'
NAV = '<nav class="{}" aria-label="{}"><ul class="frame-in">{}</ul></nav>\n'
ENTRY = '<li><a href="{}"{}>{}{}</a></li>\n'
COUNT = '<span class="count is-red">{}<span class="visually-hidden">{}</span></span>'
BANNER = '<div class="banner" role="note">演示数据：{}均为虚构示例</div>'
ALL_MADE_UP = "文件、措施、进展、时限和人员"
MADE_UP = "措施、单位为通知原文，进展、时限、指标和人员"
HERE = ' aria-current="{}"'


def header(frame: Frame, user: Any, token: object) -> SafeString:
    """Return the head of the page, for a signed-in person or a visitor."""
    side, navs = "", ""
    if user.is_authenticated:
        side = _side(frame, user, token)
        navs = _nav("frame-nav", "主导航", frame.entries, HERE.format("true"))
    navs += _nav("frame-pages", "本组页面", frame.pages, HERE.format("page"))
    if frame.is_demo:
        navs += BANNER.format(ALL_MADE_UP if frame.is_made_up else MADE_UP)
    css = " has-choice" if frame.notices else ""
    return SafeString(TOP.format(css, localtime(), _brand(frame), _notices(frame), side, navs))


def _brand(frame: Frame) -> str:
    number = ""
    if frame.notice_number and not frame.notices or frame.page_notice:
        number = NUMBER.format(" print-only" if frame.notices else "", _number(frame))
    return BRAND.format(address_of("home"), number)


def _number(frame: Frame) -> str:
    return escape(frame.notice_number) + ("（已归档）" if frame.is_archived else "")


def _notices(frame: Frame) -> str:
    if not frame.notices:
        return ""
    offered = "".join(map(_notice, frame.notices))
    return NOTICES.format(
        _number(frame), icon("chevron-down"), offered, address_of("reports:notices")
    )


def _notice(one: NoticeEntry) -> str:
    here = HERE.format("true") if one.current else ""
    return NOTICE.format(escape(one.url), here, escape(one.label), escape(one.title))


def _side(frame: Frame, user: User, token: object) -> str:
    unread = COUNT.format(frame.unread, "条未读") if frame.unread else ""
    post = " · ".join(filter(None, (escape(frame.role_label), escape(frame.agency_name))))
    to_inbox, down, own, leave = _always()
    return SIDE.format(
        *(to_inbox, unread, escape(user.name), post, down, own),
        *(address_of("agencies:logout"), token, leave),
    )


@cache
def _always() -> tuple[str, str, str, str]:
    """Return the parts that are equal for everybody: links to help and inbox, menu, icons."""
    to_help = HELP.format(address_of("help"), icon("question-circle"))
    own = "".join(
        [
            OWN.format(address_of("agencies:profile"), icon("person-circle"), "个人设置"),
            OWN.format(address_of("agencies:password_change"), icon("key"), "修改密码"),
            DISPLAY.format("size=large", icon("type"), "大字版"),
            DISPLAY.format("contrast=high", icon("circle-half"), "高对比"),
        ]
    )
    to_inbox = INBOX.format(address_of("agencies:inbox"), icon("inbox"))
    return to_help + to_inbox, icon("chevron-down"), own, icon("box-arrow-right")


def _nav(css: str, label: str, entries: Iterable[MenuEntry], here: str) -> str:
    found = "".join(
        ENTRY.format(
            one.url,
            here if one.current else "",
            one.label,
            COUNT.format(one.waiting, one.waits) if one.waiting else "",
        )
        for one in entries
    )
    return NAV.format(css, label, found) if found else ""
