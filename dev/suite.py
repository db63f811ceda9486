"""From a fresh clone to a green suite: what `python3 test.py` does."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from dev.console import Refusal, say
from dev.environment import ready_python

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements-dev.txt"
MOST_PROCESSES = 4
SLOWEST = 20
_XFAIL = "pytest.xfail"  # it ran, and failed as was foreseen


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="test.py", add_help=False, allow_abbrev=False)
    parser.add_argument("--wheels", type=Path, metavar="目录")
    parser.add_argument("--slowest", type=int, nargs="?", const=SLOWEST, default=0, metavar="项数")
    options, for_pytest = parser.parse_known_args(words)
    try:
        python = ready_python(ROOT, REQUIREMENTS, options.wheels)
        return _run(python, for_pytest or _whole_suite(), slowest_wanted=options.slowest)
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
    except KeyboardInterrupt:
        say("测试中断")
    return 1


def setup() -> None:
    ready_python(ROOT, REQUIREMENTS)
    say("环境就绪")


def _whole_suite() -> list[str]:
    """One process for each core; as modules differ much in length, an idle one takes work over."""
    cores = min(os.cpu_count() or 1, MOST_PROCESSES)
    return ["-n", str(cores), "--dist", "worksteal"] if cores > 1 else []


def _run(python: Path, arguments: Sequence[str], *, slowest_wanted: int) -> int:
    say("启动临时的数据库和消息队列，运行测试")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # The older of pytest's two families names the file of a test.
        kept = [f"--junit-xml={report}", "--override-ini=junit_family=xunit1"]
        command = [str(python), "-m", "pytest", *kept, *arguments]
        code = subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode
        print()
        for line in (*not_run(report), *slowest(report, slowest_wanted)):
            print(line)
    say("测试通过" if code == 0 else f"测试没有通过（代码 {code}）")
    return code


def _environment() -> dict[str, str]:
    """Keep compiled files: where the shell forbids them, each worker would compile everything."""
    environment = dict(os.environ)
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / "var" / "pycache"))
    return environment


def not_run(report: Path) -> list[str]:
    """What was skipped and why, each reason once; a quiet skip would pass for a success."""
    if not report.exists():
        return []
    skips = ElementTree.parse(report).iter("skipped")
    reasons = Counter(skip.get("message", "") for skip in skips if skip.get("type") != _XFAIL)
    if not reasons:
        return ["全部测试都运行了。"]
    return ["没有运行的：", *(f"  {count} 项：{reason}" for reason, count in reasons.items())]


def slowest(report: Path, wanted: int) -> list[str]:
    """The tests that took longest, with what their fixtures took, as pytest can be told them."""
    if not wanted or not report.exists():
        return []
    cases = [
        (float(case.get("time", 0)), _address(case))
        for case in ElementTree.parse(report).iter("testcase")
    ]
    found = sorted(cases, reverse=True)[:wanted]
    return [f"最慢的{len(found)}项：", *(f"{took:7.1f} 秒  {case}" for took, case in found)]


def _address(case: ElementTree.Element) -> str:
    """`file::Class::test`: a report names the class after the module, with dots throughout."""
    file, name = case.get("file", ""), case.get("name", "")
    module = file.removesuffix(".py").replace("/", ".")
    within = case.get("classname", "").removeprefix(module).strip(".")
    return "::".join([file, *filter(None, within.split(".")), name])
