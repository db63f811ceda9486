"""What the lead and the chief are told before a measure is closed: gathers, the rule judges."""

from django.db.models import Count, Q

from measures.choices import FilingState, PeriodState, Stage
from measures.models import DueDateRequest, Filing, Measure, Milestone, Objection
from measures.models.arrival import arrived_q, owed_q
from measures.rules.closing import Check, ClosingFacts, checks_of


def checks_for(measure: Measure) -> list[Check]:
    """The checks of one measure; four queries."""
    never_left = Q(first_submitted_at=None) & ~Q(state=FilingState.WAIVED)
    is_debt = owed_q() & ~arrived_q() & Q(written_off_at=None)
    counts = Filing.objects.filter(measure=measure).aggregate(
        unfiled=Count("pk", filter=never_left & Q(period__state=PeriodState.OPEN)),
        debts=Count("pk", filter=is_debt & Q(period__state=PeriodState.CLOSED)),
        waiting=Count("pk", filter=Q(state=FilingState.SUBMITTED)),
        mending=Count("pk", filter=Q(state=FilingState.RETURNED, first_submitted_at__isnull=False)),
    )
    facts = ClosingFacts(
        stage=Stage(measure.stage),
        percent=measure.percent,
        is_dated=measure.is_dated,
        milestones=Milestone.objects.filter(measure=measure, is_done=False).count(),
        objections=Objection.objects.filter(measure=measure).open().count(),
        due_requests=DueDateRequest.objects.filter(measure=measure).open().count(),
        **counts,
    )
    return checks_of(facts)
