"""To-dos of the commission about filings that agencies owe, and the period in numbers."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.functions import JSONObject
from django.urls import reverse

from agencies.choices import ToDoGroup
from agencies.contributions import Found, SideBlock, SideFact, SideLine, ToDo, ToDoLine
from agencies.models import Agency, User
from agencies.permissions import Perm
from agencies.statements import (
    SOMEBODY,
    Posts,
    own_id,
    planned_with_own,
    posts_of,
    stand_in,
    types_of,
)
from lib.chinese import ordinal
from lib.prepared import Prepared, prepared
from lib.workdays import Calendar, end_of_week, workdays_between
from measures.bars import may_be_reviewed_by, review_shares
from measures.choices import FilingState, OpenWork, PeriodState
from measures.models import Filing, Period
from measures.models.arrival import arrived_q, debt_q, mending_q, missing_q
from measures.models.chasing import chase_facts
from measures.models.filing import FilingQuerySet, contested_q
from measures.models.measure import NAME_FACTS, named_by
from measures.models.public_status import unfiled_word
from measures.rules.chasing import chased_words
from reports.choices import UNDER_WAY, UNISSUED, DueIn, FilingPart, ReportKind
from reports.filing_status.head import LIST, OWED_WORD
from reports.models import Report
from reports.period.shown import shown_period
from reports.rules.timeliness import OWED

MARKS_MOST = 6
FACTS = {
    "period_id": "period",
    "agency_id": "agency",
    "period": Min("period__label"),
    "period_state": Min("period__state"),
    "agency": Min("agency_name"),
    "order": Min("agency__order"),
    "ordinals": ArrayAgg("measure__ordinal", order_by="measure__ordinal"),
    "due_on": Min("due_on"),
}
# The unsigned letter to an agency about its late filings.
LETTER = Report.objects.filter(
    Q(issue__state__in=UNISSUED) | Q(state__in=UNDER_WAY),
    kind=ReportKind.LETTER,
    period=OuterRef("period"),
    agency=OuterRef("agency"),
).order_by("-pk")
LATE_FACTS = {
    **FACTS,
    "notice": Min("period__notice__number"),
    "coordinator_id": Min("period__notice__coordinator"),
    "letter_id": Subquery(LETTER.values("pk")[:1]),
    "chased": chase_facts(filing__period=OuterRef("period"), filing__agency=OuterRef("agency")),
}
PARTS = {
    FilingPart.ACCEPTED: Q(accepted_note__isnull=False),
    FilingPart.WAITING: Q(accepted_note__isnull=True, state=FilingState.SUBMITTED),
    FilingPart.MENDING: mending_q(),
    FilingPart.UNFILED: Q(accepted_note__isnull=True) & ~arrived_q() & ~Q(state=FilingState.WAIVED),
}


def list_url(**words: object) -> str:
    return f"{reverse(LIST)}?{urlencode(words)}"


def _others(user: User) -> FilingQuerySet:
    """Filings that 名单 can show, without the person's own agencies', which are listed singly."""
    found = Filing.objects.filter(period__in=Period.objects.main().opened()).unsettled()
    return found.exclude(agency__in=user.own_agencies())


def _near(user: User, on: date) -> FilingQuerySet:
    """The _others() that are due by the end of the week.

    Filings due later need no action yet; after an opening there may be tens of thousands.
    """
    return _others(user).filter(due_on__lte=end_of_week(on))


def _mending(user: User, on: date) -> FilingQuerySet:
    """Those that their agency has to correct; objections are the commission's to answer."""
    # mending_q() is the condition of the index.
    return _others(user).filter(mending_q()).waiting_for(OpenWork.MENDING, on=on)


def _past(state: PeriodState, on: date) -> Q:
    return debt_q(on=on) & Q(period__in=Period.objects.filter(state=state))


def _today(on: date) -> Q:
    return missing_q() & Q(due_on=on)


def _this_week(on: date) -> Q:
    return missing_q() & Q(due_on__gt=on, due_on__lte=end_of_week(on))


def _line(words: str, narrowed: dict[str, str], found: Found) -> ToDoLine:
    facts, ordinals = found.facts, found.facts["ordinals"]
    due = date.fromisoformat(facts["due_on"])
    more = "等" if len(ordinals) > MARKS_MOST else ""
    marks = "".join(map(ordinal, ordinals[:MARKS_MOST]))
    return ToDoLine(
        label=f"{facts['period']}{words}：{marks}{more}",
        url=list_url(period=facts["period_id"], **narrowed, agency=facts["agency_id"]),
        whom=facts["agency"],
        due=due,
        is_urgent=due < found.on,
        order=facts["order"],
    )


