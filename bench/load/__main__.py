"""python -m bench.load: the usual load, more people in steps, or memory, with the default start."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

from dev.product import ROOT, Product, add_options, folder_of

LIAISONS = 300
MODES = {
    "mix": "the usual rate, once",
    "steps": "more and more of it, until saving has a p95 over 300 ms or an error comes",
    "memory": "10,000 requests and 100 reports without a pause, or until the seconds are over",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load", description=__doc__, epilog=f"modes: {MODES}"
    )
    parser.add_argument("mode", choices=MODES)
    parser.add_argument("--seconds", type=float, default=60, help="of a step")
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    add_options(parser, port=8700)
    options = parser.parse_args()
    with folder_of(options) as folder:
        return _run(options, folder)


def _run(options: argparse.Namespace, folder: Path) -> int:
    words = ("--empty", "--workers", str(options.workers))
    with Product(folder, options.port, *words) as product:
        order, said = product.folder / "load.json", product.folder / "load.txt"
        told = {"mode": options.mode, "seconds": options.seconds, "place": _place(product)}
        told |= {"folder": str(product.folder), "said": str(said)}
        order.write_text(json.dumps(told), encoding="utf-8")
        said.write_text("", encoding="utf-8")
        Thread(target=_follow, args=(said,), daemon=True).start()
        command = ["-m", "locust", "-f", "bench/load/locustfile.py", "--headless", "--only-summary"]
        summary = product.folder / "locust.txt"
        with summary.open("wb") as log:
            done = subprocess.run(
                [sys.executable, *command, "--host", product.url],
                cwd=ROOT,
                env=os.environ | {"LOAD_ORDER": str(order)},
                stdout=log,
                stderr=log,
                check=False,
            )
        time.sleep(1)
        if done.returncode:  # the output says which requests failed, and how
            print(summary.read_text(encoding="utf-8"))
    return done.returncode


def _place(product: Product) -> dict[str, Any]:
    """Fill the database as its owner, who may switch off triggers: generated rows are valid."""
    environment = product.environment
    done = subprocess.run(
        [sys.executable, "-m", "bench.load.seeding", str(LIAISONS)],
        cwd=ROOT,
        env=os.environ | environment | {"DATABASE_URL": environment["DATABASE_OWNER_URL"]},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _follow(said: Path) -> None:
    with said.open(encoding="utf-8") as lines:
        while True:
            if line := lines.readline():
                print(line, end="", flush=True)
            else:
                time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
