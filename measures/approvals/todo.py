"""What waits for the chief's word; the coordinators see what they wait for."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import Perm
from measures.approvals.kinds import KINDS, RequestKind
from measures.models.measure import NAME_FACTS, named_by


def _to_do(kind: RequestKind) -> ToDo:
    def rows(user: User, on: date) -> QuerySet:
        found: QuerySet = kind.model.objects.visible_to(user, on=on).open()
        return found

    def line(found: Found) -> ToDoLine:
        facts, user = found.facts, found.user
        decides = user.can(Perm.DECIDE) and facts["asked_by"] != user.pk
        return ToDoLine(
            label=f"{kind.label}：{named_by(facts)}",
            url=reverse("measures:approval", args=[kind.name, facts["pk"]]),
            whom=facts["agency"],
            act="审批" if decides else "查看",
            since=localdate(datetime.fromisoformat(facts["asked_at"])),
            word="提",
        )

    return ToDo(
        name=f"request_{kind.name}",
        group=ToDoGroup.DECIDE,
        page="measures:approvals",
        query=f"?kind={kind.name}",
        is_for=lambda user: user.can(Perm.DECIDE) or user.can(Perm.REVIEW),
        among=rows,
        facts={
            "pk": "pk",
            "agency": "agency_name",
            "asked_by": "asked_by",
            "asked_at": "asked_at",
            **NAME_FACTS,
        },
        line=line,
    )


TO_DOS = tuple(map(_to_do, KINDS.values()))
