"""People and their memberships; masking of telephone numbers and e-mail addresses."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import cache, cached_property
from typing import Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Now
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate

from agencies.choices import AccountState, Validity
from agencies.models.agency import Agency
from agencies.models.fields import ORDERED, VALIDITY, ChecksAtOnce, link_to
from agencies.permissions import ACTING, BOUND, GRANTS, TWO_STEPS, Perm, Role, RoleGroup
from lib.encrypted import EncryptedCharField, Unreadable
from lib.prepared import PreparedObjects, day_stand_in

USERNAME = RegexValidator(
    r"^[a-z][a-z0-9_.-]{1,29}$", "账号须以小写字母开头，用小写字母、数字和 _ . -，2 至 30 位。"
)
PHONE = RegexValidator(r"^[0-9+() -]{5,20}$", "电话只能含数字、空格和 + ( ) -，5 至 20 位。")


_ROLES = list(Role.values)


def masked(phone: str) -> str:
    """Return 138****5678, as lists and other people's pages show it (GB/T 22239-2019 8.1.4.11)."""
    if isinstance(phone, Unreadable):
        return "无法读取"
    cut = max(len(phone) - 8, 0)
    return f"{phone[:cut]}****{phone[-4:]}" if phone else ""


def masked_email(email: str) -> str:
    """Return z***@example.gov.cn, as other people's pages and events show it."""
    name, _, domain = email.rpartition("@")
    return f"{name[:1]}***@{domain}" if domain else ""


