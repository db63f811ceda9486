"""To-do lines for an agency's liaisons: filings to submit or to correct."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Case, Exists, Min, OuterRef, Q, Subquery, When
from django.urls import reverse

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import Perm
from lib.chinese import ordinal
from lib.workdays import end_of_week
from measures.choices import Confidence, FilingState, PeriodState
from measures.filings.locking import place_of
from measures.models import Figure, Filing, Indicator, Note
from measures.models.arrival import debt_q, missing_q
from measures.models.chasing import chase_facts
from measures.models.filing import FilingQuerySet
from measures.models.measure import NAME_FACTS, named_by
from measures.rules.chasing import chased_words

_ANSWERED = Figure.objects.filter(note=OuterRef(OuterRef("pk")), indicator=OuterRef("pk"))
_UNANSWERED = (
    Indicator.objects.in_use()
    .filter(measure=OuterRef("filing__measure"), reporter=OuterRef("filing__agency"))
    .filter(~Exists(_ANSWERED), asked_since__lte=OuterRef("filing__period__covers_to"))
)
# Whether nothing is missing from its draft: Card.is_ready, in SQL.
_READY = Subquery(
    Note.objects.kept()
    .filter(filing=OuterRef("pk"))
    .order_by("-version")
    .annotate(
        is_ready=Case(
            When(
                (Q(confidence=Confidence.GREEN) | ~Q(confidence_reason=""))
                & (Q(carried=[]) | Q(is_confirmed=True))
                & (Q(is_unchanged=True) | ~Exists(_UNANSWERED))
                & ~Q(progress="")
                & Q(submitted_at__isnull=True),
                then=True,
            ),
            default=False,
        )
    )
    .values("is_ready")[:1],
    output_field=BooleanField(),
)
MARKS_MOST = 8  # most measures that a line names by number
UNTOUCHED = (FilingState.PENDING, FilingState.DRAFT)
FACTS = {
    "pk": "pk",
    "period_id": "period",
    "period": "period__label",
    "period_state": "period__state",
    "notice": "period__notice__number",
    "state": "state",
    "due_on": "due_on",
    "mend_by": "mend_by",
    "is_ready": _READY,
    "chased": chase_facts(filing=OuterRef("pk")),
    **NAME_FACTS,
}
SPANS: dict[ToDoGroup, Callable[[date], Q]] = {
    ToDoGroup.TODAY: lambda on: Q(due_on=on),
    ToDoGroup.WEEK: lambda on: Q(due_on__gt=on, due_on__lte=end_of_week(on)),
    ToDoGroup.LATER: lambda on: Q(due_on__gt=end_of_week(on)),
}


def _own_open(user: User, on: date) -> FilingQuerySet:
    own = [agency.pk for agency in user.agencies_where(Perm.FILE)]
    return Filing.objects.owed_by(own).unsettled()


def _to_come(group: ToDoGroup, on: date) -> Q:
    """Return a condition: never submitted, or withdrawn."""
    return missing_q() & Q(state__in=UNTOUCHED) & SPANS[group](on)


def _late(on: date) -> Q:
    return debt_q(on=on) & Q(state__in=UNTOUCHED)


def _returned(on: date) -> Q:
    return Q(state=FilingState.RETURNED) | Q(state=FilingState.DRAFT, mend_by__isnull=False)


def _act(found: Found, act: str) -> str:
    if found.facts["state"] != FilingState.DRAFT:
        return act
    return "提交" if found.facts["is_ready"] else "接着填"


def _line(found: Found) -> ToDoLine:
    facts = found.facts
    due = date.fromisoformat(facts["due_on"])
    is_debt = facts["period_state"] == PeriodState.CLOSED and due < found.on
    return ToDoLine(
        label=named_by(facts) + chased_words(facts["chased"], filings=1, on=found.on),
        url=place_of(Filing(pk=facts["pk"], period_id=facts["period_id"])),
        whom=facts["period"],
        act=_act(found, "补报" if is_debt else "填报"),
        due=due,
        is_urgent=is_debt,
        order=facts["ordinal"],
    )


def _late_line(found: Found) -> ToDoLine:
    return _line(found)._replace(part=found.facts["period"], notice=found.facts["notice"])


def _returned_line(found: Found) -> ToDoLine:
    facts = found.facts
    due = date.fromisoformat(facts["mend_by"]) if facts["mend_by"] else None
    is_late = due is not None and due < found.on
    return _line(found)._replace(act=_act(found, "补正"), due=due, is_urgent=is_late)


def _later_line(found: Found) -> ToDoLine:
    facts = found.facts
    marks = [ordinal(number) for number in facts["numbers"]]
    more = f"等{len(marks)}项" if len(marks) > MARKS_MOST else ""
    what = "".join(marks[:MARKS_MOST]) + more if marks[1:] else named_by(facts)
    return ToDoLine(
        label=f"{what}，待报（未到截止日）",
        url=f"{reverse('measures:my_filings')}?period={facts['period_id']}",
        whom=facts["period"],
        act="填报",
        due=date.fromisoformat(facts["due_on"]),
    )


_to_do = partial(ToDo, page="measures:my_filings", perms={Perm.FILE}, among=_own_open, facts=FACTS)
TO_DOS = (
    *(
        _to_do(
            name=f"own_filings_{group}",
            group=group,
            where=partial(_to_come, group),
            order=("due_on", "measure__ordinal"),
            line=_line,
        )
        for group in (ToDoGroup.TODAY, ToDoGroup.WEEK)
    ),
    _to_do(
        name="own_filings_late",
        group=ToDoGroup.LATE,
        where=_late,
        order=("-due_on", "measure__ordinal"),
        line=_late_line,
        newest_first=True,
    ),
    _to_do(
        name="own_filings_returned",
        group=ToDoGroup.RETURNED,
        where=_returned,
        order=("mend_by", "pk"),
        line=_returned_line,
    ),
    _to_do(
        name="own_filings_later",
        group=ToDoGroup.LATER,
        where=partial(_to_come, ToDoGroup.LATER),
        facts={
            "period": Min("period__label"),
            "period_id": "period",
            "due_on": Min("due_on"),
            "numbers": ArrayAgg("measure__ordinal", distinct=True, order_by="measure__ordinal"),
            **{name: Min(path) for name, path in NAME_FACTS.items()},
        },
        by=("period",),
        line=_later_line,
    ),
)
