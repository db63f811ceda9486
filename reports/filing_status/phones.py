"""Office telephones in full: asked for in the address, by who may read them."""

from agencies.permissions import Perm
from lib.http import UserRequest

PHONES, SHOWN = "phones", "1"


def wants_phones(request: UserRequest) -> bool:
    return request.GET.get(PHONES) == SHOWN and request.user.can(Perm.READ_PHONES)


def phones_url(request: UserRequest) -> str:
    """The same page with the telephones, or without where it has them; empty for all others."""
    if not request.user.can(Perm.READ_PHONES):
        return ""
    query = request.GET.copy()
    if wants_phones(request):
        del query[PHONES]
    else:
        query[PHONES] = SHOWN
    return f"?{query.urlencode()}"
