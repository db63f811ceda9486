"""Switches off accounts that have not been used for a long time."""

from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.timezone import localdate

from agencies import demonstration
from agencies.accounts.people import switch
from agencies.choices import AccountState, AgencyMessage
from agencies.inbox.messages import tell
from agencies.models import Membership, User
from agencies.permissions import Role, RoleGroup
from lib.chinese import listed


@transaction.atomic
def switch_off_unused(*, at: datetime) -> list[User]:
    """Switch off accounts unused for settings.UNUSED_DAYS days and tell the system administrators.

    Counted from the last sign-in, or from when the account was created, switched on or given a
    password. The last administrator of a kind is kept, and so are accounts with the demonstration's
    public password. 0 switches nothing off. Returns the people; safe to run twice.
    """
    if not settings.UNUSED_DAYS:
        return []
    before = at - timedelta(days=settings.UNUSED_DAYS)
    since = Greatest("last_login", "usable_since", "password_set_at")  # ignores NULL
    found = User.objects.active().annotate(last_used=since).filter(last_used__lt=before)
    unused = [
        one
        for one in found.select_for_update(no_key=True).order_by("pk")
        if not one.check_password(demonstration.PASSWORD)
    ]
    # Lock administrators too, in one order: else two runs at once could switch off the last two.
    list(
        User.objects.administrators(on=localdate(at)).select_for_update(no_key=True).order_by("pk")
    )
    left = _administrators_left(at)
    idle = f"{settings.UNUSED_DAYS}天未登录"
    ended = [
        switch(user, active=False, by=None, told=f"因{idle}由系统", how=f"因{idle}，", at=at)
        for user in unused
        if _may_go(user, left)
    ]
    if ended:
        names = listed(f"{user.name}（{user.username}）" for user in ended)
        words = f"{idle}，已停用{len(ended)}个账号：{names}。仍在岗的请重新启用。"
        keepers = User.objects.holding(Role.SYSTEM_ADMIN, on=localdate(at))
        url = f"{reverse('agencies:accounts')}?state={AccountState.OFF}"
        tell(keepers, kind=AgencyMessage.ACCOUNT, sentence=words, url=url, at=at)
    return ended


def _administrators_left(at: datetime) -> Counter[str]:
    """Return how many administrators of each kind can sign in."""
    held = Membership.objects.current(on=localdate(at)).filter(user__is_active=True)
    held = held.exclude(role_group=RoleGroup.BUSINESS)
    return Counter(group for _, group in set(held.values_list("user", "role_group")))


def _may_go(user: User, left: Counter[str]) -> bool:
    """Return whether others of each of the person's kinds are left; if so, subtract the person."""
    kinds = {one.role_group for one in user.current_memberships} - {RoleGroup.BUSINESS.value}
    if any(left[kind] < 2 for kind in kinds):
        return False
    left.subtract(kinds)
    return True
