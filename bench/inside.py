"""Measurements that need a separate process, connected to the measured database.

`python -m bench.inside WHAT …` prints a line of JSON at the end.
"""

import gc
import io
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
django.setup()

# Models can only be imported after Django is set up.
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends import db as django_sessions  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.template.backends.django import Template  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils.timezone import localdate, now  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from agencies.models import User  # noqa: E402
from agencies.sign_in.sessions import SessionStore  # noqa: E402
from bench.pages import pages_of  # noqa: E402
from bench.rounds import measured  # noqa: E402
from bench.seeding import A_NOTICE, run, seed, spread_over_agencies  # noqa: E402
from lib.official.docx import write_docx  # noqa: E402
from lib.workdays import add_workdays, next_working_time  # noqa: E402
from measures.chasing.job import Chased, send_due  # noqa: E402
from measures.choices import FilingState  # noqa: E402
from measures.lights.refresh import refresh_all_lights  # noqa: E402
from measures.models import Filing, Measure, Notice, Period, Workday  # noqa: E402
from measures.periods.actions import open_period  # noqa: E402
from reports.choices import ReportKind  # noqa: E402
from reports.datasets.schema import ProgressData  # noqa: E402
from reports.documents.xlsx import write_xlsx  # noqa: E402
from reports.kinds import Dataset, gather, making_of  # noqa: E402
from reports.models.report import Scope  # noqa: E402

RAW = """
    SELECT m.ordinal, s.title, m.title, m.nature, m.due_on, m.stage, m.percent, m.light,
           m.light_sentence, f.agency_name, f.role, f.state, f.due_on, f.first_submitted_at::date,
           n.progress, n.problems, n.next_steps, n.help_needed, n.claimed_stage, n.claimed_percent,
           n.confidence, n.confidence_reason, f.id, n.version
    FROM measures_filing f JOIN measures_measure m ON m.id = f.measure_id
    JOIN measures_section s ON s.id = m.section_id
    LEFT JOIN measures_note n ON n.id = f.accepted_note_id
    WHERE f.period_id = %s ORDER BY m.ordinal, f.agency_id
"""


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def seeded(measures: str, per_notice: str, agencies: str) -> dict[str, Any]:
    """Fill the database; return what to measure in it, in the newest notice if one is large."""
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    seed(int(measures), on=localdate(), per_notice=int(per_notice), agencies=agencies)
    run("VACUUM ANALYZE")  # as autovacuum does; otherwise index-only scans read the rows too
    run(
        "CREATE TABLE bench_note"
        " (id bigserial PRIMARY KEY, filing bigint, progress text, at timestamptz)"
    )
    took = time.perf_counter() - began
    is_large = int(per_notice) > A_NOTICE
    notice = Notice.objects.order_by("-pk" if is_large else "pk")[0]
    period = Period.objects.get(notice=notice, state="open")
    agency = User.objects.get(username="lianluo").memberships.get().agency
    filings = period.filings.order_by("pk")
    owed = filings.filter(agency=agency, state=FilingState.PENDING)
    waiting = filings.filter(state=FilingState.SUBMITTED).exclude(agency=notice.coordinator)
    return {
        "took": took,
        "sessions": {
            name: session_of(User.objects.get(username=name)) for name in ("tongchou", "lianluo")
        },
        "measure": Measure.objects.filter(notice=notice).order_by("ordinal")[0].pk,
        "filings": list(owed.values_list("pk", flat=True)[:2]),
        "review": waiting[0].pk,
        "period": period.pk,
        "shown": f"?period={period.pk}" if is_large else "",
        "rows": Filing.objects.count(),
    }


def shares(place: str) -> dict[str, list[float]]:
    """Return the shares of database, templates and other code in each page's time.

    Code that collects the page frame's data counts as templates, without its queries.
    """
    told, found = json.loads(place), {}
    spent: defaultdict[str, float] = defaultdict(float)

    def timed(name: str, call: Callable[..., Any], *given: Any, **named: Any) -> Any:
        began, before = time.perf_counter(), sum(spent.values())
        try:
            return call(*given, **named)
        finally:
            spent[name] += time.perf_counter() - began - (sum(spent.values()) - before)

    draw = Template.render

    def drawn(*given: Any, **named: Any) -> Any:
        return timed("templates", draw, *given, **named)

    with (
        patch.object(Template, "render", drawn),
        connection.execute_wrapper(partial(timed, "database")),
    ):
        for page in pages_of(told):
            client = Client(headers={"Host": "127.0.0.1"})
            client.cookies["sessionid"] = told["sessions"][page.who]
            client.get(page.address)
            spent.clear()
            for _ in range(20):
                timed("code", client.get, page.address)
            parts = (spent[name] for name in ("database", "templates", "code"))
            found[page.name] = [part / sum(spent.values()) for part in parts]
    return found


