"""To-do lines for people who review and who answer objections."""

from datetime import date, datetime

from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import Perm
from measures.choices import ObjectionSubject, ResponsibilityRole
from measures.models import Objection
from measures.models.measure import NAME_FACTS, named_by
from measures.models.objection import ObjectionQuerySet, left_to_others_q
from measures.reviews.queue import REVIEWERS, UPHELD, waiting_for

MEASURES_MOST = 100_000  # of a notice


def _review(found: Found) -> ToDoLine:
    facts, on_lead = found.facts, found.facts["role"] == ResponsibilityRole.LEAD
    came = datetime.fromisoformat(facts["came"])
    is_upheld = facts["upheld"] == facts["came"]
    return ToDoLine(
        label=f"{named_by(facts)}，{facts['period']}" + ("，牵头单位" if on_lead else ""),
        url=reverse("measures:review", args=[facts["pk"]]),
        whom=facts["agency"],
        act="审核",
        since=localdate(came),
        word="异议成立" if is_upheld else "报",
        # Filings submitted together have the same time.
        order=int(came.timestamp()) * MEASURES_MOST + facts["ordinal"],
    )


def _objections(user: User, on: date) -> ObjectionQuerySet:
    return Objection.objects.visible_to(user).open().exclude(left_to_others_q(user))


def _objection(found: Found) -> ToDoLine:
    facts = found.facts
    return ToDoLine(
        label=f"{ObjectionSubject(facts['subject']).label}异议：{named_by(facts)}",
        url=reverse("measures:objection", args=[facts["pk"]]),
        whom=facts["agency"],
        act="答复",
        due=datetime.fromisoformat(facts["decide_by"]).date(),
    )


REVIEW = ToDo(
    name="reviews",
    group=ToDoGroup.REVIEW,
    page="measures:reviews",
    perms=frozenset(REVIEWERS),
    among=lambda user, on: waiting_for(user, on=on),
    facts={
        "pk": "pk",
        "agency": "agency_name",
        "role": "role",
        "period": "period__label",
        "came": "came_at",
        "upheld": UPHELD,
        **NAME_FACTS,
    },
    line=_review,
)
OBJECTIONS = ToDo(
    name="objections",
    group=ToDoGroup.DECIDE,
    page="measures:objections",
    perms={Perm.REVIEW, Perm.DECIDE},
    among=_objections,
    facts={
        "pk": "pk",
        "agency": "agency_name",
        "subject": "subject",
        "decide_by": "decide_by",
        **NAME_FACTS,
    },
    line=_objection,
)
