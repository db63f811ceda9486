"""Which status update rests on which accepted note."""

from measures.choices import SETTABLE_STAGES
from measures.models import Filing, StatusUpdate


def resting_on(filing: Filing) -> StatusUpdate | None:
    """The measure's newest status update, where it rests on the filing's accepted note."""
    newest = StatusUpdate.objects.filter(measure=filing.measure_id).first()
    if newest is None or filing.accepted_note_id is None:
        return None
    return newest if newest.notes.filter(pk=filing.accepted_note_id).exists() else None


def can_be_undone(update: StatusUpdate | None) -> bool:
    """Whether what held before an update is known, and can be set again."""
    return update is not None and update.stage_before in SETTABLE_STAGES
