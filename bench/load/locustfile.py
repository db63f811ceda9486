"""The people who work in the last hour, for locust; started by `python -m bench.load`.

300 liaisons save and submit, 30 reviewers decide, 20 leaders read, five people request reports.
"""

import json
import os
import random
import re
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from locust import FastHttpUser, LoadTestShape, events, task

from bench.load.steps import HEAD, SAVING, Sample, Step
from bench.load.watched import machine_times, megabytes_of, processes, seconds_of
from dev.person import Answer, Form, cards_in, revision_in, written
from dev.product import parts_in

ORDER = json.loads(Path(os.environ["LOAD_ORDER"]).read_text(encoding="utf-8"))
MODE, SECONDS = ORDER["mode"], float(ORDER["seconds"])
PLACE = ORDER["place"]
SHOWN = f"?period={PLACE['period']}"
TOKEN = "b" * 32
WARM_UP = 30.0  # seconds until all people have started; not measured
_REVIEW = re.compile(r'href="/reviews/(\d+)/')
REPORTERS, REPORT_EVERY = 5, 1.0
REQUESTS, REPORTS = 10_000, 100  # in the mode that measures memory
MEMORY_HEAD = "| 请求 | 出错 | 报告 | 最大进程 MB 网页; 后台; 数据库 |\n|---|---|---|---|"
FACTORS = (1, 2, 3, 4, 6, 8, 12, 16)  # times the number of people, one step each
_said: dict[str, Any] = {"samples": [], "reports": 0}


@events.request.add_listener
def _note(name: str, response_time: float, exception: object, **_: object) -> None:
    _said["samples"].append(Sample(name, response_time, str(exception) if exception else ""))


class Worker(FastHttpUser):
    """One of the people. Two with the same session are one person with two windows."""

    abstract = True
    sessions: list[str] = []
    numbers = count()

    def on_start(self) -> None:
        self.session = self.sessions[next(type(self).numbers) % len(self.sessions)]
        self.client.client.default_headers["Cookie"] = (
            f"sessionid={self.session}; csrftoken={TOKEN}"
        )

        if MODE != "memory":  # people do not start at the same moment
            time.sleep(random.uniform(0, WARM_UP))  # locust patches it, so others can run

    def read(self, path: str, name: str, *, same: Sequence[int] = ()) -> Answer:
        """GET a page; `same`: further statuses that are no errors, as when reports are equal."""
        return self._ask("GET", path, name, good=(200, *same))

    def send(self, path: str, name: str, form: Form, *, by_script: bool = False) -> Answer:
        headers = {"HX-Request": "true"} if by_script else {}
        sent = form | {"csrfmiddlewaretoken": TOKEN}
        good = (200, 302, 409)  # 409: somebody else was first
        return self._ask("POST", path, name, good=good, data=sent, headers=headers)

    def _ask(self, method: str, path: str, name: str, good: Sequence[int], **sent: Any) -> Answer:
        with self.client.request(
            method, path, name=name, allow_redirects=False, catch_response=True, **sent
        ) as response:
            place = response.headers.get("Location", "") if response.headers else ""
            if response.status_code in good:
                response.success()
            else:
                response.failure(f"{response.status_code} {place}")
            return Answer(response.status_code, place, response.text or "")


def _pause(least: float, most: float) -> Callable[[Worker], float]:
    """Return a function of the seconds between two steps; 0 in the mode that measures memory."""
    return lambda _: 0.0 if MODE == "memory" else random.uniform(least, most)


class Liaison(Worker):
    sessions = PLACE["liaisons"]
    numbers = count()
    weight = 300
    wait_time = _pause(10, 30)

    def on_start(self) -> None:
        super().on_start()
        self.card: tuple[int, Form] | None = None
        self.saved = 0

    @task
    def write(self) -> None:
        """Open the page, save a card as while typing, submit it after some saves."""
        if self.card is None:
            cards = cards_in(self.read(f"/filings/{SHOWN}", "本期应报"))
            self.card = min(cards.items(), default=None)
            self.saved = 0
            return
        filing, form = self.card
        self.saved += 1
        form = written(form, filing, f"第{self.saved}次填写的进展情况。" * (8 * self.saved))
        if self.saved < 6:
            path = f"/filings/{filing}/save/"
            answer = self.send(path, SAVING, form, by_script=True)
            if answer.status == 200:
                self.card = (filing, form | {f"f{filing}-revision": revision_in(answer, filing)})
            else:  # another window was first, or nobody answered: open the page again
                self.card = None
        else:
            self.send(f"/filings/{filing}/submit/", "填报提交", form)
            self.card = None


