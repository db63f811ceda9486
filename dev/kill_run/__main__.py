"""python -m dev.kill_run: load, kills, and the proof that nothing acknowledged was lost."""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from threading import Event, Thread

from agencies.demonstration import PASSWORD
from dev.kill_run.ledger import Kind, Ledger, Outcome, missing_and_doubled
from dev.kill_run.proof import ENDS, Data, ended_otherwise, in_words
from dev.kill_run.work import Client, Liaison, Reporter, Reviewer, Told, run
from dev.person import Person, Unanswered
from dev.product import Product, add_options, folder_of

BACK_WITHIN = 150.0  # the pauses before a part is started again grow up to a minute
JOBS_END_WITHIN = 240.0
SHOWN = 30  # faults; one that is at all is one too many
REVIEWERS = ("shangwu", "shangwu_zong")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.kill_run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120, help="how long the load lasts")
    parser.add_argument("--clients", type=int, default=8, help="how many liaisons")
    parser.add_argument("--pause", type=float, default=5, help="seconds between two kills, about")
    parser.add_argument("--seed", type=int, default=1, help="decides who is killed when")
    add_options(parser, port=8600)
    options = parser.parse_args()
    with folder_of(options) as folder:
        return _run(options, folder)


def _run(options: argparse.Namespace, folder: Path) -> int:
    with Product(folder, options.port) as product:
        data = Data(product.environment["DATABASE_URL"])
        data.wait_for_jobs(JOBS_END_WITHIN)  # those of the demonstration
        first = data.last_report()
        ledger, told, stop = Ledger(), Told(), Event()
        threads = _clients(product, data, ledger, told, stop, options.clients)
        killed = _kill_at_random(product, options, threads)
        stop.set()
        for thread in threads:
            thread.join()
        back = _wait_until_back(product)
        left = data.wait_for_jobs(JOBS_END_WITHIN)
        reports = data.ask(ENDS, first)
        faults = told.faults + missing_and_doubled(ledger.entries, data.found())
        faults += data.doubled() + ended_otherwise(reports)
        faults += [f"有{left}份报告没有结束"] * bool(left)
        faults += [f"{BACK_WITHIN:.0f} 秒后没有全部恢复"] * (back is None)
        for command in ("verify_audit", "check_data"):
            done = product.manage(command)
            print(f"{command}：{done.stdout.strip().splitlines()[-1:]}")
            faults += [f"{command}：{done.stdout}{done.stderr}"] * bool(done.returncode)
    print(f"强制结束：{in_words(killed)}")
    print(f"应答：{in_words(told.statuses)}；最慢 {told.slowest:.1f} 秒")
    counts = ledger.counts()
    for kind in Kind:
        outcomes = {outcome: counts[kind, outcome] for outcome in Outcome}
        print(f"{kind}：{in_words(outcomes)}")
    print(f"报告：{in_words(Counter(state for _, state, _, _ in reports))}")
    print(f"全部恢复：{'否' if back is None else f'{back:.0f} 秒后'}")
    print(
        "\n".join([f"发现{len(faults)}处：", *faults[:SHOWN]])
        if faults
        else "没有丢失，没有重复，没有不清楚的应答。"
    )
    return 1 if faults else 0


def _clients(
    product: Product, data: Data, ledger: Ledger, told: Told, stop: Event, liaisons: int
) -> list[Thread]:
    moment = f"{time.time():.0f}"  # a folder may have seen a run before

    def signed_in(username: str, name: str) -> Client:
        person = Person(product.url)
        person.sign_in(username, PASSWORD)
        return Client(person, ledger, told, f"{name}（{moment}）", stop)

    steps = []
    for username in data.liaisons(liaisons):
        client = signed_in(username, username)
        steps.append((client, Liaison(client).step))
    for username in REVIEWERS:
        client = signed_in(username, username)
        steps.append((client, Reviewer(client).step))
    asking, signing = (signed_in(name, f"{name}的报告") for name in REVIEWERS)
    steps.append((asking, Reporter(asking, signing).step))
    threads = [Thread(target=run, args=step, daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    return threads


def _kill_at_random(
    product: Product, options: argparse.Namespace, threads: list[Thread]
) -> Counter[str]:
    chance = random.Random(options.seed)  # noqa: S311 - repeatable, not secret
    line = victims(sorted(product.parts()), chance)
    killed: Counter[str] = Counter()
    until = time.monotonic() + options.seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, chance.uniform(0.5, 1.5) * options.pause))
        label = next(line)
        if time.monotonic() < until and product.kill(label):
            killed[label] += 1
            print(f"{options.seconds - (until - time.monotonic()):6.1f} 秒  强制结束{label}")
        if not all(thread.is_alive() for thread in threads):
            raise SystemExit("有一个客户端自己停了，见上面的错误。")
    return killed


def victims(labels: list[str], chance: random.Random) -> Iterator[str]:
    """Rounds in which each kind of part comes once, in any order: the web has two processes."""
    kinds = [
        list(same) for _, same in groupby(labels, key=lambda label: label.rstrip("0123456789"))
    ]
    while True:
        yield from (chance.choice(same) for same in chance.sample(kinds, len(kinds)))


def _wait_until_back(product: Product) -> float | None:
    """Seconds until every part answers; None where one does not come back by itself."""
    began = time.monotonic()
    while (taken := time.monotonic() - began) < BACK_WITHIN:
        try:
            if Person(product.url).get("/readyz/all").status == 200:
                return taken
        except Unanswered:
            pass
        time.sleep(0.5)
    return None


if __name__ == "__main__":
    sys.exit(main())
