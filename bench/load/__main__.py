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
from lib.command_line import in_chinese, seconds, whole_number

LIAISONS = 300
MODES = {
    "mix": "通常的负载，一次",
    "steps": "逐级加大，直到保存的p95超过300毫秒或者出错",
    "memory": "连续10000次请求、100份报告，或者到时间为止",
}


@in_chinese()
def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.load", description="测量默认启动的系统能承受多少负载。"
    )
    modes = "；".join(f"{mode} {words}" for mode, words in MODES.items())
    parser.add_argument("mode", choices=MODES, help=modes)
    parser.add_argument("--seconds", type=seconds, default=60, help="每一级的秒数，默认 60")
    parser.add_argument("--workers", type=whole_number, default=2, help="网页进程数，默认 2")
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
