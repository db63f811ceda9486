"""What, by when, and who owes which word about it."""

from measures.models.calendar import Workday
from measures.models.filing import Filing, Note, Review
from measures.models.measure import Gap, Measure, Responsibility
from measures.models.notice import Notice, Section
from measures.models.period import Period, Snapshot
from measures.models.status import StatusUpdate

__all__ = [
    "Filing",
    "Gap",
    "Measure",
    "Note",
    "Notice",
    "Period",
    "Responsibility",
    "Review",
    "Section",
    "Snapshot",
    "StatusUpdate",
    "Workday",
]
