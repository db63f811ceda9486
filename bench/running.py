"""The whole measuring: a throwaway server, a database a size, each goal of the performance page."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench.pages import Pages, measure_pages
from bench.rounds import Finding, Ratio, Timings, of_number, of_ratio, ratio
from bench.serving import ROOT
from dev.programs import site_packages
from dev.throwaway import throwaway_servers

SMALL, LARGE = 17, 10_000
GOALS = ("4", "5", "6", "7", "8", "9", "10", "11", "12", "lights")
PAGE_MOST = {"overview": 2.0, "matrix": 2.0, "measure": 2.0}
GROWTH_MOST = {"overview": 3.0, "matrix": 2.5, "measure": 1.2, "filing": 1.2}
Say = Callable[[str], None]


def run_bench(
    *, sizes: Sequence[int], goals: Sequence[str], seconds: float, say: Say
) -> Iterator[Finding]:
    """Measure the chosen goals on servers of its own, one finding at a time."""
    until = time.monotonic() + seconds
    with throwaway_servers(ROOT, site_packages(Path(sys.prefix))) as servers:
        if {"7", "8"} & set(goals):
            yield from _files(servers, goals, say)
        if {"4", "5", "6", "9", "10", "12", "lights"} & set(goals):
            yield from _pages(servers, sizes, goals, until, say)
        if "11" in goals:
            yield from _opening(servers, max(sizes), say)


def _pages(
    servers: Mapping[str, str], sizes: Sequence[int], goals: Sequence[str], until: float, say: Say
) -> Iterator[Finding]:
    found: dict[int, Pages] = {}
    for size in sorted(sizes):
        with _database(servers, f"bench_{size}") as env:
            place = _seeded(env, size, 17, "3 + m.id % 4", say)
            if "lights" in goals:
                yield from _lit(_inside(env, "lights"))
            say(f"测量页面（{size}项措施）")
            pages = measure_pages(env, place, until=until, with_report="9" in goals)
            found[size] = pages
            yield from _of_size(size, pages, goals)
    least, most = found[min(found)], found[max(found)]
    if least is not most:
        yield from _growth(min(found), max(found), least, most, goals)


def _lit(lit: Mapping[str, Any]) -> Iterator[Finding]:
    most = 5 * max(lit["count"] / 10_000, 0.02)
    for name, words in (("first", "首次评定"), ("nightly", "每日刷新")):
        yield of_number("—", f"{words}{lit['count']}盏预警灯", lit[name], most, "秒")


def _of_size(size: int, pages: Pages, goals: Sequence[str]) -> Iterator[Finding]:
    if "4" in goals:
        for name, limit in PAGE_MOST.items():
            for words, share in (("p50", 0.5), ("p95", 0.95)):
                found = ratio(pages.ours[name], pages.ref[name], share)
                yield of_ratio("4", f"{name} ÷ REF，{words}，{size}项", found, limit)
    if "5" in goals:
        found = ratio(pages.ours["filing"], pages.ref["filing"], 0.5)
        yield of_ratio("5", f"填报保存 ÷ REF 插入，p50，{size}项", found, 3.0)
    if "9" in goals and pages.while_built is not None:
        yield of_number("9", f"17项的报告，点击到文件（库内{size}项）", pages.report, 1.0, "秒")
        idle = pages.ours["overview"].at(0.95)
        built = pages.while_built.at(0.95)
        found = Ratio(tuple(b / i for b, i in zip(built, idle, strict=False)))
        yield of_ratio("9", f"生成期间的总览 p95 ÷ 平时，{size}项", found, 1.5)
    if "12" in goals:
        yield of_number("12", f"总览首次打开（压缩后），{size}项", pages.first_load, 80, "kB")
        yield of_number("12", f"总览再次打开（压缩后），{size}项", pages.after, 10, "kB")


def _growth(
    small: int, large: int, least: Pages, most: Pages, goals: Sequence[str]
) -> Iterator[Finding]:
    if "6" in goals:
        for name, limit in GROWTH_MOST.items():
            one = _against(most, least, name)
            yield of_ratio("6", f"{name}：{large} ÷ {small}，p50", one, limit)
    if "10" in goals:
        grown = most.memory - least.memory
        yield of_number("10", f"网页进程内存：{large}项比{small}项多", max(grown, 0.0), 15, "MB")


def _against(large: Pages, small: Pages, name: str) -> Ratio:
    """The two sizes are not measured in the same rounds, so each is first held against its REF."""
    one, other = (ratio(size.ours[name], size.ref[name], 0.5) for size in (large, small))
    return Ratio(tuple(a / b for a, b in zip(one.rounds, other.rounds, strict=False)))


def _files(servers: Mapping[str, str], goals: Sequence[str], say: Say) -> Iterator[Finding]:
    with _database(servers, "bench_files") as env:
        _seeded(env, 17 + 2_500, 2_500, "4", say)
        if "7" in goals:
            say("测量 Excel")
            found = _inside(env, "workbook")
            ours, raw = _timings(found["ours"]), _timings(found["raw"])
            rows = found["rows"]
            yield of_ratio("7", f"{rows}行台账 ÷ SQL 加裸写入", ratio(ours, raw, 0.5), 2.5)
            yield of_number("7", f"{rows}行台账的内存增长", found["grown"], 20, "MB")
        if "8" in goals:
            say("测量 Word")
            found = _inside(env, "document")
            tenth, whole = found["tenth"], found["whole"]
            yield of_number("8", f"{tenth['rows']}行 Word 报告的 CPU", tenth["cpu"], 0.5, "秒")
            grown = Ratio((whole["cpu"] / tenth["cpu"],))
            yield of_ratio("8", f"{whole['rows']}行 ÷ {tenth['rows']}行", grown, 12)


def _opening(servers: Mapping[str, str], measures: int, say: Say) -> Iterator[Finding]:
    with _database(servers, "bench_opening") as env:
        _seeded(env, 17 + measures, measures, "4", say)
        say("测量开始填报")
        found = _inside(env, "opening", str(measures))
        yield of_number("11", f"开始填报，{found['filings']}个填报任务", found["took"], 3, "秒")


def _seeded(
    env: Mapping[str, str], measures: int, per_notice: int, agencies: str, say: Say
) -> dict[str, Any]:
    say(f"造数据：{measures}项措施")
    found = _inside(env, "seeded", str(measures), str(per_notice), agencies)
    say(f"  {found['rows']}个填报任务，用时{found['took']:.0f}秒")
    return found


def _timings(rounds: list[list[list[float]]]) -> Timings:
    return Timings(tuple(tuple(one) for one in rounds[0]))


@contextmanager
def _database(servers: Mapping[str, str], name: str) -> Iterator[dict[str, str]]:
    server = servers["DATABASE_URL"]
    _statement(server, f'CREATE DATABASE "{name}"')
    there = urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    folder = Path(os.environ.get("TMPDIR", "/tmp")) / f"{name}-{os.getpid()}"
    try:
        yield {
            **servers,
            "DATABASE_URL": there,
            "SECRET_KEY": "bench",
            "VAR_DIR": str(folder),
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "policy_tracker.settings",
        }
    finally:
        _statement(server, f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)


def _statement(url: str, sql: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # a database is created outside of transactions
        connection.cursor().execute(sql)


def _inside(env: Mapping[str, str], *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.inside", *words],
        env=os.environ | env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
