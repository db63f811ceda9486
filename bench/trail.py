"""Measures how long a search of a large audit trail takes.

    python -m dev.with_servers -m bench.trail 10000000

Requests the auditor's page three times with every kind of filter of 审计. For each it prints the
number of lines, the CPU seconds of page and database, which other work on the machine hardly
changes, and the elapsed seconds. A database that is already filled is used as it is.
"""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
django.setup()

# Models can only be imported after Django is set up.
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils.timezone import localdate  # noqa: E402

from agencies.models import Agency, Event, Membership, User  # noqa: E402
from agencies.permissions import Role  # noqa: E402
from bench.inside import say, session_of  # noqa: E402
from bench.seeding import fill, make_person, run, seed  # noqa: E402
from measures.models import Filing, Measure  # noqa: E402

MEASURES, PEOPLE, DAYS = 170, 500, 3 * 365
CHUNK = 500_000
# The kinds of a hundred thousand events: each with the number of its first event.
KINDS = (
    (0, "user.sign_in"),
    (27_000, "user.sign_out"),
    (50_000, "filing.save"),
    (80_000, "filing.submit"),
    (90_000, "filing.accept"),
    (97_000, "filing.return"),
    (99_000, "report.download"),
    (99_990, "membership.grant"),
    (99_999, "filing.write_off"),
)
NEVER, RARE, COMMON = "user.encrypt_anew", "filing.write_off", "filing.save"


def fill_trail(events: int, *, on: date) -> None:
    """Insert events of three years, newest last: half are sign-ins and -outs, 1 % are refused.

    One person has a hundred-thousandth of them; rare events are spread over all years.
    """
    fill(
        User,
        f"generate_series(1, {PEOPLE}) g",
        username="'bench' || g",
        name="'联络员' || g",
        must_change_password="false",
    )
    fill(
        Membership,
        "agencies_user u CROSS JOIN LATERAL (SELECT id FROM agencies_agency"
        " ORDER BY id OFFSET u.id % 20 LIMIT 1) a WHERE u.username LIKE 'bench%'",
        user_id="u.id",
        agency_id="a.id",
        role=f"'{Role.LIAISON}'",
        role_group=f"'{Role.LIAISON.group}'",
        valid_from="DATE '2018-01-01'",
        is_deputy="true",  # an agency has only one A岗
    )
    place = "(g.n * 7919 % 100000)"
    kind = " ".join(f"WHEN {place} >= {start} THEN '{code}'" for start, code in reversed(KINDS))
    first = User.objects.filter(username__startswith="bench").earliest("pk").pk
    filings = Filing.objects.earliest("pk").pk, Filing.objects.count()
    person = f"{first} + CASE WHEN {place} = 50001 THEN 0 ELSE 1 + g.n % {PEOPLE - 1} END"
    began = f"TIMESTAMPTZ '{on - timedelta(days=DAYS)}'"
    for start in range(1, events + 1, CHUNK):
        numbers = f"generate_series({start}::bigint, {min(start + CHUNK - 1, events)}) AS n"
        fill(
            Event,
            f"(SELECT n, {person} AS by FROM {numbers.replace(' AS n', ' AS g(n)')}) g"
            " JOIN agencies_user u ON u.id = g.by"
            " JOIN agencies_membership p ON p.user_id = u.id"
            " JOIN agencies_agency a ON a.id = p.agency_id",
            at=f"{began} + g.n * INTERVAL '{DAYS} days' / {events}",
            actor_id="u.id",
            actor_name="u.name",
            actor_post="a.short_name || ' 联络员'",
            action=f"CASE {kind} END",
            target_type=f"CASE WHEN {place} < 50000 THEN 'agencies.user'"
            f" WHEN {place} < 99990 THEN 'measures.filing' ELSE 'agencies.membership' END",
            target_id=f"CASE WHEN {place} < 50000 THEN u.id"
            f" ELSE {filings[0]} + g.n % {filings[1]} END",
            sentence="'保存了进展草稿，第' || g.n || '次，内容为推进政策措施落实。'",
            before="""'{"revision": 1, "state": "draft"}'""",
            after="""'{"revision": 2, "state": "draft"}'""",
            outcome=f"CASE WHEN {place} % 100 = 3 THEN 'refused' ELSE 'done' END",
            address="'10.1.2.3'",
            request_id="'5b1cb3d2-3d3c-4b60-8a2f-0d3a6c1b2e4f'",
        )
    run("VACUUM ANALYZE agencies_event")


