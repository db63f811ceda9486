"""What this app adds to the pages of `agencies`: audit."""

from django.apps import AppConfig

from agencies.contributions import Contribution, contribute
from reports.audit_words import WORDS


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        contribute(self.label, Contribution(audit=WORDS))
