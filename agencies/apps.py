"""What this app adds to its own shared pages, as every app does."""

from django.apps import AppConfig

from agencies.audit_words import WORDS
from agencies.choices import AgencyMessage
from agencies.contributions import Contribution, contribute


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self) -> None:
        # Imported here: they need the models, which are not loaded before.
        from agencies.accounts.todo import TO_DOS

        contribute(self.label, Contribution(audit=WORDS, messages=AgencyMessage, to_dos=TO_DOS))
