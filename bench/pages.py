"""Measures our pages, and those of another server, in the same rounds as REF."""

import gzip
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from bench.goals import FORM, SCRIPT
from bench.rounds import Ratio, Timings, measured
from bench.serving import Answer, Client, backends_of, cpu_of, memory_of, served, working

TOKEN = "b" * 32
ROUNDS, EACH = 5, 20
CONNECTIONS, SECONDS = 4, 3.0  # for measuring requests per second
LINKED = re.compile(rb'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))')
NOISE = "REF"  # compared with itself: shows how much noise changes a ratio
REF_PAGE = "/page/?size=40000"


class Page(NamedTuple):
    name: str
    who: str  # for our pages: whose cookies
    address: str
    marker: str  # text that only this page has
    fields: Mapping[str, str] | None = None  # of a POST


class Taken(NamedTuple):
    ours: Timings
    ref: Timings
    size: float = 0.0  # kB
    application: float = 0.0  # CPU of one request, in ms
    database: float = 0.0


class Pages(NamedTuple):
    taken: dict[str, Taken]  # by name; also of the other server, without CPU
    per_second: Ratio  # of 总览 over several connections, ÷ REF's
    memory: float  # of the web process after all pages, in MB
    first_load: float  # kB, compressed
    after: float
    report: float = 0.0  # click to file, in seconds
    while_built: Timings | None = None


class Other(NamedTuple):
    """Another server's pages: `--against URL FILE`."""

    url: str
    headers: Mapping[str, str]
    pages: list[Page]


def other_server(url: str, file: Path) -> Other:
    """Read {"headers": {…}, "pages": [{"name", "address", "marker", "fields"?}, …]}."""
    said = json.loads(file.read_text())
    pages = [Page(who="", **page) for page in said["pages"]]
    return Other(url, said.get("headers", {}), pages)


def pages_of(place: Mapping[str, Any]) -> list[Page]:
    """Return the pages to measure, in the notice of `place` (see bench.inside.seeded)."""
    period = place["shown"]  # empty, or ?period=…
    review = f"/reviews/{place['review']}/"
    pages = [
        Page("总览", "tongchou", f"/overview/{period}", "总览"),
        Page("责任矩阵", "tongchou", f"/matrix/{period}", "措施与单位"),
        Page("措施", "tongchou", f"/measures/{place['measure']}/", "预警"),
        Page("审核", "tongchou", review, f'action="{review}accept/'),
        Page("今日待办", "tongchou", "/todo/", "今日待办"),
        Page("指标与趋势", "tongchou", f"/trends/{period}", "指标与趋势"),
    ]
    if not period:  # in a notice of thousands no agency owes only seven measures
        pages.append(Page("本期应报", "lianluo", "/filings/", f"filing-{place['filings'][0]}"))
    return pages


def measure_pages(
    env: Mapping[str, str],
    place: Mapping[str, Any],
    *,
    other: Other | None,
    until: float,
    with_report: bool,
) -> Pages:
    with (
        served(env) as (port, process),
        served({**env, "DJANGO_SETTINGS_MODULE": "bench.ref_settings"}) as (ref_port, least),
    ):
        cookies = {
            name: {"sessionid": key, "csrftoken": TOKEN} for name, key in place["sessions"].items()
        }
        ours = {name: Client(_local(port), cookies=one) for name, one in cookies.items()}
        ref = Client(_local(ref_port), cookies=cookies["tongchou"])
        calls: dict[str, Callable[[], Answer]] = {NOISE: partial(ref.get, REF_PAGE)}
        calls |= {page.name: partial(fetched, ours[page.who], page) for page in pages_of(place)}
        calls[FORM] = _saving(ours["lianluo"], place["filings"][0])
        if not place["shown"]:  # the script's answer contains everything the agency owes
            calls[SCRIPT] = _saving(ours["lianluo"], place["filings"][1], {"HX-Request": "true"})
        theirs = {}
        if other is not None:
            client = Client(other.url, headers=other.headers)
            theirs = {f"对照 {one.name}": partial(fetched, client, one) for one in other.pages}
        taken = _in_rounds({**calls, **theirs}, ref, until)
        with backends_of(env["DATABASE_URL"]) as database:
            for name, call in calls.items():
                spent = _cpu(call, least if name == NOISE else process, database)
                taken[name] = taken[name]._replace(application=spent[0], database=spent[1])
        first, after = _weight(ours["tongchou"])
        found = Pages(
            taken,
            _per_second(ours["tongchou"], ref, f"/overview/{place['shown']}"),
            memory_of(process),
            first,
            after,
        )
        if not with_report:
            return found
        with working(env):
            return _with_report(found, ours["tongchou"], place)


