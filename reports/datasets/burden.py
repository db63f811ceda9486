"""What a yearly report lists of the year's asking: 减负账 of each agency, in words. Frozen."""

from measures.models import Period
from reports.burden.data import AskedRow, account_of
from reports.choices import Asking
from reports.datasets.schema import AskedData, BurdenData


def burden_of(period: Period) -> BurdenData | None:
    """Return the account of the year that a period ends; None for a period that ends none."""
    last = period.covers_to
    if (last.month, last.day) != (12, 31):
        return None
    account = account_of(last.year, None)
    rows = [_row(row, row.agency.short_name) for row in account.rows if row.agency]
    return {
        "year": last.year,
        "kinds": [str(one.label) for one in Asking],
        "rows": [*rows, _row(account.total, "合计")] if rows else [],
    }


def _row(row: AskedRow, name: str) -> AskedData:
    counts = [f"{n}{asking.unit}" if n else "—" for asking, n in row.cells]
    return {"agency": name, "counts": counts, "time": row.words}
