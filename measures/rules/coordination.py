"""需协调事项: who may take which step, the state after it, and its wording. Pure."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from typing import NamedTuple

from lib.errors import DomainError
from lib.workdays import Calendar, workdays_between
from measures.choices import CoordinationAct, CoordinationState

A, S = CoordinationAct, CoordinationState
LEADERS = "市领导"
DEFAULT_OPTIONS = ("同意", "不同意")
OPTIONS_MOST, OPTION_LENGTH = 3, 12
TIME_TO_ANSWER = 10  # working days that the forms propose
STUCK_FROM = 1  # working days of waiting from which an item is called stuck


class CoordinationParty(Enum):
    ASKER = "asker"  # liaisons and heads of the agency that asked; of 市商务委 also its staff
    HOLDER = "holder"  # liaisons and heads of the agency asked, or the leader asked
    COMMISSION = "commission"  # 市商务委, which follows up every item until it is answered


class CoordinationRule(NamedTuple):
    """Source states of a step (none: it creates the item), its party, whether it needs words."""

    sources: frozenset[CoordinationState]
    parties: frozenset[CoordinationParty]
    needs_words: bool = True


class StepFact(NamedTuple):
    """A step that was taken; from then on `holder` must answer the item."""

    act: CoordinationAct
    holder: str
    on: date


class StoodFact(NamedTuple):
    """The state of an item after a step, until the next step."""

    state: CoordinationState
    holder: str
    on: date


class CoordinationStanding(NamedTuple):
    state: CoordinationState
    holder: str  # who must answer it


_ASKER = frozenset({CoordinationParty.ASKER})
_HOLDER = frozenset({CoordinationParty.HOLDER})
_COMMISSION = frozenset({CoordinationParty.COMMISSION})
WITH_HOLDER = frozenset({S.OPEN, S.PASSED_ON, S.DECIDED})  # the next step is the holder's
UNANSWERED = WITH_HOLDER | {S.ASKED_BACK}
ENDED = frozenset({S.CLOSED, S.WITHDRAWN})
COORDINATION_STEPS: dict[CoordinationAct, CoordinationRule] = {
    A.RAISE: CoordinationRule(frozenset(), _ASKER | _COMMISSION),
    A.PASS_ON: CoordinationRule(frozenset({S.OPEN, S.PASSED_ON}), _HOLDER | _COMMISSION),
    A.ASK_BACK: CoordinationRule(WITH_HOLDER, _HOLDER),
    A.EXPLAIN: CoordinationRule(frozenset({S.ASKED_BACK}), _ASKER),
    A.ADVISE: CoordinationRule(UNANSWERED, _COMMISSION),
    A.DECIDE: CoordinationRule(frozenset({S.OPEN, S.PASSED_ON}), _HOLDER),
    A.ANSWER: CoordinationRule(WITH_HOLDER, _HOLDER),
    A.CLOSE: CoordinationRule(frozenset({S.ANSWERED}), _ASKER, needs_words=False),
    A.REOPEN: CoordinationRule(frozenset({S.ANSWERED, S.CLOSED}), _ASKER),
    A.WITHDRAW: CoordinationRule(
        frozenset({S.OPEN, S.PASSED_ON, S.ASKED_BACK}), _ASKER, needs_words=False
    ),
}
# The state after a step, except for steps that change nothing or lead back.
_LEADS_TO = {
    A.RAISE: S.OPEN,
    A.PASS_ON: S.PASSED_ON,
    A.ASK_BACK: S.ASKED_BACK,
    A.DECIDE: S.DECIDED,
    A.ANSWER: S.ANSWERED,
    A.CLOSE: S.CLOSED,
    A.REOPEN: S.OPEN,
    A.WITHDRAW: S.WITHDRAWN,
}


def standing_of(steps: Iterable[StepFact]) -> CoordinationStanding | None:
    """Return state and holder after these steps, given oldest first; None without a step.

    An explanation restores the state in which the question was asked; advice changes nothing.
    """
    now: CoordinationStanding | None = None
    asked_in = S.OPEN
    for step in steps:
        if step.act == A.ASK_BACK and now is not None:
            asked_in = now.state
        state = now.state if now is not None else S.OPEN
        state = asked_in if step.act == A.EXPLAIN else _LEADS_TO.get(step.act, state)
        now = CoordinationStanding(state, step.holder)
    return now


def demand_step(act: CoordinationAct, state: CoordinationState) -> None:
    """Raise DomainError with a sentence if a step may not start from a state."""
    if state not in COORDINATION_STEPS[act].sources:
        raise DomainError(
            f"这件需协调事项{state.label}，不能再{act.label}，请刷新页面查看最新状态。"
        )


def acts_of(
    state: CoordinationState, parties: Iterable[CoordinationParty]
) -> frozenset[CoordinationAct]:
    """Return the steps that a person of these parties may take in a state."""
    own = set(parties)
    return frozenset(
        act
        for act, step in COORDINATION_STEPS.items()
        if state in step.sources and own & step.parties
    )


def is_overdue(due_on: date, state: CoordinationState, *, on: date) -> bool:
    """Whether an answer is late. Due today is not."""
    return state in UNANSWERED and due_on < on


def waiting_since(stood: Iterable[StoodFact]) -> date | None:
    """Return the day since which an item has waited for its present party; None without a step.

    For a holder, the wait starts when that holder received the item, not when it was raised. A
    question back to the asker does not restart the holder's wait; advice changes nothing.
    """
    since: date | None = None
    held: CoordinationStanding | None = None
    last: StoodFact | None = None
    asked_on: date | None = None
    for one in stood:
        if one.state == S.ASKED_BACK:
            is_new = last is None or last.state != S.ASKED_BACK
            asked_on = one.on if is_new else asked_on
        elif held != (one.state, one.holder):
            since, held = one.on, CoordinationStanding(one.state, one.holder)
        last = one
    return asked_on if last is not None and last.state == S.ASKED_BACK else since


def waited(since: date, *, on: date, calendar: Calendar) -> int:
    """Return how many working days an item has waited; the count begins the day after `since`."""
    return workdays_between(since, on, calendar)


# What was done on the first day of a wait.
_BEGUN = {S.PASSED_ON: "转交", S.ASKED_BACK: "询问", S.DECIDED: "定下"}


def waited_words(
    state: CoordinationState,
    since: date,
    *,
    on: date,
    calendar: Calendar,
    dated: Callable[[date], str] | None = None,
) -> str:
    """Return how long it has waited, in words; `dated` formats a day for text that is read later.

    Without `dated` the words are for today's page only.
    """
    days = waited(since, on=on, calendar=calendar)
    if days:
        return f"已等{days}个工作日"
    today = "今日" if since == on else "刚"
    return f"{dated(since) if dated else today}{_BEGUN.get(state, '提出')}"


def stuck_words(
    standing: CoordinationStanding,
    asker: str,
    *,
    since: date,
    on: date,
    calendar: Calendar,
    dated: Callable[[date], str] | None = None,
) -> str:
    """Return with whom an unanswered item is stuck and for how long; empty if it is answered.

    `dated`: as for waited_words.
    """
    if standing.state not in UNANSWERED:
        return ""
    places = {
        S.ASKED_BACK: f"待{asker}补充说明",
        S.DECIDED: f"已定，待{standing.holder}办理",
    }
    is_stuck = waited(since, on=on, calendar=calendar) >= STUCK_FROM
    by_agency = f"卡在{standing.holder}" if is_stuck else f"待{standing.holder}答复"
    by_holder = "待市领导定" if standing.holder == LEADERS else by_agency
    words = waited_words(standing.state, since, on=on, calendar=calendar, dated=dated)
    return f"{places.get(standing.state, by_holder)}，{words}"


def options_in(text: str) -> tuple[str, ...]:
    """Split a list of options such as 市级统筹、由所在区平衡. Raises ValueError with a sentence."""
    found = tuple(dict.fromkeys(filter(None, (one.strip() for one in text.split("、")))))
    if len(found) > OPTIONS_MOST:
        raise ValueError(f"备选答复最多{OPTIONS_MOST}个。")
    if any(len(one) > OPTION_LENGTH for one in found):
        raise ValueError(f"每个备选答复最多{OPTION_LENGTH}个字。")
    return found or DEFAULT_OPTIONS


def is_refusal(option: str) -> bool:
    """Whether the option refuses (不同意, 不予列支), so that nobody has to carry anything out."""
    return option.startswith("不")


def answer_words(option: str, words: str, *, doer: str, due_on: date | None, asker: str) -> str:
    """Return a leader's answer as a sentence: the option, who does what by when, added words."""
    parts = [option] if option else []
    if doer and due_on is not None:
        parts.append(f"请{doer}于{due_on:%Y-%m-%d}前办理并答复{asker}")
    if words.strip():
        parts.append(words.strip().rstrip("。"))
    return "。".join(parts) + "。"


def split_words(text: str, *, most: int = 120) -> tuple[str, str]:
    """Split a note's text into its first sentence, the question, and the explanation after it."""
    whole = " ".join(text.split())
    first, mark, rest = whole.partition("。")
    if len(whole) <= most:
        return whole.rstrip("。"), ""
    if len(first) <= most:
        return first, rest.strip() if mark else ""
    return first[: most - 1] + "…", text.strip()
