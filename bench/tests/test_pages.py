"""Another server's pages are only measured if they are the intended pages."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench.pages import Page, fetched, other_server
from bench.serving import Client

TASKS = Page("list", "", "/tasks/", "Tasks")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        is_known = self.headers["Cookie"] == "session=1"
        body = b"<h1>Tasks</h1>" if is_known else b"<h1>Sign in</h1>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_file_names_pages_and_the_headers_of_a_person(url: str, tmp_path: Path) -> None:
    page = {"name": "list", "address": "/tasks/", "marker": "Tasks"}
    file = tmp_path / "pages.json"
    file.write_text(json.dumps({"headers": {"Cookie": "session=1"}, "pages": [page]}))
    other = other_server(url, file)
    assert other.pages == [TASKS]
    assert b"Tasks" in fetched(Client(url, headers=other.headers), TASKS).body


def test_a_page_without_its_marker_is_refused(url: str) -> None:
    with pytest.raises(RuntimeError, match="Tasks"):
        fetched(Client(url), TASKS)