class UserQuerySet(QuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_state(self, *, at: datetime | Now) -> Self:
        """Add `state_now`: switched off, else locked, else must change password, else usable."""
        return self.annotate(
            state_now=Case(
                When(is_active=False, then=Value(AccountState.OFF)),
                When(locked_until__gt=at, then=Value(AccountState.LOCKED)),
                When(must_change_password=True, then=Value(AccountState.MUST_CHANGE)),
                default=Value(AccountState.USABLE),
                output_field=CharField(),
            )
        )

    def in_state(self, state: str) -> Self:
        return self.filter(state_now=state) if state else self

    def with_memberships(self, *, on: date) -> Self:
        """Fetch `memberships_now` for all rows in one more query, in protocol order."""
        memberships = Membership.objects.current(on=on)
        found = memberships.select_related("agency").order_by("agency__order", "pk")
        return self.prefetch_related(
            Prefetch("memberships", queryset=found, to_attr="memberships_now")
        )

    def with_some_of(self, messages: QuerySet) -> Self:
        """People who got some of these messages; adds `to_tell`, how many."""
        return self.filter(inbox__in=messages).annotate(to_tell=Count("inbox"))

    def matching(self, words: str) -> Self:
        if not words:
            return self
        return self.filter(Q(name__icontains=words) | Q(username__icontains=words))

    def holding(self, *roles: str, on: date | Cast) -> Self:
        memberships = Membership.objects.current(on=on)
        return self.active().filter(pk__in=memberships.filter(role__in=roles).values("user_id"))

    def holding_in(self, agency_id: int, *roles: str, on: date | Cast) -> Self:
        return self.holding_in_any([agency_id], *roles, on=on)

    def holding_in_any(
        self, agency_ids: Collection[int] | QuerySet, *roles: str, on: date | Cast
    ) -> Self:
        """Active people who hold one of the roles in one of the agencies on a day."""
        memberships = Membership.objects.current(on=on).filter(agency__in=agency_ids)
        return self.active().filter(pk__in=memberships.filter(role__in=roles).values("user_id"))

    def holders(self, agency_id: int, role: Role, *, on: date) -> list["User"]:
        """Return holding_in() as a list, by a prepared statement: most messages need it."""
        return _holding(role).rows([agency_id, on])

    def administrators(self, *, on: date) -> Self:
        """The three kinds of administrators, from today or a later day, switched off or not."""
        held = Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        held = held.exclude(role_group=RoleGroup.BUSINESS)
        return self.filter(pk__in=held.values("user_id"))

    def who_may_follow(self, person: "User", agency_ids: Collection[int], *, on: date) -> Self:
        """Active people with a business role there or no role at all, with `memberships_now`."""
        current = Membership.objects.current(on=on)
        business = current.filter(role_group=RoleGroup.BUSINESS, agency__in=agency_ids)
        found = self.active().exclude(pk=person.pk)
        fit = Q(pk__in=business.values("user_id")) | ~Q(pk__in=current.values("user_id"))
        return found.filter(fit).with_memberships(on=on)


@cache
def _holding(role: Role) -> PreparedObjects:
    people = User.objects.holding_in_any([-1], role, on=day_stand_in(-2))
    return PreparedObjects(people, "bigint", "date")


class MembershipQuerySet(QuerySet):
    def to_hand_over(self, person: "User", *, on: date) -> Self:
        held = self.current(on=on).filter(user=person, role_group=RoleGroup.BUSINESS)
        return held.select_related("agency").order_by("agency__order", "pk")

    def current(self, *, on: date | Cast) -> Self:
        """Memberships that are effective on a day, both ends included."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)

    def primaries(self, *, on: date) -> Self:
        """The A岗 liaison of each agency on a day, with the names."""
        posts = self.current(on=on).filter(role=Role.LIAISON, is_deputy=False)
        return posts.select_related("user", "agency")

    def to_come(self, user_id: int, *, on: date) -> Self:
        """A person's that begin after a day, the first one first."""
        planned = self.filter(user=user_id, valid_from__gt=on)
        return planned.select_related("agency").order_by("valid_from", "pk")

    def of_today(self, user_id: int) -> "list[Membership]":
        """A person's memberships effective today, with agency and person; permissions follow them.

        Prepared, because every action and page asks for somebody's.
        """
        return _held().rows([user_id, localdate()])


@cache
def _held() -> PreparedObjects:
    held = Membership.objects.current(on=day_stand_in(-2)).filter(user=-1)
    related: dict[str, tuple[str, ...]] = {"agency": (), "user": ()}
    rows = held.order_by("valid_from", "pk")
    return PreparedObjects(rows, "bigint", "date", related=related)


class User(AbstractBaseUser):
    """A person with an account. Never deleted, so that a username is never used again."""

    username = models.CharField(
        "账号",
        max_length=30,
        unique=True,
        validators=[USERNAME],
        error_messages={"unique": "这个账号已有人使用，请换一个。"},
    )
    name = models.CharField("姓名", max_length=40)
    # Private and office telephone: only the latter is ever shown in full or printed.
    phone = EncryptedCharField("手机", max_length=20, blank=True, validators=[PHONE])
    office_phone = EncryptedCharField("办公电话", max_length=20, blank=True, validators=[PHONE])
    email = models.EmailField("电子邮箱", max_length=100, blank=True)
    is_active = models.BooleanField("启用", default=True)
    # The database's default: rows older than this column count from when it was added.
    usable_since = models.DateTimeField("启用时间", db_default=Now())
    password_set_at = models.DateTimeField("密码设置时间", db_default=Now())
    must_change_password = models.BooleanField("须改密码", default=True)
    temporary_until = models.DateTimeField("一次性密码有效至", null=True, blank=True)
    # The hash of the last one: whoever handed it over knows it, so it must not be used again.
    one_time_hash = models.CharField("一次性密码摘要", max_length=128, blank=True, editable=False)
    # 两步验证: the secret, empty if not in use; and the last time step used: a code works once.
    totp_secret = EncryptedCharField("两步验证密钥", max_length=40, blank=True, editable=False)
    totp_step = models.BigIntegerField("两步验证时段", default=0, editable=False)
    failed_logins = models.PositiveSmallIntegerField("连续登录失败", default=0)
    locked_until = models.DateTimeField("锁定至", null=True, blank=True)
    # Part of the session hash: increasing it ends every session of the person.
    session_round = models.PositiveIntegerField("会话批次", default=0)

    state_now: str  # set by with_state()
    to_tell: int  # set by with_some_of()
    memberships_now: list["Membership"]  # set by with_memberships()

    USERNAME_FIELD = "username"
    objects = BaseUserManager.from_queryset(UserQuerySet)()

    class Meta:
        ordering = ["username"]
        verbose_name = verbose_name_plural = "人员"

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> AccountState:
        return AccountState(self.state_now)

    @property
    def masked_phone(self) -> str:
        return masked(self.phone)

    @property
    def masked_office_phone(self) -> str:
        return masked(self.office_phone)

    @property
    def masked_email(self) -> str:
        return masked_email(self.email)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return the hash that a session must have: of the password, and of `session_round`."""
        value = f"{self.password}:{self.session_round}"
        salted = salted_hmac("agencies.User.session", value, secret=secret, algorithm="sha256")
        return salted.hexdigest()

    @property
    def must_have_second_factor(self) -> bool:
        return settings.SECOND_FACTOR_REQUIRED and not self.roles.isdisjoint(TWO_STEPS)

    def had_one_time(self, password: str) -> bool:
        """Return whether it is the person's last one-time password."""
        return check_password(password, self.one_time_hash)

    def is_locked(self, *, at: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > at

    @cached_property
    def current_memberships(self) -> list["Membership"]:
        """Today's memberships with their agencies: one query, kept for the request."""
        return in_order(Membership.objects.of_today(self.pk))

    @property
    def roles(self) -> set[Role]:
        return {Role(m.role) for m in self.current_memberships}

    def agencies_where(self, perm: Perm) -> list[Agency]:
        found = {m.agency_id: m.agency for m in self.current_memberships if m.grants(perm)}
        return sorted(found.values(), key=lambda agency: agency.order)

    def can(self, perm: Perm, agency_id: int | None = None) -> bool:
        """Return whether the person has a permission; one in BOUND needs the agency."""
        if perm in BOUND:
            return any(
                m.grants(perm) and m.agency_id == agency_id for m in self.current_memberships
            )
        return self.can_anywhere(perm)

    def demand(self, perm: Perm, agency_id: int | None = None) -> None:
        """Raise PermissionDenied unless the person has the permission."""
        if not self.can(perm, agency_id):
            raise PermissionDenied

    def own_agencies(self) -> frozenset[int]:
        """The ids of the agencies for which the person files or approves today."""
        acting = (m for m in self.current_memberships if any(map(m.grants, ACTING)))
        return frozenset(m.agency_id for m in acting)

    def acts_for(self, agency_id: int | None) -> bool:
        return agency_id in self.own_agencies()

    def can_anywhere(self, perm: Perm) -> bool:
        return perm in self.granted

    @cached_property
    def granted(self) -> frozenset[Perm]:
        """All permissions in any agency, kept because a page checks about forty."""
        return frozenset[Perm]().union(*(GRANTS[Role(m.role)] for m in self.current_memberships))


class Membership(ChecksAtOnce):
    """A person's role in an agency, from a day to a day (both included)."""

    user = link_to(User, "人员", "memberships")
    agency = link_to(Agency, "单位", "memberships")
    role = models.CharField("角色", max_length=20, choices=Role)
    role_group = models.CharField("角色类", max_length=20, choices=RoleGroup, editable=False)
    is_deputy = models.BooleanField("B岗", default=False)
    valid_from = models.DateField("起")
    valid_to = models.DateField("止", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user", "valid_from"]
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.CheckConstraint(name="membership_dates_in_order", condition=ORDERED),
            models.CheckConstraint(
                name="membership_group_follows_role",
                condition=models.Q(role=models.F("role_group"))
                | (
                    models.Q(role_group=RoleGroup.BUSINESS)
                    & models.Q(role__in=[r for r in Role if r.group == RoleGroup.BUSINESS])
                ),
            ),
            ExclusionConstraint(
                name="membership_admins_exclude_each_other",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role_group", RangeOperators.NOT_EQUAL),
                    (VALIDITY, RangeOperators.OVERLAPS),
                ],
                violation_error_message="系统、安全、审计三类管理员互斥，也不能兼任业务角色。",
            ),
            ExclusionConstraint(
                name="membership_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (VALIDITY, RangeOperators.OVERLAPS),
                ],
                violation_error_message="该人员此期间已有这一角色。",
            ),
            ExclusionConstraint(
                name="membership_one_primary_liaison",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    (VALIDITY, RangeOperators.OVERLAPS),
                ],
                condition=models.Q(role=Role.LIAISON, is_deputy=False),
                violation_error_message="该单位此期间已有A岗联络员，请设为B岗。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {Role(self.role).label}"

    def grants(self, perm: Perm) -> bool:
        return perm in GRANTS[Role(self.role)]

    @property
    def is_post(self) -> bool:
        """Whether it can be handed over: an administrator's role cannot."""
        return self.role_group == RoleGroup.BUSINESS

    @property
    def role_words(self) -> str:
        post = f"（{'B' if self.is_deputy else 'A'}岗）" if self.role == Role.LIAISON else ""
        return f"{Role(self.role).label}{post}"

    def validity(self, *, on: date) -> Validity:
        if self.valid_from > on:
            return Validity.TO_COME
        return Validity.HOLDS if self.holds(on=on) else Validity.ENDED

    def holds(self, *, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def in_order(memberships: Iterable[Membership]) -> list[Membership]:
    """Return a person's memberships, first the one that the page frame shows."""
    return sorted(memberships, key=lambda one: _ROLES.index(one.role))
