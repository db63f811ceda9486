"""manage.py bench: measure speed against a minimal page of the same size (docs/performance.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from bench.goals import GOALS
from bench.pages import other_server
from bench.rounds import Finding, lines_of
from bench.running import LARGE, SMALL, run_bench
from lib.command_line import seconds, whole_number


class Command(BaseCommand):
    """Needs no running product: it starts its own servers and data and removes them afterwards."""

    help = "测量快慢：在临时数据库里造数据，与同样大小的最简页面同轮比较，列出各项目标是否达到。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sizes", nargs="+", type=whole_number, default=[SMALL, 1_000, LARGE], help="措施数"
        )
        parser.add_argument("--goals", nargs="+", choices=GOALS, default=list(GOALS), help="目标")
        parser.add_argument(
            "--against",
            nargs=2,
            metavar=("URL", "FILE"),
            help="同轮测量另一服务器的页面（JSON 文件，见 docs/performance.md）",
        )
        parser.add_argument("--seconds", type=seconds, default=600, help="测量页面最多用多少秒")

    def handle(self, *args: Any, **options: Any) -> None:
        found: list[Finding] = []
        url, file = options["against"] or ("", "")
        for one in run_bench(
            sizes=[max(size, SMALL) for size in options["sizes"]],
            goals=options["goals"],
            seconds=options["seconds"],
            other=other_server(url, Path(file)) if url else None,
            say=lambda words: self.stderr.write(words),
        ):
            self.stderr.write(f"  {one.goal} {one.what}：{one.found}，{one.limit}，{one.verdict}")
            found.append(one)
        self.stdout.write("\n".join(lines_of(found)))
