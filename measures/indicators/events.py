"""Events and messages about milestones and indicators; the events belong to their measure."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.messages import tell
from agencies.models import Event, User
from agencies.permissions import Role
from measures.choices import MeasureMessage
from measures.lights.refresh import refresh_light
from measures.models import Indicator, Measure, Milestone

# The names of their texts in events: agencies.audit_words hides these from auditors.
RECORDED = {"title": "what", "source": "basis", "name": "what", "meaning": "remark"}


def record(
    subject: Indicator | Milestone,
    action: str,
    sentence: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    *,
    by: User,
    at: datetime,
) -> None:
    """Write an event on the measure that names the subject, and compute the light again."""
    trail.record(
        action,
        subject.measure,
        by=by,
        at=at,
        sentence=sentence,
        before={RECORDED.get(name, name): value for name, value in before.items()},
        after={RECORDED.get(name, name): value for name, value in after.items()}
        | {str(subject._meta.model_name): subject.pk},
    )
    refresh_light(subject.measure_id, on=localdate(at))


def tell_agency(
    agency_id: int | None, kind: MeasureMessage, sentence: str, *, url: str, at: datetime
) -> None:
    """Notify liaisons and heads of the agency in charge, if there is one."""
    if agency_id is not None:
        roles = (Role.LIAISON, Role.AGENCY_HEAD)
        people = User.objects.holding_in(agency_id, *roles, on=localdate(at))
        tell(people, kind=kind, sentence=sentence, url=url, at=at)


def events_of(measure: Measure, kind: str, pk: int | None = None) -> QuerySet[Event]:
    """Return the events of one milestone or indicator, newest first; without `pk`, of all."""
    events = Event.objects.filter(target_type="measures.measure", target_id=measure.pk)
    narrow = {"action__startswith": f"{kind}."} if pk is None else {f"after__{kind}": pk}
    return events.filter(**narrow)
