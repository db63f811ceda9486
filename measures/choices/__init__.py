"""The closed lists of this app, each member with all that is shown about it."""

from measures.choices.comparison import Change
from measures.choices.exchange import (
    SHEETS_HELD,
    SHEETS_UNDER_WAY,
    SHEETS_WAITING,
    SheetKind,
    SheetState,
)
from measures.choices.filing import (
    NOTE_LABELS,
    Confidence,
    Decision,
    EvidenceKind,
    FilingState,
    ObjectionState,
    ObjectionSubject,
    UnchangedReason,
)
from measures.choices.indicator import Direction, IndicatorState
from measures.choices.instruction import InstructionState
from measures.choices.light import OFF_PACE, Cause, Pace
from measures.choices.measure import (
    CLAIMABLE_STAGES,
    SETTABLE_LIGHTS,
    SETTABLE_STAGES,
    GapKind,
    LeadBasis,
    Light,
    Nature,
    ResponsibilityRole,
    Stage,
    StatusKind,
)
from measures.choices.message import MeasureMessage
from measures.choices.period import PeriodKind, PeriodState
from measures.choices.request import RequestState
