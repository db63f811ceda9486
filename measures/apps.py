"""What this app adds to the pages of `agencies`: audit, inbox, handover and sign-in."""

from django.apps import AppConfig

from agencies.contributions import Contribution, contribute
from measures.audit_words import WORDS
from measures.choices import MeasureMessage


class MeasuresConfig(AppConfig):
    name = "measures"

    def ready(self) -> None:
        # Imported here: they need the models, which are not loaded before.
        from measures.audit_scopes import BY_MEASURE, events_of_agency, events_of_measure
        from measures.models import Notice
        from measures.reviews.handover import pass_on_open_work

        demonstrated = Notice.objects.filter(demonstrated_at__isnull=False)
        contribute(
            self.label,
            Contribution(
                audit=WORDS,
                scopes=(BY_MEASURE,),
                events_of={"measure": events_of_measure, "agency": events_of_agency},
                messages=MeasureMessage,
                pass_on=pass_on_open_work,
                is_demonstrated=demonstrated.exists,  # asks anew at each call
            ),
        )
