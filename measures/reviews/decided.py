"""The decisions of one or several periods: who reviewed, when, and how long it took."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import Perm
from lib.marks import Option
from lib.workdays import workdays_between
from measures.choices import Decision
from measures.chosen_notice import NoticeChoice
from measures.models import Note, Period, Review, Workday
from measures.models.measure import Badge
from measures.rules.periods import current_period

TEXTS = ("progress", "problems", "next_steps", "help_needed")  # not read for lists

APPROVED = Badge("同意报送", "blue")  # by an agency's head; stored on the note, not as a review


class Decided(NamedTuple):
    note: Note
    word: Decision | Badge
    by: User
    at: datetime
    submitted_at: datetime  # when it reached the reviewer
    days: int  # working days from then to the decision
    comment: str = ""
    handling: str = ""  # time from beginning the review to the decision, in words; empty for none
    notice: str = ""  # its number
    period: str = ""  # its label


class DecisionKey(NamedTuple):
    """The data of a decision that the counts and the order need."""

    at: datetime
    note_id: int
    word: Decision | Badge
    by: int
    days: int


class Decisions(NamedTuple):
    items: list[DecisionKey]  # of the chosen reviewer, or of all; the newest first
    total: int  # of all reviewers
    reviewers: list[Option]

    @property
    def accepted(self) -> int:
        return sum(item.word is Decision.ACCEPT for item in self.items)

    @property
    def returned(self) -> int:
        return sum(item.word is Decision.RETURN for item in self.items)

    @property
    def approved(self) -> int:
        return sum(item.word is APPROVED for item in self.items)

    @property
    def slowest(self) -> int:
        return max((item.days for item in self.items), default=0)


class PeriodChoice(NamedTuple):
    """The periods whose decisions are shown: one, or the current one of each notice."""

    current: list[Period]  # one a notice
    groups: list[tuple[str, list[Period]]]  # the choices, by number of the notice
    chosen: Period | None  # None: all the current ones

    @property
    def has_several(self) -> bool:
        return len(self.current) > 1

    @property
    def shown(self) -> list[Period]:
        return [self.chosen] if self.chosen else self.current


def period_choice(
    user: User, wanted: int | None, *, notices: NoticeChoice, on: date
) -> PeriodChoice:
    """Return the choice among the periods of open notices and of the chosen notice; one query.

    The select lists the periods of the notices that the page's frame offers.
    """
    own = Q(notice=notices.pk)
    asked = own | Q(notice__archived_at=None) if notices.has_several else own
    opened = Period.objects.visible_to(user).opened().filter(asked).with_main_kind()
    rows: Any = opened.annotate(notice_number=F("notice__number"))
    rows = rows.order_by("notice", "-covers_from", "-id")
    by_notice = {number: list(of) for number, of in groupby(rows, attrgetter("notice_number"))}
    found = (current_period(of[0].main_kind, periods=of, on=on) for of in by_notice.values())
    current = [one for one in found if one]
    named = next((one for of in by_notice.values() for one in of if one.pk == wanted), None)
    listed = {*(one.pk for one in notices.offered), notices.pk, named.notice_id if named else None}
    groups = [(number, of) for number, of in by_notice.items() if of[0].notice_id in listed]
    return PeriodChoice(current, groups, named or (current[0] if len(current) == 1 else None))


def decisions_for(user: User, periods: Iterable[Period], *, reviewer: int | None) -> Decisions:
    """Return the commission's decisions in some periods; for a head, those on own agencies.

    These include the head's own consents. Two queries beside the memberships, for a head three.
    `reviewer` is the id of a person, or None for all.
    """
    asked, calendar = [period.pk for period in periods], Workday.objects.as_calendar()
    found = Review.objects.decided().filter(note__filing__period__in=asked)
    rows: list[tuple] = []
    if user.can(Perm.READ_UNACCEPTED):
        found = found.filter(note__left_at__isnull=False)
    else:
        headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
        found = found.filter(note__filing__agency__in=headed)
        notes = Note.objects.filter(filing__period__in=asked, filing__agency__in=headed)
        notes = notes.filter(approved_by__isnull=False)
        consent = ("left_at", "pk", Value(""), "approved_by", "approved_by__name")
        rows += notes.values_list(*consent, TruncDate(Coalesce("submitted_at", "left_at")))
    at = Coalesce("decided_at", "begun_at")
    who = (Coalesce("decided_by", "begun_by"), Coalesce("decided_by__name", "begun_by__name"))
    handed_in = TruncDate(Coalesce("note__left_at", "note__submitted_at", at))
    rows += found.order_by().values_list(at, "pk", "decision", *who, handed_in)
    waited = cache(partial(workdays_between, calendar=calendar))
    made = [
        DecisionKey(at, pk, Decision(word) if word else APPROVED, by, waited(day, localdate(at)))
        for at, pk, word, by, _, day in rows
    ]
    made.sort(key=attrgetter("at", "note_id"), reverse=True)
    items = [one for one in made if reviewer in (None, one.by)]
    names, counts = {row[3]: row[4] for row in rows}, Counter(one.by for one in made)
    reviewers = [
        Option(str(pk), f"{names[pk]}（{number}）", pk == reviewer) for pk, number in counts.items()
    ]
    return Decisions(items, len(made), reviewers)


def decided_rows(keys: Iterable[DecisionKey]) -> list[Decided]:
    """Return the decisions of a page with all that is shown; one query, or two with consents."""
    by_kind: dict[bool, dict[int, DecisionKey]] = {True: {}, False: {}}
    for key in keys:
        by_kind[key.word is APPROVED][key.note_id] = key
    rows: Any = Review.objects.filter(pk__in=by_kind[False]).annotate(**_about("note__filing"))
    rows = rows.select_related("note__filing__measure", "decided_by", "begun_by")
    found = [_decided(row, by_kind[False][row.pk]) for row in rows.defer(*_texts("note__"))]
    if by_kind[True]:
        notes: Any = Note.objects.filter(pk__in=by_kind[True]).annotate(**_about("filing"))
        notes = notes.select_related("filing__measure", "approved_by").defer(*_texts())
        found += [_approved(note, by_kind[True][note.pk]) for note in notes]
    return sorted(found, key=lambda one: (one.at, one.note.pk), reverse=True)


def in_words(span: timedelta) -> str:
    """Format a duration with its two largest units: 3天4小时, 2小时10分, 35分钟."""
    minutes = int(span.total_seconds()) // 60
    days, hours, left = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{left}分" if left else f"{hours}小时"
    return f"{left}分钟" if left else "不足1分钟"


def _about(filing: str) -> dict[str, F]:
    """Return the columns about the filing for a list over several periods."""
    return {
        "notice_number": F(f"{filing}__period__notice__number"),
        "period_label": F(f"{filing}__period__label"),
    }


def _texts(note: str = "") -> list[str]:
    return [f"{note}{name}" for name in TEXTS]


def _decided(review: Any, key: DecisionKey) -> Decided:
    note, at = review.note, key.at
    return Decided(
        note=note,
        word=key.word,
        by=review.decided_by or review.begun_by,
        at=at,
        submitted_at=note.left_at or note.submitted_at or at,
        days=key.days,
        comment=review.comment,
        handling=in_words(at - review.begun_at) if at > review.begun_at else "",
        notice=review.notice_number,
        period=review.period_label,
    )


def _approved(note: Any, key: DecisionKey) -> Decided:
    return Decided(
        note=note,
        word=key.word,
        by=note.approved_by,
        at=key.at,
        submitted_at=note.submitted_at or note.left_at,
        days=key.days,
        notice=note.notice_number,
        period=note.period_label,
    )
