"""Who may do what with a request to set a light by hand; pages and verbs both ask."""

from agencies.models import User
from agencies.permissions import Perm
from measures.models import Note, OverrideRequest


def bars_decision(request: OverrideRequest, user: User) -> bool:
    """Whether a person may not decide on it: who asked, or has a part in the lead agency."""
    return user.pk == request.asked_by_id or _has_part(request, user)


def may_withdraw(request: OverrideRequest, user: User) -> bool:
    """Whether a person may take it back."""
    return user.can(Perm.UPDATE_STATUS)


def may_end(request: OverrideRequest, user: User) -> bool:
    """Whether a person may end it before its last day."""
    is_staff = user.can(Perm.UPDATE_STATUS) or user.can(Perm.DECIDE)
    return is_staff and not _has_part(request, user)


def _has_part(request: OverrideRequest, user: User) -> bool:
    """A current liaison or head of the lead agency, or who wrote or approved for it on this."""
    agency = request.agency_id
    if user.acts_for(agency):
        return True
    own = Note.objects.touched_by(user)
    return own.filter(filing__agency=agency, filing__measure=request.measure_id).exists()
