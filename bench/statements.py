"""Prints the plans of the slowest statements, with a given number of measures.

    python -m dev.with_servers -m bench.statements 30000

Thirty thousand measures have a million notes. Every statement of the measured pages and lists runs
with EXPLAIN ANALYZE; the ten slowest are printed as a table.
"""

import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
django.setup()

# Models can only be imported after Django is set up.
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

from bench.inside import say, seeded  # noqa: E402
from bench.pages import Page, pages_of  # noqa: E402
from bench.seeding import A_NOTICE, run  # noqa: E402

SHOWN = 10
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "


class Plan(NamedTuple):
    milliseconds: float
    page: str
    tables: str
    nodes: str
    rows: int
    buffers: int  # of 8 kB, including those read from disk


def pages_and_lists(place: dict[str, Any]) -> list[Page]:
    """Return the pages of the bench, and the lists that grow with notices and filings."""
    return [
        *pages_of(place),
        Page("审核队列", "tongchou", "/reviews/", ""),
        Page("文件", "tongchou", "/notices/", ""),
        Page("报送情况", "tongchou", "/status/", ""),
        Page("接口", "tongchou", "/api/filings/", ""),
    ]


def dearest(place: dict[str, Any]) -> list[Plan]:
    """Return the plan of each statement once, as it ran on its page; the slowest first."""
    found: dict[str, Plan] = {}
    for page in pages_and_lists(place):
        client = Client(headers={"Host": "127.0.0.1"})
        client.cookies["sessionid"] = place["sessions"][page.who]
        client.get(page.address)  # do not count queries made only once per process
        asked: list[str] = []

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            asked.extend(_statements(context["cursor"].mogrify(sql, params).decode()))  # noqa: B023
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = client.get(page.address)
        if answer.status_code != 200:
            say(f"{page.name} {page.address}：{answer.status_code}")
        for sql in asked:
            plan = _plan(page.name, sql)
            found[sql] = max(plan, found.get(sql, plan))
    return sorted(found.values(), reverse=True)


def _statements(sql: str) -> Iterator[str]:
    for one in sql.split("; EXECUTE "):
        whole = one if one.startswith(("SELECT", "EXECUTE", "WITH")) else f"EXECUTE {one}"
        if sql.startswith(("SELECT", "EXECUTE", "WITH")):
            yield whole


def _plan(page: str, sql: str) -> Plan:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(EXPLAIN + sql.replace("%", "%%"))
        [[[told]]] = cursor.fetchall()
        transaction.set_rollback(True)
    top = told["Plan"]
    nodes = list(_nodes(top))
    tables = [*dict.fromkeys(one["Relation Name"] for one in nodes if "Relation Name" in one)]
    scans = dict.fromkeys(one["Node Type"] for one in nodes if "Scan" in one["Node Type"])
    return Plan(
        told["Execution Time"] + told["Planning Time"],
        page,
        " ".join(re.sub("^[a-z]+_", "", name) for name in tables[:4])
        + (f" and {len(tables) - 4} more" if tables[4:] else ""),
        ", ".join(scans),
        round(top["Actual Rows"]),
        top["Shared Hit Blocks"] + top["Shared Read Blocks"],
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


def main(measures: str) -> None:
    began = time.perf_counter()
    place = seeded(measures, str(A_NOTICE), "3 + m.id % 4")
    run("VACUUM ANALYZE")
    [(notes,)] = run("SELECT count(*) FROM measures_note")
    [(size,)] = run("SELECT pg_size_pretty(pg_database_size(current_database()))")
    say(f"{notes}份进展，{size}，造数据用时{time.perf_counter() - began:.0f}秒")
    say("| ms | page | tables | scans | rows | buffers |\n|---|---|---|---|---|---|")
    for one in dearest(place)[:SHOWN]:
        words = (f"{one.milliseconds:.1f}", one.page, one.tables, one.nodes, one.rows, one.buffers)
        say(f"| {' | '.join(map(str, words))} |")


if __name__ == "__main__":
    main(sys.argv[1])
