"""What the frame around every page needs: the notice, the entries, the person."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from agencies.models import User
from agencies.permissions import Perm
from measures.models import Notice


class Entry(NamedTuple):
    """One entry of the frame."""

    label: str
    url: str
    current: bool


class Frame(NamedTuple):
    """The frame of one request."""

    notice_number: str = ""
    is_demo: bool = False
    entries: tuple[Entry, ...] = ()
    unread: int = 0
    role_label: str = ""
    agency_name: str = ""


# (label, url name, who may open it). At most six are shown to any one role.
ENTRIES = (
    ("总览", "reports:overview", Perm.READ),
    ("责任矩阵", "reports:matrix", Perm.READ),
    ("本期应报", "measures:my_filings", Perm.FILE),
    ("本期应报", "measures:my_filings", Perm.APPROVE_IN_AGENCY),
    ("审核", "measures:reviews", Perm.REVIEW),
    ("审核", "measures:reviews", Perm.APPROVE_IN_AGENCY),
    ("填报期", "measures:periods", Perm.KEEP_PERIODS),
    ("报告", "reports:list", Perm.ASK_REPORT),
    ("待核", "measures:gaps", Perm.READ),
    ("账号", "agencies:accounts", Perm.KEEP_PEOPLE),
    ("账号", "agencies:accounts", Perm.KEEP_MEMBERSHIPS),
    ("审计", "agencies:audit", Perm.READ_AUDIT),
)


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor: one query, for the notice."""
    notice = Notice.objects.only("number", "demonstrated_at").first()
    number = notice.number if notice else ""
    is_demo = bool(notice and notice.demonstrated_at)
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame(number, is_demo)}
    first = user.current_memberships[0] if user.current_memberships else None
    return {
        "frame": Frame(
            notice_number=number if user.can(Perm.READ) else "",
            is_demo=is_demo,
            entries=entries_for(user, request.path),
            unread=getattr(user, "unread", 0),
            role_label=first.get_role_display() if first else "尚未授予角色",
            agency_name=first.agency.short_name if first else "",
        )
    }


def entries_for(user: User, path: str) -> tuple[Entry, ...]:
    """The entries a person may open, each once, in the order of the table."""
    urls = {
        (label, reverse(name)): None for label, name, perm in ENTRIES if user.can_anywhere(perm)
    }
    return tuple(Entry(label, url, path.startswith(url)) for label, url in urls)
