"""Words about edits of reports."""

from typing import Self

from django.db.models import QuerySet


class ReportEditQuerySet(QuerySet):
    """Edits, the newest of a part first."""

    def of(self, report_id: int) -> Self:
        """Those of one report."""
        return self.filter(report=report_id)

    def said(self) -> list[tuple[str, str | None]]:
        """Part and text of every version, the later ones last; for the edits of one report."""
        return list(self.order_by("version").values_list("key", "text"))
