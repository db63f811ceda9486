"""The clients' work until they are stopped; each write is recorded in the ledger."""

import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock

from bench.rounds import percentile
from dev.kill_run.ledger import Entry, Kind, Ledger, Outcome
from dev.person import Answer, Form, Person, Unanswered, cards_in, revision_in, written

CLEAR = (502, 503)  # allowed answers while a part is down
REFUSALS = (409, 422)
ENDED_WITHIN = 40.0
PAUSE = 0.3  # seconds after a missing answer
_REVIEW = re.compile(r'href="/reviews/(\d+)/')
_REPORT = re.compile(r"/reports/(\d+)/$")


@dataclass
class Told:
    """The answers that all clients got."""

    statuses: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    saves: list[float] = field(default_factory=list)  # seconds of each acknowledged save

    @property
    def saves_in_words(self) -> str:
        if not self.saves:
            return "无"
        middle, most = (percentile(self.saves, share) for share in (0.5, 0.95))
        return f"{len(self.saves)} 次，p50 {middle * 1000:.0f} 毫秒，p95 {most * 1000:.0f} 毫秒"


class Client:
    """A person whose answers are all checked: an unclear answer is a fault."""

    def __init__(self, person: Person, ledger: Ledger, told: Told, seed: str, stop: Event) -> None:
        self.person, self.ledger, self.told, self.stop = person, ledger, told, stop
        self.random = random.Random(seed)  # noqa: S311 - repeatable, not secret
        self.name = seed

    def get(self, path: str) -> Answer:
        return self._judged(path, lambda: self.person.get(path))

    def post(self, path: str, form: Form, entry: Entry | None, *, script: bool = False) -> Answer:
        began = time.monotonic()
        answer = self._judged(path, lambda: self.person.post(path, form, by_script=script))
        if entry is not None and answer.status in (200, 302):
            entry.outcome = Outcome.DONE
            if entry.kind == Kind.SAVE:
                self.told.saves.append(time.monotonic() - began)
        if entry is not None and answer.status in REFUSALS:
            entry.outcome = Outcome.REFUSED
        return answer

    def _judged(self, path: str, ask: Callable[[], Answer]) -> Answer:
        """Send and check one request. Raises Unanswered if the client can only try again."""
        began = time.monotonic()
        try:
            answer = ask()
        except Unanswered as error:
            with _noting:
                self.told.statuses["没有应答"] += 1
                if "TimeoutError" in str(error) or "timed out" in str(error):
                    self.told.faults.append(f"{self.name}{path}：{error}")
            raise
        with _noting:
            self.told.statuses[str(answer.status)] += 1
            self.told.slowest = max(self.told.slowest, time.monotonic() - began)
            if _is_fault(answer):
                words = " ".join(re.sub(r"<[^>]+>", " ", answer.body).split())[-300:]
                fault = f"{self.name}{path}：{answer.status} {answer.location} {words}"
                self.told.faults.append(fault)
        if _is_fault(answer) or answer.status in CLEAR:
            raise Unanswered(str(answer.status))
        return answer


def _is_fault(answer: Answer) -> bool:
    """Return whether an answer is a fault; being signed out is one too."""
    if answer.status == 302:
        return answer.location.startswith("/login/")
    return answer.status not in (200, *REFUSALS, *CLEAR)


def run(client: Client, step: Callable[[], None]) -> None:
    """Repeat a step until stopped; after a missing answer start again from the page."""
    while not client.stop.is_set():
        try:
            step()
        except Unanswered:
            time.sleep(PAUSE)
        time.sleep(client.random.uniform(0.05, 0.2))


