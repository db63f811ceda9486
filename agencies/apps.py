"""What this app adds to its own shared pages, as every app does."""

from django.apps import AppConfig

from agencies.audit_words import WORDS
from agencies.choices import AgencyMessage
from agencies.contributions import Contribution, contribute


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self) -> None:
        contribute(self.label, Contribution(audit=WORDS, messages=AgencyMessage))
