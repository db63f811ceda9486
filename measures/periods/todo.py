"""To-do lines for people who manage periods: to create, to open, to close."""

from datetime import date, datetime
from functools import partial

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import Perm
from measures.choices import PeriodKind, PeriodState
from measures.models import Filing, Notice, Period, ShortNotice
from measures.models.filing import FilingQuerySet
from measures.periods.short_notice import waiting_short_notices
from measures.todo_notices import of_notices


def _without(user: User, on: date) -> QuerySet[Notice]:
    return Notice.objects.open().filter(~Exists(Period.objects.filter(notice=OuterRef("pk"))))


def _to_open(user: User, on: date) -> QuerySet[Period]:
    planned = Period.objects.filter(state=PeriodState.DRAFT, opens_on__lte=on)
    # A special period may lack the chief's consent (short_notice); it does not open without.
    by_itself = Period.objects.to_open(on=on).exclude(kind=PeriodKind.SPECIAL)
    return planned.exclude(pk__in=by_itself).order_by("opens_on", "pk")


def _to_close(user: User, on: date) -> QuerySet[Period]:
    return Period.objects.open().filter(closes_on__lt=on, closes_by_itself=False).order_by("pk")


def _special(user: User, on: date) -> FilingQuerySet:
    """Debts of periods not of the main kind: 名单 lists only those of the main kind."""
    # Every debt is unsettled; the extra condition lets PostgreSQL use the index of these few.
    return Filing.objects.debts(on=on).unsettled().exclude(period__in=Period.objects.main())


def _short_notices(user: User, on: date) -> QuerySet[ShortNotice]:
    return waiting_short_notices(user)


def _period(words: str, act: str, day: str, found: Found) -> ToDoLine:
    facts = found.facts
    url = reverse("measures:period", args=[facts["pk"]])
    return ToDoLine(f"{facts['label']}{words}", url, act=act, due=date.fromisoformat(facts[day]))


_to_do = partial(ToDo, group=ToDoGroup.PERIODS, page="measures:periods", perms={Perm.KEEP_PERIODS})
TO_OPEN_AND_CLOSE = (
    _to_do(
        name="periods_to_open",
        among=_to_open,
        facts={"pk": "pk", "label": "label", "opens_on": "opens_on"},
        line=lambda found: _period("到了开始填报的日期", "开始填报", "opens_on", found),
        unit="期",
    ),
    _to_do(
        name="periods_to_close",
        among=_to_close,
        facts={"pk": "pk", "label": "label", "closes_on": "closes_on"},
        line=lambda found: _period("过了关闭日期", "关闭", "closes_on", found),
        unit="期",
    ),
)
SPECIAL = ToDo(
    name="special_filings_late",
    group=ToDoGroup.LATE,
    page="measures:periods",
    perms={Perm.KEEP_PERIODS},
    among=_special,
    facts={
        "pk": "period",
        "label": Min("period__label"),
        "due_on": Min("due_on"),
        "agencies": Count("agency", distinct=True),
    },
    by=("period",),
    line=lambda found: _period("未报", "查看", "due_on", found)._replace(
        whom=f"{found.facts['agencies']}个单位"
    ),
)
SHORT_NOTICE = ToDo(
    name="short_notices",
    group=ToDoGroup.DECIDE,
    page="measures:approvals",
    perms={Perm.DECIDE},
    among=_short_notices,
    facts={"pk": "period", "label": "period__label", "asked_at": "asked_at"},
    line=lambda found: ToDoLine(
        f"短期专项：{found.facts['label']}",
        reverse("measures:short_notice", args=[found.facts["pk"]]),
        act="审批",
        since=localdate(datetime.fromisoformat(found.facts["asked_at"])),
        word="提",
    ),
)
TO_DOS = (
    _to_do(
        name="periods_none",
        among=_without,
        facts={"pk": "pk", "number": "number"},
        line=lambda found: ToDoLine(
            f"{found.facts['number']}还没有填报期",
            f"{reverse('measures:periods')}?notice={found.facts['pk']}",
            act="新建",
            act_url=f"{reverse('measures:period_create')}?notice={found.facts['pk']}",
        ),
        unit="份",
    ),
    *of_notices("notice", *TO_OPEN_AND_CLOSE),
    *of_notices("period__notice", SPECIAL, SHORT_NOTICE),
)
