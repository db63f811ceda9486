"""The audit trail as CSV, as far as an auditor may read it."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from django.db import transaction
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.audit.lines import AuditLine, ChangedField, line_of
from agencies.models import User
from agencies.models.audit import EventQuerySet
from agencies.permissions import Perm

EXPORT_MOST = 50_000
BATCH = 1_000
HEAD = (
    *("编号", "时间", "人员", "单位与角色", "事项", "内容", "变更前后"),
    *("对象", "结果", "来源地址", "请求编号"),
)
CUT = f"只导出最新的{EXPORT_MOST}条，更早的请缩小日期范围另行导出。"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@transaction.atomic
def record_export(asked: Iterable[str], *, by: User, at: datetime) -> None:
    """Record who takes which rows out of the house. Raises PermissionDenied."""
    by.demand(Perm.READ_AUDIT)
    words = "，".join(asked) or "不限条件"
    trail.record("audit.export", None, by=by, at=at, sentence=f"导出审计记录（{words}）。")


def csv_lines(events: EventQuerySet) -> Iterator[str]:
    """Yield the file, newest row first, at most EXPORT_MOST rows and then a sentence.

    Read by pages, each from the last row of the one before, so that neither memory nor a cursor is
    held for all of it.
    """
    yield "\ufeff" + _line(HEAD)  # Excel reads UTF-8 by this mark
    last, left = None, EXPORT_MOST
    while rows := list(events.newest_first(before=last)[: min(BATCH, left)]):
        yield "".join(_line(_cells(line_of(event))) for event in rows)
        last, left = rows[-1], left - len(rows)
        if not left:
            if events.newest_first(before=last).exists():
                yield _line((CUT,))
            return


def _cells(line: AuditLine) -> tuple[object, ...]:
    event = line.event
    return (
        event.pk,
        f"{localtime(event.at):%Y-%m-%d %H:%M:%S}",
        event.actor_name,
        event.actor_post,
        line.action,
        line.sentence + (f"（{line.path}）" if line.path else ""),
        "；".join(_change(change) for change in line.changes if not change.is_same),
        line.target,
        event.ended.label,
        event.address or "",
        event.request_id,
    )


def _change(change: ChangedField) -> str:
    before = f"{change.before} → " if change.before is not None else ""
    return f"{change.label}：{before}{'（无）' if change.after is None else change.after}"


def _line(cells: Iterable[object]) -> str:
    """One row; text that a spreadsheet would take for a formula begins with an apostrophe."""
    out = StringIO()
    safe = (f"'{text}" if text.startswith(FORMULA) else text for text in map(str, cells))
    csv.writer(out).writerow(safe)
    return out.getvalue()
