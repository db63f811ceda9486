"""Models: the notice, its measures, periods, filings, reviews, lights and requests."""

from measures.models.alternate_filing import AlternateFiling
from measures.models.calendar import Workday
from measures.models.chasing import ChaseLadder, ChaseRound, LadderRung, Urge
from measures.models.coordination import CoordinationItem, CoordinationStep
from measures.models.evidence import Evidence, KeptFile
from measures.models.exchange import SheetImport
from measures.models.filing import Filing
from measures.models.indicator import Indicator, IndicatorTarget
from measures.models.instruction import Addressee, Instruction, InstructionReply, InstructionTold
from measures.models.intake import IntakeDraft
from measures.models.light import LightChange, LightThresholds, OverrideRequest
from measures.models.measure import Gap, Measure
from measures.models.milestone import Milestone
from measures.models.note import Note
from measures.models.notice import Notice, Section
from measures.models.notice_change import NoticeChange, NoticeChangeFile
from measures.models.objection import Objection, Remark
from measures.models.period import Period, Snapshot
from measures.models.related import ClauseLink, DocumentClause, RelatedDocument
from measures.models.request import ClosingFile, ClosingRequest, DueDateRequest
from measures.models.responsibility import Responsibility
from measures.models.review import Review
from measures.models.short_notice import ShortNotice
from measures.models.status import StatusUpdate
from measures.models.totals import DutyTotal, FilingTotal, MeasureTotal, SnapshotTotal
from measures.models.value import Figure, IndicatorValue
