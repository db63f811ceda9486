"""Who may edit a report, choose agencies and make it final; figures that edits change. Pure.

The figures of a report come from its dataset. A person who rewrites a sentence is responsible for
them, so every difference is named before anybody signs.
"""

from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import IssueState, ReportKind
from reports.rules.asking import may_ask
from reports.rules.signing import may_sign

if TYPE_CHECKING:
    from agencies.models import User
import re
from collections import Counter
from typing import NamedTuple

# 12, 12.5, 80.0%, 1,000; a thousands' comma belongs to its number, a full stop at the end does not.
_NUMBER = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?[%％]?|\d+(?:\.\d+)?[%％]?")


class FigureChange(NamedTuple):
    """Numbers that are only in the generated text, and numbers that are only in the edited one."""

    lost: tuple[str, ...]
    new: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.lost or self.new)


def figure_change(generated: str, edited: str) -> FigureChange:
    """Return the differing numbers, each as often as it differs, in the order of the text."""
    before, after = _numbers(generated), _numbers(edited)
    return FigureChange(
        tuple((Counter(before) - Counter(after)).elements()),
        tuple((Counter(after) - Counter(before)).elements()),
    )


def _numbers(text: str) -> list[str]:
    return [found.replace(",", "").replace("％", "%") for found in _NUMBER.findall(text)]


def may_edit(
    user: "User", kind: ReportKind, agency_id: int | None, state: str | None = None
) -> bool:
    """Return whether a person may edit the text; `state`: of its issue, None if it has none.

    Its drafters may, until it is submitted; then only people who may sign it.
    """
    if not kind.has_prose:
        return False
    if state == IssueState.SUBMITTED:
        return may_sign(user, kind, agency_id)
    if kind.is_own:
        return may_ask(user, kind, agency_id)
    return user.can(Perm.DRAFT_DOCUMENT)


def may_finalise(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Return whether a person may make it final; documents with a number become so by issuing."""
    return may_edit(user, kind, agency_id) and not kind.is_issued


def may_choose(user: "User", kind: ReportKind, state: str | None = None) -> bool:
    """Return whether a person may choose a circular's agencies: as may_edit, in that state."""
    return kind == ReportKind.CIRCULAR and may_edit(user, kind, None, state)
