"""Words about inbox messages."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from agencies.models import User


class MessageQuerySet(QuerySet):
    """Messages, newest first."""

    def to(self, user: "User") -> Self:
        """A person's own."""
        return self.filter(user=user)

    def unread(self) -> Self:
        """Those not opened yet."""
        return self.filter(read_at__isnull=True)
