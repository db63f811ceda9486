"""CSV of who may do what today, for the security administrator's regular review."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate, localtime

from agencies.audit import trail
from agencies.models import Membership, User
from agencies.permissions import Perm
from lib.csv_file import BYTE_ORDER_MARK, csv_line

HEAD = (
    *("姓名", "账号", "账号状态", "单位", "角色", "任职自", "任职至"),
    *("两步验证", "密码设置", "最近登录"),
)


@transaction.atomic
def take_access_review(*, by: User, at: datetime) -> list[User]:
    """Return all people with `state` and `memberships_now`, and record the export as an event.

    Raises PermissionDenied.
    """
    if not (by.can(Perm.KEEP_PEOPLE) or by.can(Perm.KEEP_MEMBERSHIPS)):
        raise PermissionDenied
    found = User.objects.with_state(at=at).with_memberships(on=localdate(at)).order_by("username")
    people = list(found)
    sentence = f"导出账号与角色清单，共{len(people)}个账号。"
    trail.record("user.review_access", None, by=by, at=at, sentence=sentence)
    return people


def csv_lines(people: Iterable[User]) -> Iterator[str]:
    """Yield a row for each role of each person, and one row for a person without a role."""
    yield BYTE_ORDER_MARK + csv_line(HEAD)
    for person in people:
        held = [_held(membership) for membership in person.memberships_now]
        for cells in held or [("", "尚未授予角色", "", "")]:
            yield csv_line(_cells(person, cells))


def _held(one: Membership) -> tuple[object, ...]:
    return (one.agency, one.role_words, one.valid_from, one.valid_to or "")


def _cells(person: User, held: tuple[object, ...]) -> tuple[object, ...]:
    return (
        *(person.name, person.username, person.state.label),
        *held,
        "已启用" if person.totp_secret else "未启用",
        f"{localtime(person.password_set_at):%Y-%m-%d}",
        f"{localtime(person.last_login):%Y-%m-%d %H:%M}" if person.last_login else "从未登录",
    )
