"""What this app adds to its own shared pages, as every app does."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from agencies.audit_words import WORDS
from agencies.choices import AgencyMessage
from agencies.contributions import Contribution, contribute
from agencies.sign_in.checks import check_address


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self) -> None:
        register(check_address, Tags.security)
        contribute(self.label, Contribution(audit=WORDS, messages=AgencyMessage))
