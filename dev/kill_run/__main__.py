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
