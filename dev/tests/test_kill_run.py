"""What the kill run concludes from its ledger, and how its clients read a page."""

import random
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from threading import Thread

import pytest

from dev.kill_run.__main__ import victims
from dev.kill_run.ledger import Entry, Found, Kind, Outcome, missing_and_doubled
from dev.kill_run.proof import ended_otherwise
from dev.person import Answer, Person, cards_in, revision_in, written

DONE, UNKNOWN, REFUSED = Outcome.DONE, Outcome.UNKNOWN, Outcome.REFUSED
CARD = """
<form method="post" action="/filings/7/save/#filing-7">
  <input type="hidden" name="csrfmiddlewaretoken" value="t">
  <input type="hidden" name="f7-revision" value="3">
  <textarea name="f7-progress">
a &lt; b</textarea>
  <select name="f7-claimed_stage"><option value="a">甲<option value="b" selected>乙</select>
  <input type="radio" name="f7-confidence" value="green" checked>
  <input type="radio" name="f7-confidence" value="red">
  <input type="text" name="f7-figure_4"><input type="text" name="f7-absence_4">
  <button type="submit" formaction="/filings/7/submit/">
</form>
<form class="filters"><input name="q"></form>
"""


@pytest.mark.parametrize(
    ("outcome", "times", "lines"),
    [
        (DONE, 1, 0),
        (DONE, 0, 1),
        (DONE, 2, 1),
        (UNKNOWN, 0, 0),
        (UNKNOWN, 1, 0),
        (UNKNOWN, 2, 1),
        (REFUSED, 0, 0),
        (REFUSED, 1, 1),
    ],
)
def test_a_write_must_exist_as_often_as_its_answer_allows(
    outcome: Outcome, times: int, lines: int
) -> None:
    entry = Entry(Kind.RETURN, 7, "意见", outcome)
    assert len(missing_and_doubled([entry], Found({(Kind.RETURN, "意见"): times}, {}))) == lines


@pytest.mark.parametrize(
    ("outcomes", "newest", "lines"),
    [
        ([DONE, DONE], "第2次", 0),
        ([DONE, DONE], "第1次", 1),
        ([DONE, REFUSED], "第1次", 0),
        ([DONE, UNKNOWN], "第1次", 0),  # without an answer: either may be the newest
        ([UNKNOWN, DONE], "第1次", 1),
    ],
)
def test_the_last_acknowledged_text_is_the_newest(
    outcomes: list[Outcome], newest: str, lines: int
) -> None:
    entries = [Entry(Kind.SAVE, 7, f"第{n}次", outcome) for n, outcome in enumerate(outcomes, 1)]
    writes = {(Kind.SAVE, entry.token): entry.outcome == DONE for entry in entries}
    assert len(missing_and_doubled(entries, Found(writes, {7: newest}))) == lines


@pytest.mark.parametrize(("asked", "ended", "lines"), [(1, 1, 0), (2, 2, 0), (1, 2, 1), (2, 1, 1)])
def test_a_report_must_end_once_per_request(asked: int, ended: int, lines: int) -> None:
    assert len(ended_otherwise([(5, "done", asked, ended)])) == lines


def test_each_kind_of_part_is_killed_once_in_a_round() -> None:
    labels = ["数据库", "网页服务1", "网页服务2"]
    killed = list(islice(victims(labels, random.Random(1)), 4))
    assert [sorted(label[:3] for label in killed[at : at + 2]) for at in (0, 2)] == [
        ["数据库", "网页服"]
    ] * 2


def test_a_card_is_sent_with_only_its_text_changed() -> None:
    form = cards_in(Answer(200, "", CARD))[7]
    assert form == {
        "csrfmiddlewaretoken": "t",
        "f7-revision": "3",
        "f7-progress": "a < b",
        "f7-claimed_stage": "b",
        "f7-confidence": "green",
        "f7-figure_4": "",
        "f7-absence_4": "",
    }
    filled = written(form, 7, "新的文字")
    assert filled["f7-progress"] == "新的文字"
    assert filled["f7-absence_4"]
    assert filled["f7-revision"] == "3"


@pytest.mark.parametrize(("filing", "revision"), [(7, "4"), (8, "")])
def test_the_answer_to_a_save_has_the_new_revision(filing: int, revision: str) -> None:
    answer = Answer(200, "", '<input type="hidden" name="f7-revision" value="4"\n id="x">')
    assert revision_in(answer, filing) == revision


@pytest.mark.parametrize(
    ("line", "is_kept"),
    [
        ("wrote=1; HttpOnly; Max-Age=10; Path=/", True),
        ("wrote=1; max-age=0", False),
        ("wrote=1; Path=/", True),
    ],
)
def test_expired_cookies_are_not_sent(line: str, is_kept: bool) -> None:
    sent = []

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent.append(self.headers["Cookie"])
            self.send_response(200)
            self.send_header("Set-Cookie", line)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    with HTTPServer(("127.0.0.1", 0), Pages) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        person = Person(f"http://127.0.0.1:{server.server_port}")
        person.get("/")
        person.get("/")
        server.shutdown()
    assert (sent[-1] == "wrote=1") is is_kept
