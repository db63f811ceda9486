"""The steps of `python3 test.py`: from a fresh clone to the suite's result."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from dev.console import Refusal, say
from dev.environment import keep_compiled_files, ready_python
from lib.command_line import in_chinese, whole_number

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements-dev.txt"
MOST_PROCESSES = 4


def main(words: Sequence[str] | None = None) -> int:
    options, for_pytest = _read_options(words)
    slowest = [f"--durations={options.slowest}"] if options.slowest else []
    try:
        python = ready_python(ROOT, REQUIREMENTS, options.wheels)
        return _run(python, [*(for_pytest or _whole_suite()), *slowest])
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
    except KeyboardInterrupt:
        say("测试中断")
    return 1


@in_chinese()
def _read_options(words: Sequence[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """Without --help: pytest's is asked for."""
    parser = argparse.ArgumentParser(prog="test.py", add_help=False, allow_abbrev=False)
    parser.add_argument("--wheels", type=Path, metavar="目录")
    parser.add_argument("--slowest", type=whole_number, nargs="?", const=20, metavar="项数")
    return parser.parse_known_args(words)


def setup() -> None:
    ready_python(ROOT, REQUIREMENTS)
    say("环境就绪")


def _whole_suite() -> list[str]:
    """Use one process per core; an idle one takes over work, as modules differ much in length."""
    cores = min(os.cpu_count() or 1, MOST_PROCESSES)
    return ["-n", str(cores), "--dist", "worksteal"] if cores > 1 else []


def _run(python: Path, arguments: Sequence[str]) -> int:
    say("启动临时的数据库和消息队列，运行测试")
    # -rs prints each reason for a skip once, so that a skip is not mistaken for a success.
    keep_compiled_files(ROOT / "var")
    command = [str(python), "-m", "pytest", "-rs", *arguments]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    say("测试通过" if code == 0 else f"测试没有通过（代码 {code}）")
    return code
