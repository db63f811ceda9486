"""To-dos of uploaded sheets: those to be applied, and those with errors."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import partial

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import Perm
from measures.choices import PeriodState, SheetKind, SheetState
from measures.models import SheetImport
from measures.models.exchange import FAILED, SheetImportQuerySet

FACTS = {
    "pk": "pk",
    "name": "name",
    "state": "state",
    "agency": "agency__short_name",
    "uploaded_at": "uploaded_at",
}
PAGES = {SheetKind.FILINGS: "measures:filing_sheets", SheetKind.STATUSES: "measures:status_sheets"}
Newest = Callable[[User, date], SheetImportQuerySet]
PERMS = {SheetKind.FILINGS: Perm.FILE, SheetKind.STATUSES: Perm.UPDATE_STATUS}


def _newest(kind: SheetKind, user: User, on: date) -> SheetImportQuerySet:
    """Return the newest sheet of each period and agency for which the person may fill sheets."""
    same = SheetImport.objects.filter(kind=OuterRef("kind"), period=OuterRef("period"))
    same = same.filter(Q(agency=OuterRef("agency")) | Q(agency__isnull=True))
    own = [agency.pk for agency in user.agencies_where(PERMS[kind])]
    mine = Q(agency__in=own) if kind == SheetKind.FILINGS else Q(agency__isnull=True)
    found = SheetImport.objects.filter(mine, kind=kind, period__state=PeriodState.OPEN)
    newer = same.filter(pk__gt=OuterRef("pk"))
    return found.filter(~Exists(newer)).order_by(F("uploaded_at"), "pk")


def _line(act: str, found: Found) -> ToDoLine:
    facts = found.facts
    return ToDoLine(
        label=f"“{facts['name']}”{SheetState(facts['state']).label}",
        url=reverse("measures:sheet", args=[facts["pk"]]),
        whom=facts["agency"] or "",
        act=act,
        since=localdate(datetime.fromisoformat(facts["uploaded_at"])),
        word="上传",
    )


def _to_do(
    kind: SheetKind, newest: Newest, group: ToDoGroup, states: Collection[SheetState], act: str
) -> ToDo:
    return ToDo(
        name=f"sheets_{kind}_{group}",
        group=group,
        page=PAGES[kind],
        perms={PERMS[kind]},
        among=newest,
        where=lambda on: Q(state__in=states),
        facts=FACTS,
        line=partial(_line, act),
        unit="个",
    )


TO_DOS = tuple(
    _to_do(kind, newest, group, states, act)
    for kind, newest in ((one, partial(_newest, one)) for one in SheetKind)
    for group, states, act in (
        (ToDoGroup.CONFIRM, (SheetState.READY,), "写入"),
        (ToDoGroup.FAILED, FAILED, "查看"),
    )
)