class Liaison:
    def __init__(self, client: Client) -> None:
        self.client = client
        self._numbers = count(1)
        self._handed_in: list[int] = []

    def step(self) -> None:
        """Write on one card: a few saves, then perhaps submit it."""
        ask, chance = self.client, self.client.random
        cards = cards_in(ask.get("/filings/"))
        if not cards:
            self._correct()
            return
        filing, form = chance.choice(sorted(cards.items()))
        for _ in range(chance.randint(1, 3)):
            text = self._text()
            entry = ask.ledger.begin(Kind.SAVE, filing, text)
            filled = written(form, filing, text)
            answer = ask.post(f"/filings/{filing}/save/", filled, entry, script=True)
            form = filled | {f"f{filing}-revision": revision_in(answer, filing)}
            if entry.outcome != Outcome.DONE:
                return
        if chance.random() < 0.6:
            text = self._text()
            entry = ask.ledger.begin(Kind.SUBMIT, filing, text)
            ask.post(f"/filings/{filing}/submit/", written(form, filing, text), entry)
            self._handed_in.append(filing)

    def _correct(self) -> None:
        """Everything is submitted: correct a filing that may have been accepted."""
        ask = self.client
        if not self._handed_in:
            return
        filing = ask.random.choice(self._handed_in)
        path = f"/filings/{filing}/correct/"
        if path in (forms := ask.get(f"/filings/{filing}/").forms):
            reason = self._text()
            entry = ask.ledger.begin(Kind.CORRECT, filing, reason)
            ask.post(path, forms[path] | {"ground": reason, "reason": reason}, entry)

    def _text(self) -> str:
        return f"{self.client.name}的第{next(self._numbers)}次填写"


class Reviewer:
    def __init__(self, client: Client) -> None:
        self.client = client
        self._numbers = count(1)

    def step(self) -> None:
        ask = self.client
        waiting = sorted(set(_REVIEW.findall(ask.get("/reviews/").body)))
        if not waiting:
            return
        filing = ask.random.choice(waiting)
        forms = ask.get(f"/reviews/{filing}/").forms
        is_return = ask.random.random() < 0.7
        path = f"/reviews/{filing}/{'return' if is_return else 'accept'}/"
        if path not in forms:
            return
        comment = f"{ask.name}的第{next(self._numbers)}条意见"
        kind = Kind.RETURN if is_return else Kind.ACCEPT
        entry = ask.ledger.begin(kind, int(filing), comment)
        ask.post(path, forms[path] | {"comment": comment}, entry)


class Reader:
    """A leader who reads 总览, from the replica if there is one."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def step(self) -> None:
        self.client.get("/overview/")
        time.sleep(self.client.random.uniform(1, 2))


class Reporter:
    """Requests one report after another; a chief signs those that need it."""

    def __init__(self, client: Client, chief: Client) -> None:
        self.client, self.chief = client, chief

    def step(self) -> None:
        ask = self.client
        form = ask.get("/reports/").forms["/reports/new/"]
        kind = ask.random.choice(("progress", "progress", "ledger", "brief"))
        answer = ask.post("/reports/new/", form | {"kind": kind}, None)
        if not (found := _REPORT.search(answer.location)):
            return
        report = int(found[1])
        ask.ledger.begin(Kind.REQUEST, report, str(report)).outcome = Outcome.DONE
        page = self._when_ended(report)
        path = f"/reports/{report}/submit/"
        if page is None or path not in page.forms:
            return
        ask.post(path, page.forms[path], None)
        path = f"/reports/{report}/issue/"
        forms = self.chief.get(f"/reports/{report}/").forms
        if path in forms:
            entry = ask.ledger.begin(Kind.ISSUE, report, str(report))
            self.chief.post(path, forms[path], entry)

    def _when_ended(self, report: int) -> Answer | None:
        """Return its page when it is done; None if that takes long, or it equals another."""
        until = time.monotonic() + ENDED_WITHIN
        while time.monotonic() < until and not self.client.stop.is_set():
            page = self.client.get(f"/reports/{report}/")
            if page.status != 200 or f"/reports/{report}/files/" in page.body:
                return page if page.status == 200 else None
            time.sleep(0.5)
        return None


_noting = Lock()
