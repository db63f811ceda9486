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
        # Imported here: they need the models, which are not loaded before.
        from agencies.accounts.todo import TO_DOS
        from agencies.audit.scopes import BY_AGENCY, events_of_agency

        register(check_address, Tags.security)
        contribute(
            self.label,
            Contribution(
                audit=WORDS,
                scopes=(BY_AGENCY,),
                events_of={"agency": events_of_agency},
                messages=AgencyMessage,
                to_dos=TO_DOS,
            ),
        )
