"""A snapshot as the rule of changes takes it (measures.rules.comparison)."""

from measures.models import Snapshot
from measures.rules.comparison import Moment


def moment_of(snapshot: Snapshot) -> Moment:
    """What comparing a snapshot with another moment needs."""
    return Moment(
        stage=snapshot.stage,
        light=snapshot.light,
        percent=snapshot.percent,
        due_on=snapshot.due_on,
        knows_due=bool(snapshot.nature),
        never_filed=len(never_filed_in(snapshot)),
    )


def never_filed_in(snapshot: Snapshot) -> tuple[str, ...]:
    """The agencies that had never filed for the measure; none where that was not kept yet."""
    return tuple(kept["name"] for kept in snapshot.filings or [] if kept["never_filed"])
