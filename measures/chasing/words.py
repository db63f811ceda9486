"""The texts of reminders to agencies that owe something. Pure."""

from collections.abc import Sequence
from datetime import date

from lib.chinese import ended_once, listed, long_date
from measures.chasing.planning import Debts

AGENCIES_SPELLED = 3
MOST = 500
ASKS = "请尽快报送，或在“本期应报”中答复拟报送日期。"


def _owed(debts: Debts) -> str:
    late = f"{debts.late}项逾期未报（最长{debts.latest}个工作日）" if debts.late else ""
    soon = ""
    if debts.soon and debts.soon_until:
        soon = f"{debts.soon}项将到期（最早{long_date(debts.soon_until)}）"
    mending = f"{debts.mending}项退回后逾期未补正" if debts.mending else ""
    candidate = "已列为情况通报候选" if debts.is_candidate else ""
    return f"{debts.agency}有{'，'.join(filter(None, (late, soon, mending, candidate)))}"


def sentence_for(
    owed: Sequence[Debts], words: Sequence[str], others: Sequence[str], *, on: date
) -> str:
    """Return one person's message of a day, for all agencies they act for; at most 500 characters.

    `words`: texts of chases by hand; `others`: sentences about instructions.
    """
    sentence = ""
    if owed:
        first = "；".join(_owed(debts) for debts in owed[:AGENCIES_SPELLED])
        rest = owed[AGENCIES_SPELLED:]
        more = f"；{listed(debts.agency for debts in rest)}也有应报未报" if rest else ""
        sentence = f"截至{long_date(on)}，{first}{more}。{ASKS}"
    said = ended_once(f"市商务委催报：{'；'.join(words)}。") if words else ""
    told = "".join(f"{one}。" for one in others)
    return f"{sentence}{said}{told}"[:MOST]
