"""The app's configuration, and its contribution to the pages of `agencies`: audit and inbox."""

from django.apps import AppConfig

from agencies.contributions import Contribution, contribute
from reports.audit_words import WORDS
from reports.choices import ReportMessage


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        # Imported here because they need the models, which are loaded only now.
        from measures.todo_notices import of_notices
        from reports.archive.todo import TO_DOS as PAPERS
        from reports.filing_status.todo import TO_DOS as FILINGS
        from reports.filing_status.todo import beside

        contribute(
            self.label,
            Contribution(
                audit=WORDS,
                messages=ReportMessage,
                pages={"reports:report": "reports.report"},
                to_dos=of_notices("period__notice", *FILINGS, *PAPERS),
                beside_to_dos=beside,
            ),
        )
