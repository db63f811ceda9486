"""To-dos of 批示: those that an agency must answer, and those that a leader may close."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.urls import reverse

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import ACTING, Perm
from lib.workdays import end_of_week
from measures.choices import InstructionState
from measures.instructions.page import MINE, seen_by
from measures.models import Addressee
from measures.models.instruction import InstructionQuerySet
from measures.models.measure import NAME_FACTS, named_by

_OWING = Addressee.objects.filter(instruction=OuterRef("pk"), replies__isnull=True)
FACTS = {
    "pk": "pk",
    "by": "by__name",
    "due_on": "due_on",
    "written_on": "written_at__date",
    "owing": ArraySubquery(_OWING.order_by("order", "id").values("agency_name")),
    **NAME_FACTS,
}
SPANS: dict[ToDoGroup, Callable[[date], Q]] = {
    ToDoGroup.TODAY: lambda on: Q(due_on=on),
    ToDoGroup.WEEK: lambda on: Q(due_on__gt=on, due_on__lte=end_of_week(on)),
    ToDoGroup.LATE: lambda on: Q(due_on__lt=on),
    ToDoGroup.ANSWER: lambda on: Q(due_on__gt=end_of_week(on)) | Q(due_on__isnull=True),
}
PLACES = {"答复": "#reply", "办结": "#close"}  # anchors of the actions on its page
# The tab of the page that lists those that others must answer.
TABS = {ToDoGroup.TODAY: InstructionState.WAITING, ToDoGroup.LATE: InstructionState.OVERDUE}


def _own(user: User, on: date) -> InstructionQuerySet:
    return seen_by(user, on=on).awaiting(user.own_agencies()).by_urgency()


def _others(user: User, on: date) -> InstructionQuerySet:
    """Return those that other agencies have not answered; one's own are separate to-dos."""
    rows = seen_by(user, on=on)
    return rows.exclude(pk__in=rows.awaiting(user.own_agencies()).values("pk")).by_urgency()


def _of_others(group: ToDoGroup, on: date) -> Q:
    return SPANS[group](on) & Q(state_now=TABS[group])


def _answered(user: User, on: date) -> InstructionQuerySet:
    return seen_by(user, on=on).filter(state_now=InstructionState.ANSWERED).by_urgency()


def _line(act: str, found: Found) -> ToDoLine:
    facts = found.facts
    due = date.fromisoformat(facts["due_on"]) if facts["due_on"] else None
    url = reverse("measures:instruction", args=[facts["pk"]])
    return ToDoLine(
        label=f"批示：{named_by(facts)}",
        url=url,
        whom="、".join(facts["owing"]) if act == "查看" else facts["by"],
        act=act,
        act_url=url + PLACES.get(act, ""),
        since=date.fromisoformat(facts["written_on"]),
        word="批",
        due=due,
        is_urgent=due is not None and due < found.on,
    )


_to_do = partial(ToDo, page="measures:instructions", facts=FACTS)
TO_DOS = (
    *(
        _to_do(
            name=f"instructions_own_{group}",
            group=group,
            query=f"?state={MINE}",
            perms=ACTING,
            among=_own,
            where=SPANS[group],
            line=partial(_line, "答复"),
        )
        for group in SPANS
    ),
    *(
        _to_do(
            name=f"instructions_{group}",
            group=group,
            query=f"?state={state}",
            perms={Perm.INSTRUCT, Perm.READ_UNACCEPTED},
            among=_others,
            where=partial(_of_others, group),
            line=partial(_line, "查看"),
        )
        for group, state in TABS.items()
    ),
    _to_do(
        name="instructions_answered",
        group=ToDoGroup.END,
        query=f"?state={InstructionState.ANSWERED}",
        perms={Perm.INSTRUCT},
        among=_answered,
        line=partial(_line, "办结"),
    ),
)
