"""What this app adds to the pages of `agencies`: audit."""

from django.apps import AppConfig

from agencies.contributions import Contribution, contribute
from measures.audit_words import WORDS


class MeasuresConfig(AppConfig):
    name = "measures"

    def ready(self) -> None:
        contribute(self.label, Contribution(audit=WORDS))
