"""减负账 for the report on a year: what its notice required of agencies in that year."""

from measures.models import Period
from reports.burden.data import AskedRow, account_of
from reports.choices import Asking
from reports.datasets.schema import AskedData, BurdenData

BASIS = "只计本文件；数字：填报的指标数；约用：各项填报首次至末次保存的实测用时"


def burden_of(period: Period) -> BurdenData | None:
    """Return the account of the year if the period ends one, else None."""
    last = period.covers_to
    if (last.month, last.day) != (12, 31):
        return None
    account = account_of(last.year, None, notice=period.notice_id)
    rows = [_row(row, row.agency.short_name) for row in account.rows if row.agency]
    return {
        "year": last.year,
        "kinds": [str(one.label) for one in Asking],
        "basis": BASIS,
        "rows": [*rows, _row(account.total, "合计")] if rows else [],
    }


def _row(row: AskedRow, name: str) -> AskedData:
    counts = [f"{n}{asking.unit}" if n else "—" for asking, n in row.cells]
    return {"agency": name, "counts": counts, "time": row.words}
