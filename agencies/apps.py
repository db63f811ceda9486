"""The app's configuration, and its own contribution to the shared pages."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from agencies.audit_words import WORDS
from agencies.choices import AgencyMessage
from agencies.contributions import Contribution, contribute
from agencies.outbound.checks import check_outbound
from agencies.sign_in.checks import check_address, check_provider


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self) -> None:
        # Imported here because they need the models, which are loaded only now.
        from agencies.accounts.data_keys import check_keys
        from agencies.accounts.todo import TO_DOS as ACCOUNTS
        from agencies.audit.retention import check_retention
        from agencies.audit.scopes import BY_AGENCY, events_of_agency
        from agencies.audit.todo import TO_DOS as AUDIT
        from agencies.outbound.todo import TO_DOS as OUTBOX

        register(check_address, Tags.security)
        register(check_provider, Tags.security)
        register(check_outbound)
        register(check_keys)
        register(check_retention)
        contribute(
            self.label,
            Contribution(
                audit=WORDS,
                scopes=(BY_AGENCY,),
                events_of={"agency": events_of_agency},
                messages=AgencyMessage,
                to_dos=(*AUDIT, *ACCOUNTS, *OUTBOX),
            ),
        )