def searches(on: date) -> Iterator[tuple[str, Mapping[str, str | int]]]:
    """Yield each kind of filter alone, and the combinations that people use."""
    middle = str(on - timedelta(days=DAYS // 2))
    measure = Measure.objects.earliest("pk").pk
    agency = Membership.objects.filter(user__username="bench1")[0].agency_id
    yield "全部", {}
    yield "全部，含登录", {"sign_ins": "on"}
    yield "人员", {"person": "联络员77"}
    yield "人员，极少", {"person": "bench1"}
    yield "人员，没有", {"person": "无此人"}
    yield "事项，常见", {"action": COMMON}
    yield "事项，极少", {"action": RARE}
    yield "事项，没有", {"action": NEVER}
    yield "结果被拒", {"outcome": "refused"}
    yield "对象类型", {"target": "measures.filing"}
    yield "对象类型，极少", {"target": "agencies.membership"}
    yield "对象类型，没有", {"target": "reports.report"}
    yield "对象编号", {"target": "measures.filing", "number": Filing.objects.latest("pk").pk}
    yield "措施", {"measure": measure}
    yield "单位", {"agency": agency}
    yield "一天", {"first": middle, "last": middle}
    yield "一年前，事项极少", {"last": middle, "action": RARE}
    yield "人员和事项", {"person": "联络员77", "action": RARE}
    yield "被拒的极少事项", {"outcome": "refused", "action": RARE}
    yield "单位被拒", {"agency": agency, "outcome": "refused"}
    yield "很早的一页", {"before": Event.objects.earliest("pk").pk + 1_000}


def measure_searches(events: int) -> None:
    on = localdate()
    call_command("migrate", verbosity=0)
    if not User.objects.filter(username="shenji").exists():
        seed(MEASURES, on=on)
        began = time.perf_counter()
        fill_trail(events, on=on)
        say(f"{events}条审计记录，写入用时{time.perf_counter() - began:.0f}秒，{_size()}")
        make_person("shenji", Role.AUDITOR, Agency.objects.earliest("pk"))
    setup_test_environment()  # so that responses have their context
    client = Client()
    client.cookies["sessionid"] = session_of(User.objects.get(username="shenji"))
    run("SET max_parallel_workers_per_gather = 0")  # workers would not be counted
    [(backend,)] = run("SELECT pg_backend_pid()")
    client.get("/audit/")
    for what, asked in searches(on):
        taken = [_taken(client, asked, backend) for _ in range(3)]
        lines, page, database, whole = min(taken, key=lambda one: one[1] + one[2])
        say(f"| {what} | {lines} | {page:.2f}; {database:.2f} | {whole:.2f} |")


def _taken(
    client: Client, asked: Mapping[str, str | int], backend: int
) -> tuple[int, float, float, float]:
    before = time.process_time(), _processor_of(backend), time.perf_counter()
    answer = client.get("/audit/", asked)
    after = time.process_time(), _processor_of(backend), time.perf_counter()
    assert answer.status_code == 200, asked
    page, database, whole = (end - start for start, end in zip(before, after, strict=True))
    return len(answer.context["lines"]), page, database, whole


def _processor_of(pid: int) -> float:
    """Return a process's CPU seconds (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def _size() -> str:
    return str(run("SELECT pg_size_pretty(pg_total_relation_size('agencies_event'))")[0][0])


if __name__ == "__main__":
    measure_searches(int(sys.argv[1]))
