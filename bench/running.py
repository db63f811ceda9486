"""Runs the bench: throwaway servers, a database for each size, all goals of performance.md."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from bench.goals import (
    BESIDE_REPORT_MOST,
    CHASING_MEMORY_MOST,
    CHASING_MOST,
    FIRST_LOAD_MOST,
    FORM,
    GROWTH_MOST,
    LATER_LOAD_MOST,
    LIGHTS_MOST,
    MEMORY_MOST,
    OF_PAGES,
    OPENING_MOST,
    PAGE_MOST,
    PAGES_MOST,
    RATE_LEAST,
    REPORT_MOST,
    SCRIPT,
    SHEET_MEMORY_MOST,
    SHEET_MOST,
    WORD_GROWTH_MOST,
    WORD_MOST,
)
from bench.pages import NOISE, Other, Pages, Taken, measure_pages
from bench.rounds import (
    Cost,
    Finding,
    Ratio,
    Timings,
    costs_of,
    of_number,
    of_rate,
    of_ratio,
    ratio,
)
from bench.seeding import A_NOTICE
from bench.serving import ROOT
from dev.programs import site_packages
from dev.throwaway import throwaway_servers

SMALL, LARGE = 17, 10_000
CHASED_AGENCIES = 500
Say = Callable[[str], None]


def run_bench(
    *,
    sizes: Sequence[int],
    goals: Sequence[str],
    seconds: float,
    say: Say,
    other: Other | None = None,
) -> Iterator[Finding]:
    """Measure the chosen goals on throwaway servers; yield one finding at a time.

    `say` gets progress messages and each page's cost. `other`: a server whose pages are measured
    in the same rounds.
    """
    until = time.monotonic() + seconds
    with throwaway_servers(ROOT, site_packages(Path(sys.prefix))) as servers:
        if {"7", "8"} & set(goals):
            yield from _files(servers, goals, say)
        if OF_PAGES & set(goals):
            yield from _pages(servers, sizes, goals, until, say, other)
        if {"11", "14"} & set(goals):
            yield from _of_open_filings(servers, goals, max(sizes), say)


def _pages(
    servers: Mapping[str, str],
    sizes: Sequence[int],
    goals: Sequence[str],
    until: float,
    say: Say,
    other: Other | None,
) -> Iterator[Finding]:
    """Measure each size in notices of 17, and the largest also in one notice."""
    layouts = [(size, A_NOTICE) for size in sorted(sizes)]
    if max(sizes) > A_NOTICE:
        layouts.append((max(sizes), max(sizes)))
    found: dict[str, Pages] = {}
    for size, per_notice in layouts:
        words = f"{size}项" if per_notice == A_NOTICE else f"一个文件{size}项"
        with _database(servers, f"bench_{size}_{per_notice}") as env:
            place = _seeded(env, size, per_notice, "3 + m.id % 4", say)
            if "lights" in goals and per_notice == A_NOTICE:
                yield from _lit(_inside(env, "lights"))
            say(f"测量页面（{words}）")
            with_report = "9" in goals and not place["shown"]
            pages = measure_pages(env, place, other=other, until=until, with_report=with_report)
            found[words] = pages
            shares = _inside(env, "shares", json.dumps(place))
            say("\n".join(costs_of(_costs(pages, shares))))
            yield from _of_size(words, pages, goals)
    first = f"{min(sizes)}项"
    for words, pages in found.items():
        if words != first:
            yield from _growth(first, words, found[first], pages, goals)


def _costs(pages: Pages, shares: Mapping[str, Sequence[float]]) -> Iterator[Cost]:
    for name, one in pages.taken.items():
        milliseconds = 1000 * statistics.median(one.ours.at(0.5))
        parts = tuple(shares.get(name, ()))
        yield Cost(name, milliseconds, one.application, one.database, one.size, parts)


def _lit(lit: Mapping[str, Any]) -> Iterator[Finding]:
    most = LIGHTS_MOST * max(lit["count"] / 10_000, 0.02)
    for name, words in (("first", "首次评定"), ("nightly", "每日刷新")):
        yield of_number("—", f"{words}{lit['count']}盏预警灯", lit[name], most, "秒")


def _of_size(words: str, pages: Pages, goals: Sequence[str]) -> Iterator[Finding]:
    for name, one in pages.taken.items():
        goal = "5" if name in (FORM, SCRIPT) else "4"
        found, tail = ratio(one.ours, one.ref, 0.5), ratio(one.ours, one.ref, 0.95)
        what = f"{name} ÷ REF，{words}，p50（p95 {tail.value:.2f}）"
        if name not in PAGES_MOST:
            yield Finding("—", what, found.words, "—", "噪声" if name == NOISE else "对照")
        elif goal in goals:
            yield of_ratio(goal, what, found, PAGES_MOST[name])
    if "9" in goals and pages.while_built is not None:
        yield of_number(
            "9", f"17项的报告，点击到文件（库内{words}）", pages.report, REPORT_MOST, "秒"
        )
        idle = pages.taken["总览"].ours.at(0.95)
        built = pages.while_built.at(0.95)
        found = Ratio(tuple(b / i for b, i in zip(built, idle, strict=False)))
        yield of_ratio("9", f"生成期间的总览 p95 ÷ 平时，{words}", found, BESIDE_REPORT_MOST)
    if "12" in goals:
        yield of_number(
            "12", f"总览首次打开（压缩后），{words}", pages.first_load, FIRST_LOAD_MOST, "kB"
        )
        yield of_number(
            "12", f"总览再次打开（压缩后），{words}", pages.after, LATER_LOAD_MOST, "kB"
        )
        largest = max(pages.taken.values(), key=lambda one: one.size)
        yield of_number("12", f"最大的页面，{words}", largest.size, PAGE_MOST, "kB")
    if "13" in goals:
        yield of_rate("13", f"总览每秒请求数，4个连接，{words}", pages.per_second, RATE_LEAST)


def _growth(
    first: str, words: str, least: Pages, most: Pages, goals: Sequence[str]
) -> Iterator[Finding]:
    if "6" in goals:
        for name in PAGES_MOST.keys() & most.taken.keys():
            grown = _against(most.taken[name], least.taken[name])
            yield of_ratio("6", f"{name}：{words} ÷ {first}，p50", grown, GROWTH_MOST)
    if "10" in goals:
        grown_by = max(most.memory - least.memory, 0.0)
        yield of_number("10", f"网页进程内存：{words}比{first}多", grown_by, MEMORY_MOST, "MB")


def _against(large: Taken, small: Taken) -> Ratio:
    """Compare two sizes, each first divided by its REF, as they are not in the same rounds."""
    one, other = (ratio(size.ours, size.ref, 0.5) for size in (large, small))
    return Ratio(tuple(a / b for a, b in zip(one.rounds, other.rounds, strict=False)))


def _files(servers: Mapping[str, str], goals: Sequence[str], say: Say) -> Iterator[Finding]:
    with _database(servers, "bench_files") as env:
        _seeded(env, 17 + 2_500, 2_500, "4", say)
        if "7" in goals:
            say("测量 Excel")
            found = _inside(env, "workbook")
            ours, raw = _timings(found["ours"]), _timings(found["raw"])
            rows = found["rows"]
            yield of_ratio("7", f"{rows}行台账 ÷ SQL 加裸写入", ratio(ours, raw, 0.5), SHEET_MOST)
            yield of_number("7", f"{rows}行台账的内存增长", found["grown"], SHEET_MEMORY_MOST, "MB")
        if "8" in goals:
            say("测量 Word")
            found = _inside(env, "document")
            tenth, whole = found["tenth"], found["whole"]
            yield of_number(
                "8", f"{tenth['rows']}行 Word 报告的 CPU", tenth["cpu"], WORD_MOST, "秒"
            )
            grown = Ratio((whole["cpu"] / tenth["cpu"],))
            yield of_ratio("8", f"{whole['rows']}行 ÷ {tenth['rows']}行", grown, WORD_GROWTH_MOST)


def _of_open_filings(
    servers: Mapping[str, str], goals: Sequence[str], measures: int, say: Say
) -> Iterator[Finding]:
    with _database(servers, "bench_opening") as env:
        _seeded(env, 17 + measures, measures, "4", say)
        if "11" in goals:
            say("测量开始填报")
            found = _inside(env, "opening", str(measures))
            yield of_number(
                "11", f"开始填报，{found['filings']}个填报任务", found["took"], OPENING_MOST, "秒"
            )
        if "14" in goals:
            say("测量催报")
            found = _inside(env, "chasing", str(CHASED_AGENCIES))
            told = found["told"]
            what = f"每日催报，{told['agencies']}个单位{told['filings']}个填报任务"
            yield of_number("14", what, found["took"], CHASING_MOST, "秒")
            yield of_number(
                "14", "催报的内存：其余单位比十分之一多", found["grown"], CHASING_MEMORY_MOST, "MB"
            )


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
            "DATA_KEYS": "b" * 43 + "=",
            "VAR_DIR": str(folder),
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "policy_tracker.settings",
        }
    finally:
        _statement(server, f'DROP DATABASE "{name}" WITH (FORCE)')
        shutil.rmtree(folder, ignore_errors=True)


def _statement(url: str, sql: str) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True  # CREATE DATABASE cannot run in a transaction
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
