"""Runs liaisons, reviewers and somebody who requests reports, and finds faults afterwards."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from agencies.demonstration import PASSWORD
from dev.kill_run.ledger import Kind, Ledger, Outcome, missing_and_doubled
from dev.kill_run.proof import ENDS, Data, ended_otherwise, in_words
from dev.kill_run.work import Client, Liaison, Reader, Reporter, Reviewer, Told, run
from dev.person import Person, Unanswered

BACK_WITHIN = 150.0  # pauses before a part is started again grow up to a minute
JOBS_END_WITHIN = 240.0
SHOWN = 30  # faults printed at most; a single one is a failure
REVIEWERS, LEADER = ("shangwu", "shangwu_zong"), "lingdao"
Manage = Callable[[str], "subprocess.CompletedProcess[str]"]


class Load:
    """A context manager: the clients work at the site while its block runs; holds their records."""

    def __init__(self, url: str, database: str) -> None:
        self._url, self._data = url, Data(database)
        self._ledger, self._told = Ledger(), Told()
        self._stop, self._threads = Event(), list[Thread]()
        self._first_report = 0

    @contextmanager
    def at_work(self, liaisons: int) -> Iterator[None]:
        self._data.wait_for_jobs(JOBS_END_WITHIN)  # the demonstration's
        self._first_report = self._data.last_report()
        self._threads = self._begin(liaisons)
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()

    def demand_all_alive(self) -> None:
        if not all(thread.is_alive() for thread in self._threads):
            raise SystemExit("有一个客户端自己停了，见上面的错误。")

    def _begin(self, liaisons: int) -> list[Thread]:
        moment = f"{time.time():.0f}"  # a folder may have seen a run before

        def signed_in(username: str, name: str) -> Client:
            person = Person(self._url)
            person.sign_in(username, PASSWORD)
            return Client(person, self._ledger, self._told, f"{name}（{moment}）", self._stop)

        steps: list[tuple[Client, Callable[[], None]]] = []
        for username in self._data.liaisons(liaisons):
            client = signed_in(username, username)
            steps.append((client, Liaison(client).step))
        for username in REVIEWERS:
            client = signed_in(username, username)
            steps.append((client, Reviewer(client).step))
        reading = signed_in(LEADER, LEADER)
        steps.append((reading, Reader(reading).step))
        asking, signing = (signed_in(name, f"{name}的报告") for name in REVIEWERS)
        steps.append((asking, Reporter(asking, signing).step))
        threads = [Thread(target=run, args=step, daemon=True) for step in steps]
        for thread in threads:
            thread.start()
        return threads

    def judge(self, killed: Counter[str], manage: Manage) -> bool:
        """Wait until all parts run and all jobs have ended; print faults, return whether none.

        `manage` runs a command of manage.py.
        """
        back = self._wait_until_back()
        left = self._data.wait_for_jobs(JOBS_END_WITHIN)
        reports = self._data.ask(ENDS, self._first_report)
        faults = self._told.faults + missing_and_doubled(self._ledger.entries, self._data.found())
        faults += self._data.doubled() + ended_otherwise(reports)
        faults += [f"有{left}份报告没有结束"] * bool(left)
        faults += [f"{BACK_WITHIN:.0f} 秒后没有全部恢复"] * (back is None)
        for command in ("verify_audit", "check_data"):
            done = manage(command)
            print(f"{command}：{done.stdout.strip().splitlines()[-1:]}")
            faults += [f"{command}：{done.stdout}{done.stderr}"] * bool(done.returncode)
        self._say(killed, back, Counter(state for _, state, _, _ in reports))
        print(
            "\n".join([f"发现{len(faults)}处：", *faults[:SHOWN]])
            if faults
            else "没有丢失，没有重复，没有不清楚的应答。"
        )
        return not faults

    def _say(self, killed: Counter[str], back: float | None, reports: Counter[str]) -> None:
        print(f"故障：{in_words(killed)}")
        print(f"登录：{len(self._threads)} 个客户端，开始时各登录一次")
        print(f"应答：{in_words(self._told.statuses)}；最慢 {self._told.slowest:.1f} 秒")
        print(f"保存：{self._told.saves_in_words}")
        counts = self._ledger.counts()
        for kind in Kind:
            outcomes = {outcome: counts[kind, outcome] for outcome in Outcome}
            print(f"{kind}：{in_words(outcomes)}")
        print(f"报告：{in_words(reports)}")
        print(f"全部恢复：{'否' if back is None else f'{back:.0f} 秒后'}")

    def _wait_until_back(self) -> float | None:
        """Return the seconds until every part answers; None if one does not by itself."""
        began = time.monotonic()
        while (taken := time.monotonic() - began) < BACK_WITHIN:
            try:
                if Person(self._url).get("/readyz/all").status == 200:
                    return taken
            except Unanswered:
                pass
            time.sleep(0.5)
        return None
