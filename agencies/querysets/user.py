"""Words about people and what they belong to."""

from datetime import date
from typing import Self

from django.apps import apps
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce


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

    def holding(self, *roles: str, on: date) -> Self:
        """Active people who hold one of the roles on a day."""
        memberships = apps.get_model("agencies", "Membership").objects.current(on=on)
        return self.active().filter(
            pk__in=memberships.filter(role__in=roles).values("user_id")
        )

    def holding_in(self, agency_id: int, *roles: str, on: date) -> Self:
        """Active people who hold one of the roles in one agency on a day."""
        memberships = apps.get_model("agencies", "Membership").objects.current(on=on)
        return self.active().filter(
            pk__in=memberships.filter(role__in=roles, agency_id=agency_id).values("user_id")
        )


class MembershipQuerySet(QuerySet):
    """Memberships."""

    def current(self, *, on: date) -> Self:
        """Those that hold on a day, both ends included."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
