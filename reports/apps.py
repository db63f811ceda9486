"""What this app adds to the pages of `agencies`: audit and inbox."""

from django.apps import AppConfig

from agencies.contributions import Contribution, contribute
from reports.audit_words import WORDS
from reports.choices import ReportMessage


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        contribute(self.label, Contribution(audit=WORDS, messages=ReportMessage))