def lights() -> dict[str, Any]:
    on, took = localdate(), {}
    for name, kept_on in (("first", None), ("nightly", on - timedelta(days=1))):
        Measure.objects.update(light_on=kept_on)
        began = time.perf_counter()
        count = refresh_all_lights(on=on)
        took[name] = time.perf_counter() - began
    return {"count": count, **took}


def opening(measures: str) -> dict[str, Any]:
    notice = Notice.objects.order_by("-pk")[0]
    newest = Period.objects.filter(notice=notice).newest_first()
    period = newest[0]
    run("SET session_replication_role = replica")  # rows that refer to the deleted filings may stay
    run(f"DELETE FROM measures_filing WHERE period_id = {period.pk}")
    run("SET session_replication_role = origin")
    Period.objects.filter(pk=period.pk).update(state="draft", opened_at=None)
    period.refresh_from_db()
    reverse("measures:my_filings")  # load the URL patterns, as a web process has done before
    began = time.perf_counter()
    open_period(period, by=User.objects.get(username="tongchou"), at=now())
    return {"filings": period.filings.count(), "took": time.perf_counter() - began}


def chasing(agencies: str) -> dict[str, Any]:
    """Measure a run of the ladder for a tenth of the agencies, then for all others."""
    calendar = Workday.objects.as_calendar()
    at = next_working_time(now(), calendar)
    late = add_workdays(localdate(at), -1, calendar)
    made = spread_over_agencies(_largest(), int(agencies), due_on=late)
    tenth, whole = made[: len(made) // 10], made[len(made) // 10 :]
    least = _grown(lambda: send_due(at=at, calendar=calendar, agencies=tenth))
    told: list[Chased] = []
    began = time.perf_counter()
    most = _grown(lambda: told.append(send_due(at=at, calendar=calendar, agencies=whole)))
    took = time.perf_counter() - began
    return {"told": told[0]._asdict(), "took": took, "grown": max(most - least, 0.0)}


def workbook() -> dict[str, Any]:
    period = _largest()

    def ours() -> bytes:
        return _xlsx(gather(ReportKind.PROGRESS, Scope(period.pk), on=localdate()))

    def raw() -> bytes:
        book = Workbook(write_only=True)
        sheet: Any = book.create_sheet("台账")
        with connection.cursor() as cursor:
            cursor.execute(RAW, [period.pk])
            for row in cursor:
                sheet.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    data = gather(ReportKind.PROGRESS, Scope(period.pk), on=localdate())
    grown = _grown(lambda: _xlsx(data))
    mine, theirs = measured([ours, raw], rounds=3, each=1, until=time.monotonic() + 60)
    return {"rows": period.filings.count(), "ours": mine, "raw": theirs, "grown": grown}


def document() -> dict[str, Any]:
    data = gather(ReportKind.PROGRESS, Scope(_largest().pk), on=localdate())
    tenth = dict(data)
    tenth["sections"] = [
        {**section, "measures": section["measures"][::10]} for section in data["sections"]
    ]
    found = {}
    for name, of in (("tenth", tenth), ("whole", data)):
        took = [_cpu(partial(_docx, of)) for _ in range(3)]
        rows = sum(len(m["parties"]) for s in of["sections"] for m in s["measures"])
        found[name] = {"rows": rows, "cpu": sorted(took)[1]}
    return found


def _largest() -> Period:
    notice = Notice.objects.order_by("-pk")[0]
    return Period.objects.filter(notice=notice, state="open").get()


def _xlsx(data: Dataset) -> bytes:
    return write_xlsx(cast(ProgressData, data), made_on=localdate(), tick=lambda rows: None)


def _docx(data: Dataset) -> bytes:
    return write_docx(making_of(ReportKind.PROGRESS, data, made_on=localdate()).document)


def _cpu(call: Callable[[], object]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def _grown(call: Callable[[], object]) -> float:
    """Return by how many MB a call's peak memory exceeds the memory before it (Linux)."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # resets the peak
    before = _held("VmRSS")
    call()
    return _held("VmHWM") - before


def _held(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    # REF reads Django's own session table and has a backend of its own.
    same = dict(session.items()) | {BACKEND_SESSION_KEY: "bench.ref.PlainBackend"}
    django_sessions.SessionStore.get_model_class().objects.save(
        str(session.session_key), same, session.get_expiry_date()
    )
    return str(session.session_key)


JOBS = {job.__name__: job for job in (seeded, shares, lights, opening, chasing, workbook, document)}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])))  # noqa: T201
