"""Reads the database after the run by SQL, independent of the product's own code."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import psycopg2

from dev.kill_run.ledger import Found, Kind

WRITES = f"""
    SELECT '{Kind.SAVE}', after->>'progress', count(*) FROM agencies_event
      WHERE action = 'filing.save' GROUP BY 2
    UNION ALL SELECT '{Kind.SUBMIT}', progress, count(*) FROM measures_note
      WHERE submitted_at IS NOT NULL GROUP BY 2
    UNION ALL SELECT '{Kind.CORRECT}', after->>'correction_reason', count(*) FROM agencies_event
      WHERE action = 'filing.correct' GROUP BY 2
    UNION ALL SELECT CASE decision WHEN 'accept' THEN '{Kind.ACCEPT}' ELSE '{Kind.RETURN}' END,
      comment, count(*) FROM measures_review WHERE comment > '' GROUP BY 1, 2
    UNION ALL SELECT CASE action WHEN 'report.issue' THEN '{Kind.ISSUE}' ELSE '{Kind.REQUEST}' END,
      target_id::text, count(*) FROM agencies_event
      WHERE action IN ('report.issue', 'report.request') GROUP BY 1, 2
"""  # noqa: S608 - our own words
NEWEST = """
    SELECT DISTINCT ON (filing_id) filing_id, progress FROM measures_note
    WHERE dropped_at IS NULL ORDER BY filing_id, version DESC
"""
UNDER_WAY = "SELECT count(*) FROM reports_report WHERE state IN ('queued', 'freezing', 'writing')"
# Each request for files (the first, signing, a person's second attempt) must end once.
ENDS = """
    SELECT r.id, r.state, count(e.id) FILTER (WHERE e.action IN
             ('report.request', 'report.issue', 'report.rerun')),
           count(e.id) FILTER (WHERE e.action IN
             ('report.done', 'report.same', 'report.fail', 'report.cancel'))
    FROM reports_report r JOIN agencies_event e
      ON e.target_type = 'reports.report' AND e.target_id = r.id
    WHERE r.id > %s GROUP BY r.id ORDER BY r.id
"""
DOUBLED = {
    "版本": "SELECT filing_id, version FROM measures_note GROUP BY 1, 2 HAVING count(*) > 1",
    "文号": "SELECT number FROM reports_issue WHERE number > '' GROUP BY 1 HAVING count(*) > 1",
    "报告文件": """SELECT report_id, format FROM reports_reportfile
                   GROUP BY 1, 2 HAVING count(*) > 1""",
}
LIAISONS = """
    SELECT u.username FROM agencies_user u
    JOIN agencies_membership m ON m.user_id = u.id AND m.role = 'liaison'
    JOIN agencies_agency a ON a.id = m.agency_id AND NOT a.needs_inner_approval
    JOIN measures_filing f ON f.agency_id = a.id AND f.state IN ('pending', 'draft', 'returned')
    JOIN measures_period p ON p.id = f.period_id AND p.state = 'open'
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT %s
"""


class Data:
    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, sql: str, *given: object) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self._url)) as connection:
            cursor = connection.cursor()
            cursor.execute(sql, given)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def liaisons(self, most: int) -> list[str]:
        """Return the liaisons who owe most, of agencies without inner approval."""
        return [name for (name,) in self.ask(LIAISONS, most)]

    def last_report(self) -> int:
        return int(self.ask("SELECT coalesce(max(id), 0) FROM reports_report")[0][0])

    def found(self) -> Found:
        writes = {(Kind(kind), token): times for kind, token, times in self.ask(WRITES)}
        return Found(writes, dict(self.ask(NEWEST)))

    def wait_for_jobs(self, seconds: float) -> int:
        """Wait until no report is unfinished; return how many still are."""
        until = time.monotonic() + seconds
        while (left := int(self.ask(UNDER_WAY)[0][0])) and time.monotonic() < until:
            time.sleep(1)
        return left

    def doubled(self) -> list[str]:
        found = {name: self.ask(sql) for name, sql in DOUBLED.items()}
        return [f"{name}有两个：{row}" for name, rows in found.items() for row in rows]


def ended_otherwise(rows: Sequence[tuple[int, str, int, int]]) -> list[str]:
    """Return a line for each report that did not end once per request."""
    return [
        f"报告{report}（{state}）要求生成{asked}次，结束{ended}次"
        for report, state, asked, ended in rows
        if asked != ended
    ]


def in_words(counts: Mapping[Any, int]) -> str:
    return "、".join(f"{name} {number}" for name, number in sorted(counts.items())) or "无"
