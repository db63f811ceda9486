"""Words about people and what they belong to."""

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from agencies.choices import AccountState

if TYPE_CHECKING:
    from agencies.models import User


class UserQuerySet(QuerySet):
    """People."""

    def active(self) -> Self:
        """Those who may sign in."""
        return self.filter(is_active=True)

    def with_unread(self) -> Self:
        """Add `unread`, the number of unread messages, in the same query."""
        unread = (
            apps.get_model("agencies", "Message")
            .objects.filter(user=OuterRef("pk"), read_at__isnull=True)
            .order_by()
            .values("user")
            .annotate(n=Count("pk"))
            .values("n")
        )
        return self.annotate(unread=Coalesce(Subquery(unread, output_field=IntegerField()), 0))

    def with_state(self, *, at: datetime) -> Self:
        """Add `state_now`: switched off, else locked, else a new password due, else usable."""
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
        """Those of rows asked for with_state() that are in one; all where none is named."""
        return self.filter(state_now=state) if state else self

    def with_memberships(self, *, on: date) -> Self:
        """Fetch `memberships_now` for all rows in one more query, in protocol order."""
        memberships = apps.get_model("agencies", "Membership").objects.current(on=on)
        found = memberships.select_related("agency").order_by("agency__order", "pk")
        return self.prefetch_related(
            Prefetch("memberships", queryset=found, to_attr="memberships_now")
        )

    def matching(self, words: str) -> Self:
        """Those whose name or account contains the words; all where there are none."""
        if not words:
            return self
        return self.filter(Q(name__icontains=words) | Q(username__icontains=words))

    def holding(self, *roles: str, on: date) -> Self:
        """Active people who hold one of the roles on a day."""
        memberships = apps.get_model("agencies", "Membership").objects.current(on=on)
        return self.active().filter(pk__in=memberships.filter(role__in=roles).values("user_id"))

    def holding_in(self, agency_id: int, *roles: str, on: date) -> Self:
        """Active people who hold one of the roles in one agency on a day."""
        memberships = apps.get_model("agencies", "Membership").objects.current(on=on)
        return self.active().filter(
            pk__in=memberships.filter(role__in=roles, agency_id=agency_id).values("user_id")
        )

    def holding_in_any(self, agency_ids: Collection[int], *roles: str, on: date) -> Self:
        """Active people who hold one of the roles in one of some agencies on a day."""
        memberships = apps.get_model("agencies", "Membership").objects.current(on=on)
        return self.active().filter(
            pk__in=memberships.filter(role__in=roles, agency__in=agency_ids).values("user_id")
        )

    def who_may_follow(self, person: "User", agency_ids: Collection[int], *, on: date) -> Self:
        """Who may take over a post in one of some agencies, with `memberships_now`.

        Active people of these agencies with a business role, and accounts without any role.
        """
        current = apps.get_model("agencies", "Membership").objects.current(on=on)
        business = current.filter(role_group="business", agency__in=agency_ids)
        found = self.active().exclude(pk=person.pk)
        fit = Q(pk__in=business.values("user_id")) | ~Q(pk__in=current.values("user_id"))
        return found.filter(fit).with_memberships(on=on)


class MembershipQuerySet(QuerySet):
    """Memberships."""

    def to_hand_over(self, person: "User", *, on: date) -> Self:
        """A person's business roles that hold on a day: the posts somebody may follow in."""
        held = self.current(on=on).filter(user=person, role_group="business")
        return held.select_related("agency").order_by("agency__order", "pk")

    def current(self, *, on: date) -> Self:
        """Those that hold on a day, both ends included."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)

    def of_today(self, user_id: int) -> Self:
        """Those of a person that hold today, with their agencies: what decides who may do what."""
        held = self.current(on=localdate()).filter(user=user_id)
        return held.select_related("agency").order_by("valid_from", "pk")