def _late_line(found: Found) -> ToDoLine:
    facts = found.facts
    word = "期满未报" if facts["period_state"] == PeriodState.CLOSED else "逾期未报"
    line = _line(word, {"due": DueIn.PAST.value}, found)
    words = chased_words(facts["chased"], filings=found.number, on=found.on)
    part = f"{facts['period']}{word}"
    line = line._replace(label=line.label + words, part=part, notice=facts["notice"])
    if facts["letter_id"] and found.user.can(Perm.DRAFT_DOCUMENT):
        url = reverse("reports:report", args=[facts["letter_id"]])
        return line._replace(act="看提示函", act_url=url)
    if not found.user.can(Perm.REVIEW):  # the chief signs letters that others draft
        return line
    if facts["agency_id"] == facts["coordinator_id"]:  # it writes no letter to itself
        return line
    wanted = {"new_period": facts["period_id"], "new_agency": facts["agency_id"]}
    url = f"{reverse('reports:list')}?{urlencode({'new': 'letter', **wanted})}"
    return line._replace(act="拟提示函", act_url=url)


def _mending_line(found: Found) -> ToDoLine:
    """The line of a single filing, because each has its own deadline."""
    facts = found.facts
    due = date.fromisoformat(facts["mend_by"]) if facts["mend_by"] else None
    return ToDoLine(
        label=named_by(facts),
        url=reverse("measures:filing", args=[facts["pk"]]),
        whom=facts["agency"],
        due=due,
        is_urgent=due is not None and due < found.on,
    )


def _to_do(
    name: str, group: ToDoGroup, where: Callable[[date], Q], line: Callable[[Found], ToDoLine]
) -> ToDo:
    return ToDo(
        name=name,
        group=group,
        page=LIST,
        perms={Perm.READ_UNACCEPTED},
        among=_near,
        where=where,
        facts=LATE_FACTS if group == ToDoGroup.LATE else FACTS,
        by=("period", "agency"),
        line=line,
        newest_first=group == ToDoGroup.LATE,
    )


def _due_line(due: DueIn) -> Callable[[Found], ToDoLine]:
    return partial(_line, "未报", {"due": due.value})


TO_DOS = (
    _to_do("filings_today", ToDoGroup.TODAY, _today, _due_line(DueIn.TODAY)),
    _to_do("filings_week", ToDoGroup.WEEK, _this_week, _due_line(DueIn.WEEK)),
    *(
        _to_do(
            f"filings_late_{state}",
            ToDoGroup.LATE,
            partial(_past, state),
            _late_line,
        )
        for state in (PeriodState.OPEN, PeriodState.CLOSED)
    ),
    ToDo(
        name="filings_returned",
        group=ToDoGroup.RETURNED,
        page=LIST,
        query=f"?left={OpenWork.MENDING}",
        perms={Perm.REVIEW},
        among=_mending,
        order=("mend_by", "pk"),
        facts={
            "pk": "pk",
            "agency": "agency_name",
            "mend_by": "mend_by",
            **NAME_FACTS,
        },
        line=_mending_line,
    ),
)


def beside(user: User, on: date, calendar: Calendar) -> list[SideBlock]:
    """The current period: 应报＝已通过＋待审核＋退回＋未报, for own agencies or for all."""
    shown = shown_period(None, on=on) if user.can(Perm.READ) else None
    if shown is None or shown.period is None:
        return []
    agencies: list[Any] = [None]
    period = shown.period
    if not user.can(Perm.READ_UNACCEPTED) and (own := user.own_agencies()):
        is_told = Q(period=period, period__state=PeriodState.OPEN)  # among the numbers above
        debts = Filing.objects.debts(on=on).filter(agency=OuterRef("pk")).exclude(is_told)
        told = debts.order_by("-period__covers_from").values(
            told=JSONObject(
                period="period__label",
                state="period__state",
                notice_id="period__notice",
                notice="period__notice__number",
            )
        )
        agencies = list(Agency.objects.filter(pk__in=own).annotate(debts=ArraySubquery(told)))
    posts, own_agencies = posts_of(user)
    ids = [user.pk, *own_agencies]
    counts: dict[str, Any] = defaultdict(int)  # a period without filings has no row
    for (found,) in _counts(posts, on, is_of_all=agencies == [None]).rows([*ids, period.pk]):
        counts.update(json.loads(found))
    blocks = [_block(period, one, counts, ids, on, calendar) for one in agencies]
    blocks = [
        _with_liaison(one, block, user, period) for one, block in zip(agencies, blocks, strict=True)
    ]
    # Query who filed those that the reviewer may not review only if there are any.
    submitted = counts.get("submitted", 0)
    if not (submitted and user.can(Perm.REVIEW)):
        return blocks
    if sum(free for (free,) in _free(posts, own_id(user)).rows([*ids, period.pk])) == submitted:
        return blocks
    others = review_shares(period.filings.all(), user, on=on).others
    facts = [SideFact("待审核", f"其中{others}")] if others else []
    return [block._replace(facts=[*facts, *block.facts]) for block in blocks]


def _with_liaison(agency: Any, block: SideBlock, user: User, period: Period) -> SideBlock:
    """Tell a person who acts for an agency but does not file that its liaison must act."""
    if agency is None or user.can(Perm.FILE, agency.pk):
        return block
    owed = []
    for word, is_over in (("逾期未报", False), ("往期欠报", True)):
        debts = [one for one in agency.debts if (one["state"] == PeriodState.CLOSED) is is_over]
        counted = Counter(_called(one, period) for one in debts)
        told = "、".join(f"{label}{number}项" for label, number in counted.items())
        owed += [SideFact(word, told, is_urgent=True)] if told else []
    return block._replace(facts=[*block.facts, *owed, SideFact("填报", "由联络员办理")])


