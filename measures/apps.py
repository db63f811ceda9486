"""The app's configuration, and its contribution to the pages of `agencies`."""

from itertools import chain

from django.apps import AppConfig

from agencies.contributions import Contribution, contribute
from measures.audit_words import WORDS
from measures.choices import MeasureMessage

# The pages to which messages link, with the models of their objects.
PAGES = {
    "measures:measure": "measures.measure",
    "measures:filing": "measures.filing",
    "measures:review": "measures.filing",
    "measures:my_filings?period": "measures.period",
    "measures:period": "measures.period",
    "measures:short_notice": "measures.period",
    "measures:objection": "measures.objection",
    "measures:instruction": "measures.instruction",
    "measures:coordination_item": "measures.coordinationitem",
    "measures:sheet": "measures.sheetimport",
    "measures:gap": "measures.gap",
    "measures:change": "measures.noticechange",
    "measures:indicator": "measures.indicator",
    "measures:indicator_edit": "measures.indicator",
    "measures:milestones": "measures.measure",
    "measures:milestone": "measures.measure",
    "measures:approval due-date": "measures.duedaterequest",
    "measures:approval closing": "measures.closingrequest",
    "measures:approval override": "measures.overriderequest",
}


class MeasuresConfig(AppConfig):
    name = "measures"

    def ready(self) -> None:
        # Imported here because they need the models, which are loaded only now.
        from measures.approvals.todo import TO_DOS as APPROVALS
        from measures.coordination.todo import TO_DOS as COORDINATION
        from measures.filings.todo import TO_DOS as FILINGS
        from measures.instructions.todo import TO_DOS as INSTRUCTIONS
        from measures.intake_page.todo import TO_DOS as INTAKE
        from measures.models import Notice, Workday
        from measures.notice_changes.todo import TO_DOS as GAPS
        from measures.periods.todo import TO_DOS as PERIODS
        from measures.reviews.first_day import beside
        from measures.reviews.handover import pass_on_open_work
        from measures.reviews.todo import OBJECTIONS, REVIEW
        from measures.scopes import (
            EVENTS_BY_MEASURE,
            MESSAGES_BY_MEASURE,
            events_of_agency,
            events_of_measure,
        )
        from measures.sheets.todo import TO_DOS as SHEETS
        from measures.todo_notices import of_notices, path_to_number

        all_of = (
            of_notices("measure__notice", *INSTRUCTIONS),
            of_notices("measure__notice", *COORDINATION),
            of_notices("period__notice", *FILINGS),
            of_notices("period__notice", REVIEW),
            of_notices("measure__notice", OBJECTIONS),
            of_notices("measure__notice", *APPROVALS),
            of_notices("period__notice", *SHEETS),
            PERIODS,
            of_notices("notice", *GAPS),
            INTAKE,
        )
        demonstrated = Notice.objects.filter(demonstrated_at__isnull=False)
        contribute(
            self.label,
            Contribution(
                audit=WORDS,
                scopes=(EVENTS_BY_MEASURE,),
                events_of={"measure": events_of_measure, "agency": events_of_agency},
                messages=MeasureMessage,
                message_scopes=(MESSAGES_BY_MEASURE,),
                to_dos=tuple(chain.from_iterable(all_of)),
                beside_to_dos=beside,
                calendar=Workday.objects.as_calendar,
                pass_on=pass_on_open_work,
                document_of=path_to_number,
                pages=PAGES,
                is_demonstrated=demonstrated.exists,  # queries at each call
            ),
        )
