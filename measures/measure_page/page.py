"""A measure's page with its folds closed, as one person may read it."""

from datetime import date
from typing import NamedTuple

from agencies.permissions import Perm
from measures.approvals.page import Requests
from measures.choices import Light, Stage
from measures.indicators.charts import Charted, charted
from measures.instructions.page import InstructionLine
from measures.lights.current import verdicts_for
from measures.lights.history import LightHistory, light_history_of
from measures.measure_page.folds import Fold, folds_of
from measures.measure_page.head import MeasureHead, head_of
from measures.measure_page.parties import (
    FilingCut,
    FormerParty,
    ResponsibleParty,
    cut_of,
    former_of,
    parties_of,
)
from measures.measure_page.rows import MeasureRows
from measures.models import AlternateFiling, Gap, NoticeChange, Objection, Period
from measures.rules.periods import current_period


class MeasurePage(NamedTuple):
    head: MeasureHead
    light: LightHistory
    period: Period | None
    parties: list[ResponsibleParty]
    former: list[FormerParty]  # with a filing of the period, but no longer responsible
    is_ended: bool  # a later document ended it
    cut: FilingCut
    objections: list[Objection]  # open ones that the reader may see
    may_object: bool
    requests: Requests  # dates and closing
    indicators: list[Charted]
    instructions: list[InstructionLine]  # those that the reader may see
    may_instruct: bool
    folds: list[Fold]
    filled_gaps: list[Gap]  # parts missing in the notice that are filled now
    agencies_gap: Gap | None  # the notice's list of agencies is lost, or names only some
    revisions: list[NoticeChange]  # by later documents, newest first
    alternate: AlternateFiling | None  # 隔期填报, if it is confirmed
    skipped_in: Period | None  # the newest period, if it skips the measure
    may_alternate: bool  # it is proposed, and the reader may confirm it

    @property
    def sees_trouble(self) -> bool:
        """Whether the reader sees the problems and next steps of any of its agencies."""
        return any(party.is_whole for party in self.parties)

    @property
    def is_owed(self) -> bool:
        """Whether any of its agencies is late, so that reminders can be sent."""
        return any(party.debts for party in self.parties)

    @property
    def has_words(self) -> bool:
        """Whether any of its agencies has accepted text, which a fold shows in full."""
        return any(party.note for party in self.parties)


def measure_page_of(rows: MeasureRows) -> MeasurePage:
    measure, reader, on = rows.measure, rows.reader, rows.on
    filings = rows.main_filings
    period = period_of(rows, on=on)
    verdict = verdicts_for([measure], on=on)[measure.pk]
    parties = parties_of(measure.duties, filings, period, seen=rows.seen, on=on)
    head = head_of(
        measure,
        verdict,
        filings=filings,
        period=period,
        milestones=rows.milestones,
        original=rows.requests.original,
        instructions=rows.instructions,
        on=on,
    )
    return MeasurePage(
        head=head,
        light=light_history_of(measure, verdict, on=on),
        period=period,
        parties=parties,
        former=former_of(measure.duties, filings, period, seen=rows.seen, on=on),
        is_ended=measure.stage == Stage.ENDED,
        cut=cut_of(filings, period, on=on),
        objections=rows.objections,
        may_object=rows.leads,
        requests=rows.requests,
        indicators=[charted(one) for one in rows.readings],
        instructions=rows.instructions,
        may_instruct=reader.can(Perm.INSTRUCT),
        folds=folds_of(rows),
        filled_gaps=rows.filled_gaps,
        agencies_gap=rows.agencies_gap,
        revisions=rows.revisions,
        alternate=rows.alternate,
        skipped_in=rows.skipped_in,
        may_alternate=verdict.light == Light.GREEN and rows.may_alternate,
    )


def period_of(rows: MeasureRows, *, on: date) -> Period | None:
    """Return the period whose texts the page shows."""
    periods = [filing.period for filing in rows.main_filings]
    return current_period(rows.measure.notice.main_kind, periods=periods, on=on)
