"""Who may not review, answer, confirm or decide because they took part, and who acts instead.

Persons are barred, not agencies. An office may have only one coordinator and one chief. So each
rule says who is next if everybody before is barred, and who must be appointed if nobody is left.
"""

from collections.abc import Callable
from datetime import date
from functools import cache, reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.timezone import localdate

from agencies.models import Membership, User
from agencies.models.user import in_order
from agencies.permissions import ACTING, GRANTS, Perm, Role
from lib.arrays import each_of
from lib.prepared import Prepared, PreparedObjects, day_stand_in, prepared
from measures.choices import FilingState, ObjectionState
from measures.models import Filing, Milestone, Note, NoticeChange, Objection
from measures.models.filing import FilingQuerySet
from measures.models.request import ChiefRequest

Turn = tuple[Perm, ...]  # whoever holds one of these may act


class Barring(NamedTuple):
    why: str  # shown to a person who is barred
    holds: Callable[[Any, User], bool]
    turns: tuple[Turn, ...]  # a later one applies only if everybody before is barred

    def allows(self, matter: object, user: User) -> bool:
        """Whether it is the person's turn and the person is not barred."""
        turn = self._turn_of(user)
        if turn is None or self.holds(matter, user):
            return False
        return not any(self._free(matter, earlier) for earlier in self.turns[:turn])

    def demand(self, matter: object, user: User) -> None:
        """Raise PermissionDenied if the person may not act; with a reason if the role could act."""
        if not self.allows(matter, user):
            concerned = self._turn_of(user) is not None
            raise PermissionDenied(*[self.refusal(matter, user)] if concerned else [])

    def who_acts(self, matter: object) -> list[User]:
        """Return the people who may act now; empty if somebody must be appointed first."""
        found = (self._free(matter, turn) for turn in self.turns)
        return next((people for people in found if people), [])

    def refusal(self, matter: object, user: User) -> str:
        """Return why the person may not act, and who may."""
        why = f"{self.why}，不能由您办理，" if self.holds(matter, user) else ""
        return why + self.instead(matter)

    def instead(self, matter: object) -> str:
        if people := self.who_acts(matter):
            return f"请{'、'.join(_with_post(one) for one in people)}办理。"
        roles = "或".join(f"“{role.label}”" for role in _roles(self.turns[0]))
        return f"现在没有其他人员可以办理，请联系安全管理员另行授予一人{roles}角色。"

    def _turn_of(self, user: User) -> int | None:
        mine = (n for n, turn in enumerate(self.turns) if any(map(user.can, turn)))
        return next(mine, None)

    def _free(self, matter: object, turn: Turn) -> list[User]:
        return [one for one in _holders(turn) if not self.holds(matter, one)]


def bars_review(filing: Filing, user: User) -> bool:
    """Whether a person is barred from reviewing a filing because they took part in it.

    Barred are current liaisons and heads of the agency, whoever wrote on, submitted or approved any
    version for it in this period, and whoever returned it wrongly (Objection upheld).
    """
    # First the check that needs no query.
    if user.acts_for(filing.agency_id):
        return True
    return bool(_part_in_filing().rows([user.pk, filing.pk]))


@cache
def _part_in_filing() -> Prepared:
    """Select the filing if a person took part in it; parameters: the person, the filing."""
    rows = Filing.objects.filter(_had_part(-1, OuterRef), pk=-2)
    return prepared(rows.order_by().values_list("pk"), "bigint", "bigint")


def may_be_reviewed_by(user: User) -> Q:
    """Return the query condition for submitted filings from which bars_review() does not bar.

    The person's filings are an uncorrelated subquery: PostgreSQL reads the person's notes once, not
    once for each filing in the queue.
    """
    submitted = Filing.objects.filter(state=FilingState.SUBMITTED)
    sets = (submitted.filter(part).values("pk") for part in _parts(user.pk, OuterRef))
    barring = [Q(agency__in=user.own_agencies()), *(Q(pk__in=rows) for rows in sets)]
    return reduce(and_, (~one for one in barring), Q(state=FilingState.SUBMITTED))


def all_barred_from_review(people: QuerySet[User], *, on: date) -> Q:
    """Return the condition for filings from which all these people are barred; without a query.

    Each person is looked up for each filing only where one of them may have had a part: for
    thousands of waiting filings that would take seconds. CASE, unlike AND, has an order.
    """

    def of_filing(name: str) -> OuterRef:
        return OuterRef(OuterRef(name))

    roles = [role for role, perms in GRANTS.items() if perms & ACTING]
    posts = Membership.objects.current(on=on).filter(role__in=roles)
    acts = Exists(posts.filter(user=OuterRef("pk"), agency=of_filing("agency")))
    free = people.exclude(acts | _had_part(OuterRef("pk"), of_filing))
    ids = people.order_by().values("pk")
    # As an array, so that PostgreSQL looks for these people in the indexes of the notes.
    array = ArraySubquery(ids)
    one = each_of(array)
    by_any = (Q(writers__overlap=array), Q(submitted_by__in=one), Q(approved_by__in=one))
    touched = (Q(agency__in=Note.objects.filter(part).values("filing__agency")) for part in by_any)
    upheld = Objection.objects.filter(state=ObjectionState.UPHELD, contested_by__in=ids)
    held = Q(agency__in=posts.filter(user__in=ids).values("agency"))
    maybe = reduce(or_, touched, held | Q(pk__in=upheld.values("filing")))
    return Q(
        Case(
            When(~Exists(people), then=Value(True)),
            When(maybe, then=~Exists(free)),
            default=Value(False),
            output_field=BooleanField(),
        )
    )