def fetched(client: Client, page: Page) -> Answer:
    """Request a page. Raises RuntimeError if the answer is another page."""
    if page.fields is not None:
        answer = client.post(page.address, page.fields)
    else:
        answer = client.get(page.address)
    if page.marker.encode() not in answer.body:
        raise RuntimeError(f"{page.address}: no “{page.marker}” in it")
    return answer


def _in_rounds(
    calls: Mapping[str, Callable[[], Answer]], ref: Client, until: float
) -> dict[str, Taken]:
    """Measure all in the same rounds, each with REF: a page of the same size, or an insert."""
    insert = partial(ref.post, "/insert/", {"filing": "1", "progress": "填写的进展情况。" * 8})
    sizes: dict[str, int] = {}
    pairs: dict[str, tuple[Callable[[], Answer], Callable[[], Answer]]] = {}
    for name, call in calls.items():
        answer = call()
        sizes[name] = len(answer.body)
        same = partial(ref.get, f"/page/?size={sizes[name]}")
        pairs[name] = (call, insert if answer.is_write else same)
    turns = [one for pair in pairs.values() for one in pair]
    timings = measured(turns, rounds=ROUNDS, each=EACH, until=until)
    return {
        name: Taken(timings[2 * place], timings[2 * place + 1], sizes[name] / 1000)
        for place, name in enumerate(pairs)
    }


def _cpu(
    call: Callable[[], object], process: int, backends: Callable[[], Sequence[int]]
) -> tuple[float, float]:
    """Return the CPU ms that one call takes in the application and in the database (Linux)."""
    before = cpu_of([process, *backends()])
    for _ in range(EACH):
        call()
    after = cpu_of([process, *backends()])
    spent = {one: 1000 * (seconds - before.get(one, 0)) / EACH for one, seconds in after.items()}
    return spent.pop(process), sum(spent.values())


def _per_second(client: Client, ref: Client, path: str) -> Ratio:
    same = f"/page/?size={len(client.get(path).body)}"
    rounds = [(_rate(client, path), _rate(ref, same)) for _ in range(3)]
    return Ratio(tuple(ours / theirs for ours, theirs in rounds))


def _rate(client: Client, path: str) -> float:
    """Return the answers per second, with several connections at once."""
    until = time.monotonic() + SECONDS

    def ask(one: Client) -> int:
        done = 0
        while time.monotonic() < until:
            one.get(path)
            done += 1
        return done

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(ask, [client.again() for _ in range(CONNECTIONS)])) / SECONDS


def _saving(
    client: Client, filing: int, headers: Mapping[str, str] | None = None
) -> Callable[[], Answer]:
    revisions = count()

    def save() -> Answer:
        revision = next(revisions)
        fields = {
            "revision": str(revision),
            "progress": f"第{revision}次填写的进展情况。" * 8,
            "claimed_stage": "under_way",
            "confidence": "green",
        }
        prefixed = {f"f{filing}-{name}": value for name, value in fields.items()}
        prefixed["csrfmiddlewaretoken"] = TOKEN
        return client.post(f"/filings/{filing}/save/", prefixed, headers or {})

    return save


def _weight(client: Client) -> tuple[float, float]:
    """Return the kB of 总览 with all linked files, as on a first visit, and of the page alone."""
    page = client.get("/overview/").body
    linked = [client.get(path.decode()).body for path in set(LINKED.findall(page))]
    alone = len(gzip.compress(page)) / 1024
    return alone + sum(len(gzip.compress(one)) for one in linked) / 1024, alone


def _with_report(found: Pages, client: Client, place: Mapping[str, Any]) -> Pages:
    clicks = []
    asked = {"kind": "progress", "period": str(place["period"]), "csrfmiddlewaretoken": TOKEN}
    address = client.post("/reports/new/", asked).location
    _wait(client, address)
    times: list[tuple[float, ...]] = []
    for _ in range(3):
        # A new report on purpose: the same request would return the first one.
        began = time.perf_counter()
        again = client.post(f"{address}anew/", {"csrfmiddlewaretoken": TOKEN}).location
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


def _local(port: int) -> str:
    return f"http://127.0.0.1:{port}"
