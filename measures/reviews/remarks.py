"""Questions on a filing and their answers; they change no state."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from agencies.permissions import Perm, Role
from lib.errors import DomainError
from measures.choices import MeasureMessage
from measures.filings.locking import lock_all
from measures.models import Filing, Remark
from measures.requests.actions import COMMISSION


@transaction.atomic
def add_remark(filing: Filing, *, by: User, text: str, at: datetime) -> Remark:
    """Add a remark to a filing that was submitted; the other side is notified.

    If the newest remark is sent again, as by a double click, it is not added again. Raises
    PermissionDenied except for coordinators and the agency's own people, DomainError before
    anything was submitted, ValidationError for an empty text.
    """
    own = by.acts_for(filing.agency_id)
    if not (own or by.can(Perm.REVIEW)):
        raise PermissionDenied
    (filing,) = lock_all([filing.pk])
    if filing.first_submitted_at is None:
        raise DomainError("这项填报尚未报送，还不能留言。")
    post = filing.agency_name if own else COMMISSION
    newest = filing.remarks.order_by("-pk").first()
    if newest is not None and (newest.by_id, newest.text) == (by.pk, text.strip()):
        return newest
    remark = Remark(filing=filing, by=by, post=post, at=at, text=text.strip())
    remark.full_clean()
    remark.save()
    trail.record(
        "filing.remark",
        filing,
        by=by,
        at=at,
        sentence=f"就{filing}留言：{remark.text}",
        after={"text": remark.text},
    )
    url = reverse("measures:filing", args=[filing.pk]) + "#remarks"
    settle_asked(MeasureMessage.REMARK, url=url, at=at, to=_side(filing, own=own, at=at))
    tell(
        _other_side(filing, own=own, at=at),
        kind=MeasureMessage.REMARK,
        sentence=f"{post}就{filing.measure}{filing.period}进展留言：{remark.text}",
        url=url,
        at=at,
    )
    return remark


def _other_side(filing: Filing, *, own: bool, at: datetime) -> QuerySet[User]:
    """Return the agency's liaisons; for the agency the coordinators who asked, else all of them."""
    other = _side(filing, own=not own, at=at)
    if not own:
        return other
    asked = other.filter(pk__in=filing.remarks.filter(post=COMMISSION).values("by"))
    return asked if asked.exists() else other


def _side(filing: Filing, *, own: bool, at: datetime) -> QuerySet[User]:
    """Return the people of one side: the agency's liaisons, or the coordinators."""
    if own:
        return User.objects.holding_in(filing.agency_id, Role.LIAISON, on=localdate(at))
    return User.objects.holding(Role.COORDINATOR, on=localdate(at))
