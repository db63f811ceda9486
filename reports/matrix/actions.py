"""Downloading 责任矩阵 as a workbook."""

import hashlib
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from measures.models import Notice
from reports.matrix.data import matrix_for
from reports.matrix.xlsx import write_matrix
from reports.period.shown import Shown, notice_key


class Taken(NamedTuple):
    name: str
    content: bytes


@transaction.atomic
def download_matrix(shown: Shown, *, by: User, at: datetime) -> Taken:
    """Return the workbook of a period; the download is audited. Raises PermissionDenied."""
    if not by.can(Perm.READ):
        raise PermissionDenied
    data = matrix_for(shown, on=localdate(at))
    notice = Notice.objects.filter(pk=notice_key(shown)).first()
    is_demo = notice is not None and notice.demonstrated_at is not None
    content = write_matrix(data, is_demo=is_demo)
    name = f"责任矩阵（{shown.period or '当前情况'}，截至{data.as_of:%Y-%m-%d}）.xlsx"
    trail.record(
        "matrix.download",
        shown.period or notice,
        by=by,
        at=at,
        sentence=f"下载“{name}”。",
        after={"rows_total": len(data.rows), "sha256": hashlib.sha256(content).hexdigest()},
    )
    return Taken(name, content)
