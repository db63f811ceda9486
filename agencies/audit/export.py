"""The audit trail as CSV, with the parts that an auditor may read."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.audit.lines import AuditLine, ChangedField, line_of
from agencies.models import Seal, User
from agencies.models.audit import EventQuerySet
from agencies.permissions import Perm
from lib.csv_file import BYTE_ORDER_MARK, csv_line

EXPORT_MOST = 50_000
BATCH = 1_000
HEAD = (
    *("编号", "时间", "人员", "单位与角色", "事项", "内容", "变更前后"),
    *("对象", "结果", "来源", "请求编号", "封存编号", "技术信息（SHA-256）"),
)
SEALS_HEAD = (
    *("封存编号", "封存时间", "首条编号", "末条编号", "条数", "算法"),
    *("上一封存的摘要", "摘要"),
)
CUT = f"只导出最新的{EXPORT_MOST}条，更早的请缩小日期范围另行导出。"


@transaction.atomic
def record_export(asked: Iterable[str], *, by: User, at: datetime) -> None:
    """Record an export as an event; `asked`: its filters in words. Raises PermissionDenied."""
    by.demand(Perm.READ_AUDIT)
    words = "，".join(asked) or "不限条件"
    trail.record("audit.export", None, by=by, at=at, sentence=f"导出审计记录（{words}）。")


def csv_lines(events: EventQuerySet) -> Iterator[str]:
    """Yield the file, newest row first, at most EXPORT_MOST rows and then a sentence.

    The seals of these events come last. Rows are read in pages, each from the last row of the one
    before, so that neither memory nor a cursor is held for the whole trail.
    """
    yield BYTE_ORDER_MARK + csv_line(HEAD)
    last, left = None, EXPORT_MOST
    seals: set[int] = set()
    sealed = events.with_seal()
    while left and (rows := list(sealed.newest_first(before=last)[: min(BATCH, left)])):
        yield "".join(csv_line(_cells(line_of(event))) for event in rows)
        last, left = rows[-1], left - len(rows)
        seals |= {event.seal for event in rows if event.seal}
    if not left and events.newest_first(before=last).exists():
        yield csv_line((CUT,))
    yield from _seal_lines(sorted(seals))


def _seal_lines(numbers: list[int]) -> Iterator[str]:
    if numbers:
        yield csv_line(()) + csv_line(SEALS_HEAD)
    for start in range(0, len(numbers), BATCH):
        found = Seal.objects.without_digests().filter(number__in=numbers[start : start + BATCH])
        yield "".join(csv_line(_seal_cells(seal)) for seal in found)


def _seal_cells(seal: Seal) -> tuple[object, ...]:
    return (
        seal.number,
        f"{localtime(seal.at):%Y-%m-%d %H:%M:%S}",
        *(seal.first_id, seal.last_id, seal.count),
        seal.how.label,
        *(seal.previous, seal.digest),
    )


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
        event.source,
        event.request_id,
        event.seal or "",  # type: ignore[attr-defined]  # with_seal adds it
        "；".join(line.digests),
    )


def _change(change: ChangedField) -> str:
    before = f"{change.before} → " if change.before is not None else ""
    return f"{change.label}：{before}{'（无）' if change.after is None else change.after}"
