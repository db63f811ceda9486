"""python -m dev.kill_run: load, kill parts, and check that no acknowledged write was lost."""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from dev.kill_run.load import Load
from dev.product import Product, add_options, folder_of
from lib.command_line import in_chinese, seconds, whole_number


@in_chinese()
def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.kill_run",
        description="让系统承受负载，随机强制结束各部分，最后核对：凡是答复已保存的都在。",
    )
    add = parser.add_argument
    add("--seconds", type=seconds, default=120, help="负载持续的秒数，默认 120")
    add("--clients", type=whole_number, default=8, help="联络员人数，默认 8")
    add("--pause", type=seconds, default=5, help="两次强制结束大约相隔的秒数，默认 5")
    add("--seed", type=whole_number, default=1, help="决定何时结束哪一部分，默认 1")
    add_options(parser, port=8600)
    options = parser.parse_args()
    with folder_of(options) as folder:
        return _run(options, folder)


def _run(options: argparse.Namespace, folder: Path) -> int:
    with Product(folder, options.port) as product:
        load = Load(product.url, product.environment["DATABASE_URL"])
        with load.at_work(options.clients):
            killed = _kill_at_random(product, options, load)
        return 0 if load.judge(killed, product.manage) else 1


def _kill_at_random(product: Product, options: argparse.Namespace, load: Load) -> Counter[str]:
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
        load.demand_all_alive()
    return killed


def victims(labels: list[str], chance: random.Random) -> Iterator[str]:
    """Yield parts to kill, in rounds with each kind once, in random order; web has two parts."""
    kinds = [
        list(same) for _, same in groupby(labels, key=lambda label: label.rstrip("0123456789"))
    ]
    while True:
        yield from (chance.choice(same) for same in chance.sample(kinds, len(kinds)))


if __name__ == "__main__":
    sys.exit(main())