class Reviewer(Worker):
    sessions = PLACE["reviewers"]
    numbers = count()
    weight = 30
    wait_time = _pause(20, 60)

    @task
    def decide(self) -> None:
        waiting = _REVIEW.findall(self.read("/reviews/", "审核").body)
        if waiting:
            chosen = random.choice(waiting)
            forms = self.read(f"/reviews/{chosen}/", "审核一项").forms
            path = f"/reviews/{chosen}/return/"
            if path in forms:
                self.send(path, "退回", forms[path] | {"comment": "请补充数据。"})


class Leader(Worker):
    sessions = PLACE["leaders"]
    numbers = count()
    weight = 20
    wait_time = _pause(15, 45)

    @task
    def look(self) -> None:
        self.read(f"/overview/{SHOWN}", "总览")


class Reporter(Worker):
    """Requests one report after another; each of the five people for another section."""

    sessions = PLACE["reviewers"]
    numbers = count()
    fixed_count = REPORTERS
    wait_time = _pause(1, 2)

    def on_start(self) -> None:
        super().on_start()
        self.section = PLACE["sections"][next(_sections) % len(PLACE["sections"])]

    @task
    def ask(self) -> None:
        about = {"period": str(PLACE["period"]), "section": str(self.section)}
        sent = self.send("/reports/new/", "申请报告", {"kind": "progress", **about})
        until = time.monotonic() + 60
        while sent.status == 302 and time.monotonic() < until:
            page = self.read(sent.location, "报告", same=(302,))
            if page.status == 302 or re.search(r"/files/\w+/", page.body):
                _said["reports"] += 1
                return
            time.sleep(REPORT_EVERY)


_sections = count()


class Shape(LoadTestShape):
    """All people, in steps of SECONDS: one step, several, or until the counts are reached."""

    def __init__(self) -> None:
        super().__init__()
        self.step, self._comes_until = 0, time.monotonic() + WARM_UP
        _say(MEMORY_HEAD if MODE == "memory" else HEAD)
        self._begin()

    def tick(self) -> tuple[int, float] | None:
        is_over = time.monotonic() - self.began >= SECONDS
        if MODE == "memory":
            return self._tick_memory(is_over)
        if time.monotonic() < self._comes_until:
            self._begin()
        elif is_over:
            found = self._end()
            if MODE == "mix" or found.is_broken or self.step + 1 == len(FACTORS):
                return None
            self.step += 1
            self._comes_until = time.monotonic() + WARM_UP
        return self._users, float(self._users)

    def _tick_memory(self, is_over: bool) -> tuple[int, float] | None:
        tenth = len(_said["samples"]) * 10 // REQUESTS
        if tenth > self.step:
            self.step = tenth
            self._say_memory()
        if is_over or tenth >= 10 and _said["reports"] >= REPORTS:
            self._say_memory()
            return None
        return 20, 20.0

    def _say_memory(self) -> None:
        held = megabytes_of(self._groups())
        sizes = "; ".join(f"{size:.0f}" for size in held.values())
        errors = sum(bool(one.error) for one in _said["samples"])
        _say(f"| {len(_said['samples'])} | {errors} | {_said['reports']} | {sizes} |")

    def _groups(self) -> dict[str, list[int]]:
        return processes(parts_in(Path(ORDER["folder"])))

    @property
    def _users(self) -> int:
        return 350 * FACTORS[self.step] + REPORTERS

    def _begin(self) -> None:
        self.began, self._first = time.monotonic(), len(_said["samples"])
        self._spent, self._machine = seconds_of(self._groups()), machine_times()

    def _end(self) -> Step:
        taken = time.monotonic() - self.began
        groups, (busy, every) = self._groups(), machine_times()
        spent = {pid: time - self._spent.get(pid, 0) for pid, time in seconds_of(groups).items()}
        used = {
            name: sum(spent.get(pid, 0) for pid in pids) / taken for name, pids in groups.items()
        }
        share = (busy - self._machine[0]) / (every - self._machine[1])
        samples = _said["samples"][self._first :]
        found = Step(self._users, taken, samples, used, share, len(groups["网页"]))
        _say(found.row)
        if found.is_broken:
            _say(f"先到极限的：{found.first_to_break}")
        return found


def _say(line: str) -> None:
    with Path(ORDER["said"]).open("a", encoding="utf-8") as out:
        out.write(f"{line}\n")
