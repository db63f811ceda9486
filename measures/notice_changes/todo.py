"""To-dos of 原文待核对: open gaps, changes that wait for a second person, returned changes."""

from datetime import date, datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import Perm
from lib.chinese import ordinal
from measures.choices import ChangeKind, ChangeState, GapKind
from measures.models import Gap, NoticeChange

MARKS_MOST = 6


def _line(found: Found) -> ToDoLine:
    kind, ordinals = GapKind(found.facts["kind"]), found.facts["ordinals"] or []
    marks = "".join(map(ordinal, ordinals[:MARKS_MOST]))
    more = "等" if found.number > min(len(ordinals), MARKS_MOST) else ""
    return ToDoLine(
        label=f"{marks}{more}{kind.label}缺失",
        url=f"{reverse('measures:gaps')}?kind={kind}&state=todo&notice={found.facts['notice']}",
        whom="原文待核对",
    )


def _untouched(user: User) -> QuerySet[Gap]:
    """Return gaps without a submitted change: waiting and returned ones have separate lines."""
    in_hand = NoticeChange.objects.in_hand().filter(gap=OuterRef("pk"))
    return Gap.objects.visible_to(user).unconfirmed().exclude(Exists(in_hand))


def _in_hand(user: User, on: date) -> QuerySet[NoticeChange]:
    return NoticeChange.objects.visible_to(user).in_hand()


def _change_line(found: Found) -> ToDoLine:
    facts, user = found.facts, found.user
    is_own = facts["entered_by"] == user.pk
    is_waiting = facts["state"] == ChangeState.WAITING
    place = ordinal(facts["ordinal"]) if facts["ordinal"] else "部分"
    lost = GapKind(facts["gap_kind"]).label if facts["gap"] else ""
    state = "待确认" if is_waiting else "被退回"
    url = reverse("measures:change", args=[facts["pk"]])
    moment = facts["entered_at"] if is_waiting else facts["decided_at"]
    return ToDoLine(
        label=f"{place}{ChangeKind(facts['kind']).label}{lost}{state}",
        url=reverse("measures:gap", args=[facts["gap"]]) if facts["gap"] else url,
        whom=facts["writer"] if is_waiting else facts["decider"],
        act=_act(is_waiting=is_waiting, is_own=is_own),
        since=localdate(datetime.fromisoformat(moment)),
        word="提" if is_waiting else "退",
    )


def _act(*, is_waiting: bool, is_own: bool) -> str:
    if is_waiting:
        return "查看" if is_own else "核对"
    return "修改"


_CHANGE_FACTS = {
    "pk": "pk",
    "gap": "gap_id",
    "gap_kind": "gap__kind",
    "kind": "kind",
    "state": "state",
    "ordinal": "measure__ordinal",
    "entered_by": "entered_by",
    "entered_at": "entered_at",
    "writer": "entered_by__name",
    "decided_at": "decided_at",
    "decider": "decided_by__name",
}


def _to_confirm(page: str, *, is_revision: bool) -> ToDo:
    return ToDo(
        name=f"{page}_to_confirm",
        group=ToDoGroup.DECIDE,
        page=f"measures:{page}",
        query=f"?state={ChangeState.WAITING.value}",
        perms={Perm.KEEP_NOTICE, Perm.DECIDE},
        among=_in_hand,
        where=lambda on: Q(state=ChangeState.WAITING, gap__isnull=is_revision),
        facts=_CHANGE_FACTS,
        line=_change_line,
        unit="处",
    )


def _returned(page: str, *, is_revision: bool) -> ToDo:
    return ToDo(
        name=f"{page}_returned",
        group=ToDoGroup.RETURNED,
        page=f"measures:{page}",
        query=f"?state={ChangeState.RETURNED.value}",
        perms={Perm.KEEP_NOTICE},
        among=_in_hand,
        where=lambda on: Q(state=ChangeState.RETURNED, gap__isnull=is_revision),
        facts=_CHANGE_FACTS,
        line=_change_line,
        unit="处",
    )


TO_DOS = (
    _to_confirm("gaps", is_revision=False),
    _to_confirm("revisions", is_revision=True),
    _returned("gaps", is_revision=False),
    _returned("revisions", is_revision=True),
    ToDo(
        name="gaps",
        group=ToDoGroup.CHECK,
        page="measures:gaps",
        perms={Perm.KEEP_NOTICE},
        among=lambda user, on: _untouched(user),
        facts={
            "kind": "kind",
            "notice": "notice",
            "ordinals": ArrayAgg(
                "measure__ordinal",
                filter=Q(measure__isnull=False),
                order_by="measure__ordinal",
            ),
        },
        by=("kind", "notice"),
        line=_line,
        unit="处",
    ),
)
