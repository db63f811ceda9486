"""Who may not act in a matter, and who acts instead: each rule that bars a person, with its turns.

Persons are barred, not agencies (access says whom). An office may have one coordinator and one
chief; so a rule names who is next where everybody before is barred, and who must be appointed
where nobody is left.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from agencies.models import User
from agencies.permissions import GRANTS, Perm, Role
from measures.access import (
    all_barred_from_review,
    barred_from_review,
    bars_answer,
    bars_confirmation,
    bars_decision,
    bars_milestone,
    bars_review,
    has_part,
)
from measures.choices import FilingState
from measures.models.filing import FilingQuerySet

Turn = tuple[Perm, ...]  # whoever holds one of these may act


class Barring(NamedTuple):
    why: str  # to whoever is barred
    holds: Callable[[Any, User], bool]
    turns: tuple[Turn, ...]  # a later one comes only where nobody of those before is free

    def allows(self, matter: object, user: User) -> bool:
        """Whether it is the person's turn, and they are not barred."""
        turn = self._turn_of(user)
        if turn is None or self.holds(matter, user):
            return False
        return not any(self._free(matter, earlier) for earlier in self.turns[:turn])

    def demand(self, matter: object, user: User) -> None:
        """Raise PermissionDenied where the person may not act; in words for whom it concerns."""
        if not self.allows(matter, user):
            concerned = self._turn_of(user) is not None
            raise PermissionDenied(*[self.refusal(matter, user)] if concerned else [])

    def who_acts(self, matter: object) -> list[User]:
        """Who may act now; empty where somebody must be appointed first."""
        found = (self._free(matter, turn) for turn in self.turns)
        return next((people for people in found if people), [])

    def refusal(self, matter: object, user: User) -> str:
        """Why the person may not act, and who does."""
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
    """The filings that no coordinator may review: the twin of REVIEW's second turn."""
    staff = User.objects.holding(*_roles(REVIEW.turns[0]), on=on)
    return all_barred_from_review(staff, on=on)


class ReviewShares(NamedTuple):
    """How many filings wait for a coordinator, and whose the others are."""

    own: int
    colleagues: int
    chief: int

    @property
    def others(self) -> str:
        """1项由商务委负责人审核；empty where all of them are the person's."""
        told = ((self.chief, Role.CHIEF.label), (self.colleagues, "其他统筹岗"))
        return "，".join(f"{number}项由{who}审核" for number, who in told if number)


def review_shares(filings: FilingQuerySet, user: User, *, on: date) -> ReviewShares:
    """Say whose the submitted ones among filings are, seen by a coordinator; one query."""
    barred = barred_from_review(user)
    counted = filings.filter(state=FilingState.SUBMITTED).aggregate(
        own=Count("pk", filter=~barred),
        barred=Count("pk", filter=barred),
        chief=Count("pk", filter=barred & left_to_chief(on=on)),
    )
    chief = counted["chief"]
    return ReviewShares(counted["own"], counted["barred"] - chief, chief)


def _holders(turn: Turn) -> QuerySet[User]:
    return User.objects.holding(*_roles(turn), on=localdate()).with_roles()


def _roles(turn: Turn) -> list[Role]:
    return [role for role, perms in GRANTS.items() if perms & set(turn)]


def _with_post(user: User) -> str:
    """统筹岗李四."""
    post = next(role for role in (Role.COORDINATOR, Role.CHIEF) if role in user.roles)
    return f"{post.label}{user.name}"
