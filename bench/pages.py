"""Our pages beside REF, at one size."""

import gzip
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from bench.rounds import Timings, measured
from bench.serving import Client, memory_of, served, working

TOKEN = "b" * 32
ROUNDS, EACH = 5, 20
LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))')


class Pages(NamedTuple):
    ours: dict[str, Timings]
    ref: dict[str, Timings]
    memory: float  # of the web process after every page, in MB
    first_load: float  # kB, compressed
    after: float
    report: float = 0.0  # click to file, in seconds
    while_built: Timings | None = None


def measure_pages(
    env: Mapping[str, str], place: Mapping[str, Any], *, until: float, with_report: bool
) -> Pages:
    with (
        served(env) as (port, process),
        served({**env, "DJANGO_SETTINGS_MODULE": "bench.ref_settings"}) as (ref_port, _),
    ):
        people = {
            name: {"sessionid": key, "csrftoken": TOKEN} for name, key in place["sessions"].items()
        }
        ours = {name: Client(port, cookies) for name, cookies in people.items()}
        ref = Client(ref_port, people["tongchou"])
        timed = partial(measured, rounds=ROUNDS, each=EACH, until=until)
        taken = {}
        for name, (who, path) in _paths(place).items():
            client = ours[who]
            same = f"/page/?size={len(client.get(path).body)}"
            taken[name] = timed([partial(client.get, path), partial(ref.get, same)])
        insert = partial(ref.post, "/insert/", {"filing": "1", "progress": "填写的进展情况。" * 8})
        taken["filing"] = timed([_saving(ours["lianluo"], place["filing"]), insert])
        first, after = _weight(ours["tongchou"])
        found = Pages(
            {name: one[0] for name, one in taken.items()},
            {name: one[1] for name, one in taken.items()},
            memory_of(process),
            first,
            after,
        )
        if not with_report:
            return found
        with working(env):
            return _with_report(found, ours["tongchou"], place)


def _paths(place: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    return {
        "overview": ("tongchou", "/overview/"),
        "matrix": ("tongchou", "/matrix/"),
        "measure": ("tongchou", f"/measures/{place['measure']}/"),
        "my filings": ("lianluo", "/filings/"),
    }


def _saving(client: Client, filing: int) -> Callable[[], object]:
    revisions = count()

    def save() -> object:
        revision = next(revisions)
        fields = {
            "revision": str(revision),
            "progress": f"第{revision}次填写的进展情况。" * 8,
            "claimed_stage": "under_way",
            "confidence": "green",
        }
        prefixed = {f"f{filing}-{name}": value for name, value in fields.items()}
        return client.post(f"/filings/{filing}/save/", prefixed)

    return save


def _weight(client: Client) -> tuple[float, float]:
    """kB of a first load of the overview with what it links, and of the page alone."""
    page = client.get("/overview/").body
    linked = [client.get(path.decode()).body for path in set(LINKED.findall(page))]
    alone = len(gzip.compress(page)) / 1024
    return alone + sum(len(gzip.compress(one)) for one in linked) / 1024, alone


def _with_report(found: Pages, client: Client, place: Mapping[str, Any]) -> Pages:
    clicks = []
    asked = {"kind": "progress", "period": str(place["period"])}
    address = client.post("/reports/new/", asked).location
    _wait(client, address)
    times: list[tuple[float, ...]] = []
    for _ in range(3):
        # Another document on the same matter, so that the first is not simply given back.
        began = time.perf_counter()
        again = client.post(f"{address}anew/", {}).location
        asked_for = []
        while not _is_done(client, again):
            one = time.perf_counter()
            client.get("/overview/")
            asked_for.append(time.perf_counter() - one)
        clicks.append(time.perf_counter() - began)
        times.append(tuple(asked_for or [0.0]))
    return found._replace(report=sorted(clicks)[1], while_built=Timings(tuple(times)))


def _wait(client: Client, address: str) -> None:
    until = time.monotonic() + 60
    while not _is_done(client, address):
        if time.monotonic() > until:
            raise RuntimeError("no report within a minute")
        time.sleep(0.1)


def _is_done(client: Client, address: str) -> bool:
    return b"/files/docx/" in client.get(address).body
