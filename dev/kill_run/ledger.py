"""The clients' record: each write that they sent, and whether it was acknowledged. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class Kind(StrEnum):
    SAVE = "保存"
    SUBMIT = "提交"
    ACCEPT = "通过"
    RETURN = "退回"
    CORRECT = "更正"
    REQUEST = "申请报告"
    ISSUE = "签发"


class Outcome(StrEnum):
    UNKNOWN = "没有应答"  # sent, but no answer said whether it was done
    DONE = "已确认"
    REFUSED = "被拒绝"


# How often a write may be in the data (least, most).
ALLOWED = {Outcome.UNKNOWN: (0, 1), Outcome.DONE: (1, 1), Outcome.REFUSED: (0, 0)}
WORDS = (Kind.SAVE, Kind.SUBMIT)  # writes whose text becomes a filing's newest


@dataclass
class Entry:
    kind: Kind
    about: int  # the filing, or the report
    token: str  # unique to this write: its text, or the report's number
    outcome: Outcome = Outcome.UNKNOWN


@dataclass(frozen=True)
class Found:
    """The data afterwards."""

    writes: Mapping[tuple[Kind, str], int]  # how often each is there, by kind and token
    newest: Mapping[int, str]  # the progress of the newest version of each filing


class Ledger:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._lock = Lock()

    def begin(self, kind: Kind, about: int, token: str) -> Entry:
        """Record a write before it is sent: it may be in the data even if no answer comes."""
        entry = Entry(kind, about, token)
        with self._lock:
            self.entries.append(entry)
        return entry

    def counts(self) -> Counter[tuple[Kind, Outcome]]:
        return Counter((entry.kind, entry.outcome) for entry in self.entries)


def missing_and_doubled(entries: Sequence[Entry], found: Found) -> list[str]:
    """Return a line for each write that is in the data more or less often than it may be."""
    lines = []
    for entry in entries:
        times = found.writes.get((entry.kind, entry.token), 0)
        least, most = ALLOWED[entry.outcome]
        if not least <= times <= most:
            said = f"{entry.kind}（{entry.outcome}）：{entry.token}，关于{entry.about}"
            lines.append(f"{said}，数据里有{times}次")
    for filing, token in last_words(entries).items():
        if found.newest.get(filing) != token:
            lines.append(f"填报{filing}最后确认的文字是“{token}”，数据里是“{found.newest[filing]}”")
    return lines


def last_words(entries: Sequence[Entry]) -> dict[int, str]:
    """Return each filing's last acknowledged text, unless an unanswered write followed."""
    last: dict[int, str] = {}
    for entry in entries:
        if entry.kind not in WORDS or entry.outcome == Outcome.REFUSED:
            continue
        if entry.outcome == Outcome.DONE:
            last[entry.about] = entry.token
        else:
            last.pop(entry.about, None)
    return last