def _called(debt: dict[str, Any], shown: Period) -> str:
    """A period's label, with its notice if that differs from the notice of the period shown."""
    notice = "" if debt["notice_id"] == shown.notice_id else f"（{debt['notice']}）"
    return f"{debt['period']}{notice}"


@lru_cache(maxsize=200)
def _counts(posts: Posts, on: date, *, is_of_all: bool) -> Prepared:
    """Return the statement that counts a period's filings for holders of these posts.

    It returns one JSON object. Its values: the person, their agencies, the period.
    """
    user, types = stand_in(posts, person=SOMEBODY), [*types_of(posts), "bigint"]
    own = () if is_of_all else user.own_agencies()
    of = {f"of_{-1 - pk}": Q(agency=pk) for pk in own} or {"of_all": Q()}
    wanted: dict[str, Any] = {
        f"{name}_{part}": Count("pk", filter=whose & PARTS[part])
        for name, whose in of.items()
        for part in OWED
    }
    ahead = PARTS[FilingPart.UNFILED] & Q(due_on__gte=on)
    wanted |= {f"{name}_ahead": Count("pk", filter=whose & ahead) for name, whose in of.items()}
    contested = PARTS[FilingPart.MENDING] & contested_q()
    wanted |= {
        f"{name}_contested": Count("pk", filter=whose & contested) for name, whose in of.items()
    }
    wanted["submitted"] = Count("pk", filter=Q(state=FilingState.SUBMITTED))
    numbers = JSONObject(notice=Max("period__notice__number"), **wanted)
    rows: Any = Filing.objects.filter(period=-len(types)).order_by()
    whole = rows.annotate(to_do_part=Value(0)).values("to_do_part").annotate(numbers=numbers)
    return prepared(whole.values_list("numbers"), *types)


@planned_with_own
def _free(posts: Posts, own: int) -> Prepared:
    """Return the statement that counts filings the person may review; values as in _counts."""
    user, types = stand_in(posts, person=SOMEBODY, own=own), [*types_of(posts), "bigint"]
    rows = Filing.objects.filter(may_be_reviewed_by(user), period=-len(types)).order_by()
    whole = rows.annotate(to_do_part=Value(0)).values("to_do_part")
    return prepared(whole.annotate(free=Count("pk")).values_list("free"), *types)


def _block(
    period: Period,
    agency: Agency | None,
    counts: dict[str, Any],
    ids: list[int],
    on: date,
    calendar: Calendar,
) -> SideBlock:
    of = f"of_{ids.index(agency.pk, 1)}" if agency else "of_all"
    where: dict[str, object] = {"period": period.pk}
    if agency:
        where["agency"] = agency.pk
    parts = [
        SideLine(
            sign="＋" if number else "＝",
            label=_part_label(part, of, counts, period),
            number=counts[f"{of}_{part}"],
            url=list_url(**where, part=part.value),
            is_urgent=part == FilingPart.UNFILED and on > period.due_on,
        )
        for number, part in enumerate(OWED)
    ]
    owed = sum(line.number for line in parts)
    first = SideLine("", "应报", owed, list_url(**where, part=OWED_WORD))
    title = f"{agency}，{period}" if agency else str(period)
    ahead, unfiled = counts[f"{of}_ahead"], counts[f"{of}_{FilingPart.UNFILED}"]
    apart = [SideFact("未报", f"其中未到截止日{ahead}项")] if 0 < ahead < unfiled else []
    if contested := counts[f"{of}_contested"]:
        apart = [SideFact("退回", f"其中{OpenWork.CONTESTED.label}{contested}项"), *apart]
    facts = [*apart, *_days(period, on, calendar)]
    return SideBlock(title, [first, *parts], facts, counts["notice"] or "")


def _part_label(part: FilingPart, of: str, counts: dict[str, Any], period: Period) -> str:
    if part != FilingPart.UNFILED:
        return str(part.label)
    unfiled, ahead = counts[f"{of}_{part}"], counts[f"{of}_ahead"]
    return unfiled_word(unfiled, ahead, is_over=period.is_closed)


def _days(period: Period, on: date, calendar: Calendar) -> list[SideFact]:
    late = workdays_between(period.due_on, on, calendar)
    left = workdays_between(on, period.due_on, calendar)
    told = [SideFact("截止", f"{period.due_on:%Y-%m-%d}")]
    if period.is_closed:
        return [*told, SideFact("状态", str(period.state_choice.label))]
    if on > period.due_on:
        told.append(SideFact("已过", f"{late}个工作日", is_urgent=True))
    else:
        told.append(SideFact("还有", f"{left}个工作日" if left else "今天"))
    return [*told, SideFact("关闭", f"{period.closes_on:%Y-%m-%d}")]