def bars_answer(objection: Objection, user: User) -> bool:
    """Whether a person may not answer an objection: they returned the note, or took part.

    Whoever acts for the objecting agency, or worked on its filings in this period, took part.
    """
    if user.pk == objection.contested_by_id or user.acts_for(objection.agency_id):
        return True
    filing = objection.filing
    if filing is None:
        return False
    return _worked_on(user.pk, agency=objection.agency_id, period=filing.period_id).exists()


def bars_milestone(milestone: Milestone, user: User) -> bool:
    """Whether a person may not record a milestone as reached: they act for its agency."""
    return user.acts_for(milestone.agency_id)


def bars_decision(request: ChiefRequest, user: User) -> bool:
    """Whether a person may not decide on a request to the chief, of any kind.

    Barred are the requester and people with a part in the lead agency (has_part).
    """
    return user.pk == request.asked_by_id or has_part(request, user)


def bars_confirmation(change: NoticeChange, user: User) -> bool:
    """Whether a person may not confirm a change of the notice's text: they wrote some of it."""
    return user.pk in change.writers


def has_part(request: ChiefRequest, user: User) -> bool:
    """Whether a person acts for the lead, or wrote or approved notes for it on this measure."""
    lead = request.agency_id
    if user.acts_for(lead):
        return True
    return _worked_on(user.pk, agency=lead, measure=request.measure_id).exists()


_STAFF_THEN_CHIEF: tuple[Turn, ...] = ((Perm.REVIEW,), (Perm.DECIDE,))

REVIEW = Barring("您为该单位填报或审核过本期进展", bars_review, _STAFF_THEN_CHIEF)
ANSWER = Barring(
    "您作出了被异议的退回，或参与过这项填报", bars_answer, ((Perm.REVIEW, Perm.DECIDE),)
)
DECISION = Barring(
    "您提出了这一申请，或为牵头单位填报、审核过这项措施", bars_decision, ((Perm.DECIDE,),)
)
END_OVERRIDE = Barring(
    "您为牵头单位填报、审核过这项措施", has_part, ((Perm.UPDATE_STATUS, Perm.DECIDE),)
)
CONFIRMATION = Barring(
    "您录入过这一处，须由第二人确认", bars_confirmation, ((Perm.KEEP_NOTICE, Perm.DECIDE),)
)
MILESTONE = Barring("这是您所在单位的节点", bars_milestone, ((Perm.UPDATE_STATUS,), (Perm.DECIDE,)))


def left_to_chief(*, on: date) -> Q:
    """Return the condition for filings that no coordinator may review, as REVIEW's second turn."""
    staff = User.objects.holding(*_roles(REVIEW.turns[0]), on=on)
    return all_barred_from_review(staff, on=on)


class ReviewShares(NamedTuple):
    """How many submitted filings a coordinator may review, and who reviews the others."""

    own: int
    colleagues: int
    chief: int

    @property
    def others(self) -> str:
        """1项由商务委负责人审核; empty if the person may review all of them."""
        told = ((self.chief, Role.CHIEF.label), (self.colleagues, "其他统筹岗"))
        return "，".join(f"{number}项由{who}审核" for number, who in told if number)


def review_shares(filings: FilingQuerySet, user: User, *, on: date) -> ReviewShares:
    """Count the submitted filings by who may review them, for a coordinator; one query."""
    own = may_be_reviewed_by(user)
    counted = filings.filter(state=FilingState.SUBMITTED).aggregate(
        all=Count("pk"),
        own=Count("pk", filter=own),
        chief=Count("pk", filter=~own & left_to_chief(on=on)),
    )
    others = counted["all"] - counted["own"]
    return ReviewShares(counted["own"], others - counted["chief"], counted["chief"])


def _holders(turn: Turn) -> list[User]:
    """Return who holds one of the permissions today, with their posts; one query."""
    held: dict[User, list[Membership]] = {}
    for post in _posts(turn).rows([localdate()]):
        held.setdefault(post.user, []).append(post)
    for user, posts in held.items():
        user.current_memberships = in_order(posts)
    return list(held)


@cache
def _posts(turn: Turn) -> PreparedObjects:
    """Return the statement for all posts of these people; parameter: the day."""
    day = day_stand_in(-1)
    people = User.objects.holding(*_roles(turn), on=day).order_by()
    rows = Membership.objects.current(on=day).filter(user__in=people.values("pk"))
    rows = rows.order_by("user__username", "valid_from", "pk")
    return PreparedObjects(rows, "date", related={"user": (), "agency": ()})


def _roles(turn: Turn) -> list[Role]:
    return [role for role, perms in GRANTS.items() if perms & set(turn)]


def _with_post(user: User) -> str:
    """Return post and name: 统筹岗李四."""
    post = next(role for role in (Role.COORDINATOR, Role.CHIEF) if role in user.roles)
    return f"{post.label}{user.name}"


def _had_part(person: int | OuterRef, of_filing: Callable[[str], OuterRef]) -> Q:
    """The person worked for this agency in this period, or wrongly returned this filing."""
    worked_on, overruled = _parts(person, of_filing)
    return worked_on | overruled


def _parts(person: int | OuterRef, of_filing: Callable[[str], OuterRef]) -> tuple[Exists, Exists]:
    worked_on = _worked_on(person, agency=of_filing("agency"), period=of_filing("period"))
    overruled = Objection.objects.filter(state=ObjectionState.UPHELD, contested_by=person)
    return Exists(worked_on), Exists(overruled.filter(filing=of_filing("pk")))


def _worked_on(person: int | OuterRef, **filing: int | OuterRef) -> QuerySet[Note]:
    """Versions of the given filings that a person ever wrote on, submitted or approved."""
    fields = {f"filing__{name}": value for name, value in filing.items()}
    touched = Q(writers__contains=[person]) | Q(submitted_by=person) | Q(approved_by=person)
    return Note.objects.filter(touched, **fields)
