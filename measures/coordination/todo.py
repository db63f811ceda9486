"""To-do lines for 需协调事项: to answer, to explain, to close."""

from collections.abc import Callable, Set
from datetime import date
from functools import partial

from django.db.models import Q
from django.urls import reverse

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import ACTING, Perm
from lib.workdays import end_of_week
from measures.choices import CoordinationState
from measures.coordination.page import LATE, MINE
from measures.models import CoordinationItem
from measures.models.coordination import CoordinationQuerySet
from measures.models.measure import NAME_FACTS

FACTS = {
    "pk": "pk",
    "words": "words",
    "asked_by": "asked_by_name",
    "holder": "holder_name",
    "state": "state",
    "due_on": "due_on",
    "raised_on": "raised_at__date",
    "moved_on": "moved_at__date",
    **NAME_FACTS,
}
SPANS: dict[ToDoGroup, Callable[[date], Q]] = {
    ToDoGroup.TODAY: lambda on: Q(due_on=on),
    ToDoGroup.WEEK: lambda on: Q(due_on__gt=on, due_on__lte=end_of_week(on)),
    ToDoGroup.LATE: lambda on: Q(due_on__lt=on),
    ToDoGroup.ANSWER: lambda on: Q(due_on__gt=end_of_week(on)),
}
DECISIONS, ITEMS = "measures:decisions", "measures:coordination"


def _own(user: User, on: date) -> CoordinationQuerySet:
    return CoordinationItem.objects.to_answer(user, on=on).by_urgency()


def _back(user: User, on: date) -> CoordinationQuerySet:
    return CoordinationItem.objects.to_end(user).order_by("moved_at", "pk")


def _others(user: User, on: date) -> CoordinationQuerySet:
    """Return items that are late, without those in which the person has the next step."""
    own = CoordinationItem.objects.awaiting(user, on=on)
    return CoordinationItem.objects.late(on=on).exclude(pk__in=own.values("pk")).by_urgency()


def _line(act: str, found: Found) -> ToDoLine:
    facts = found.facts
    due = date.fromisoformat(facts["due_on"])
    url = reverse("measures:coordination_item", args=[facts["pk"]])
    return ToDoLine(
        label=f"协调：{facts['words']}",
        url=url,
        whom=facts["holder"] if act == "查看" else facts["asked_by"],
        act=act,
        act_url=f"{url}#respond" if act == "答复" else url,
        since=date.fromisoformat(facts["raised_on"]),
        word="提",
        due=due,
        is_urgent=due < found.on,
    )


def _back_line(found: Found) -> ToDoLine:
    """Return the line of an item that came back: with a question to answer, or to close."""
    facts = found.facts
    is_question = facts["state"] == CoordinationState.ASKED_BACK
    url = reverse("measures:coordination_item", args=[facts["pk"]])
    return ToDoLine(
        label=f"协调：{facts['words']}",
        url=url,
        whom=facts["holder"],
        act="补充说明" if is_question else "办结",
        act_url=f"{url}#{'explain' if is_question else 'close'}",
        since=date.fromisoformat(facts["moved_on"]),
        word="问" if is_question else "答",
    )


DECIDING = frozenset({Perm.INSTRUCT, Perm.DECIDE})  # people with these have the list 等您定的事
ASKING = ACTING | {Perm.READ_UNACCEPTED}


def _to_answer(
    name: str, page: str, query: str, perms: Set[Perm], not_for: Set[Perm] = frozenset()
) -> list[ToDo]:
    return [
        ToDo(
            name=f"{name}_{group}",
            group=group,
            page=page,
            query=query,
            perms=perms,
            not_for=not_for,
            among=_own,
            where=SPANS[group],
            facts=FACTS,
            line=partial(_line, "答复"),
        )
        for group in SPANS
    ]


def _back_to_do(name: str, group: ToDoGroup, state: CoordinationState) -> ToDo:
    """Return the asker's to-do: items that came back with a question, or with an answer."""
    return ToDo(
        name=name,
        group=group,
        page=ITEMS,
        query=f"?state={MINE}",
        perms=ASKING,
        among=_back,
        where=lambda on: Q(state=state),
        facts=FACTS,
        line=_back_line,
    )


TO_DOS = (
    *_to_answer("decisions", DECISIONS, "", DECIDING),
    *_to_answer("coordination", ITEMS, f"?state={MINE}", ASKING, DECIDING),
    _back_to_do("coordination_asked_back", ToDoGroup.ANSWER, CoordinationState.ASKED_BACK),
    _back_to_do("coordination_back", ToDoGroup.END, CoordinationState.ANSWERED),
    ToDo(
        name="coordination_others_late",
        group=ToDoGroup.LATE,
        page=ITEMS,
        query=f"?state={LATE}",
        perms={Perm.READ_UNACCEPTED},
        among=_others,
        facts=FACTS,
        line=partial(_line, "查看"),
    ),
)
