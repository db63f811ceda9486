"""To-dos of the chief: open requests. Coordinators, who cannot decide, see them on 审批."""

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
        facts = found.facts
        is_own = facts["asked_by"] == found.user.pk
        return ToDoLine(
            label=f"{kind.label}：{named_by(facts)}",
            url=reverse("measures:approval", args=[kind.name, facts["pk"]]),
            whom=facts["agency"],
            act="查看" if is_own else "审批",
            since=localdate(datetime.fromisoformat(facts["asked_at"])),
            word="提",
        )

    return ToDo(
        name=f"request_{kind.name}",
        group=ToDoGroup.DECIDE,
        page="measures:approvals",
        query=f"?kind={kind.name}",
        perms={Perm.DECIDE},
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
