"""The closed lists of this app; each member has its label and colour."""

from measures.choices.chasing import REMINDERS, ChaseAudience, InstructionRung, Rung
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
    OpenWork,
    UnchangedReason,
)
from measures.choices.light import OFF_PACE, Cause, Pace
from measures.choices.measure import (
    CLAIMABLE_STAGES,
    SETTABLE_LIGHTS,
    SETTABLE_STAGES,
    Change,
    Direction,
    GapKind,
    IndicatorState,
    LeadBasis,
    Light,
    Nature,
    ResponsibilityRole,
    Stage,
    StatusKind,
)
from measures.choices.message import MeasureMessage
from measures.choices.notice_change import (
    REVISIONS,
    ChangeKind,
    ChangeState,
    DocumentRelation,
    LinkKind,
)
from measures.choices.period import PeriodKind, PeriodState
from measures.choices.request import (
    CoordinationAct,
    CoordinationState,
    InstructionState,
    RequestState,
)
