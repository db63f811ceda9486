"""All that one measure's page shows, as one person may read it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from agencies.models import Event, User
from agencies.permissions import Perm
from lib.arrays import from_array
from measures.access import (
    Reader,
    is_own,
    reader_of,
    reads_unaccepted,
    reads_whole,
)
from measures.approvals.page import Requests, requests_of
from measures.choices import FilingState, ResponsibilityRole
from measures.indicators.charts import Charted, charted
from measures.indicators.readings import readings_of
from measures.instructions.page import InstructionLine
from measures.lights.current import verdicts_for
from measures.lights.history import LightHistory, light_history_of
from measures.measure_page.head import MeasureHead, head_of
from measures.measure_page.parties import FilingCut, ResponsibleParty, cut_of, parties_of
from measures.measure_page.queries import events_of, filings_of, responsibilities_of
from measures.measure_page.timeline import Strip, strip_of
from measures.models import (
    Evidence,
    Filing,
    Measure,
    Milestone,
    Objection,
    Period,
    Responsibility,
)
from measures.rules.periods import current_period
from measures.status.history import History, history_of

TRAIL_MOST = 30
INSIDE = {"filing.send_back", "filing.withdraw"}  # what goes on inside an agency is its own


class TrailLine(NamedTuple):
    at: datetime
    actor_name: str
    sentence: str


class AcceptedWords(NamedTuple):
    filing: Filing
    is_whole: bool
    files: list[Evidence]


class MeasurePage(NamedTuple):
    head: MeasureHead
    light: LightHistory
    period: Period | None
    parties: list[ResponsibleParty]
    cut: FilingCut
    words: list[AcceptedWords]
    named_in_text: list[str]  # the agencies as the notice calls them, in its order
    history: History
    trail: list[TrailLine] | None  # None: not for this reader
    objections: list[Objection]  # that wait for an answer, as far as the reader may see them
    may_object: bool
    requests: Requests  # dates and closing
    milestones: list[tuple[Milestone, bool]]  # and whether its day has passed
    strip: Strip | None  # dates and milestones over time
    indicators: list[Charted]
    may_keep_figures: bool
    instructions: list[InstructionLine]  # as far as the reader may see them
    may_instruct: bool

    @property
    def sees_trouble(self) -> bool:
        """Whether the reader sees the problems and next steps of any of its agencies."""
        return any(party.is_whole for party in self.parties)

    @property
    def term_words(self) -> str:
        """What the fold about dates holds, in a few words."""
        counts = (
            ("时限申请", len(self.requests.dates)),
            (f"{self.requests.word}申请", len(self.requests.closings)),
        )
        told = ["时限与节点一览"] if self.strip else []
        return "，".join([*told, *(f"{word}{count}项" for word, count in counts if count)])

    @property
    def milestone_words(self) -> str:
        """How its milestones stand: 逾期1个，未到期2个，已完成3个."""
        overdue = sum(is_overdue for _, is_overdue in self.milestones)
        done = sum(one.is_done for one, _ in self.milestones)
        ahead = len(self.milestones) - overdue - done
        counts = (("逾期", overdue), ("未到期", ahead), ("已完成", done))
        return "，".join(f"{word}{count}个" for word, count in counts if count) or "没有设定节点"

    @property
    def milestone_day(self) -> date | None:
        """The day of the first that is not done."""
        return next((one.due_on for one, _ in self.milestones if not one.is_done), None)


def measure_page_of(measure: Measure, *, reader: User, on: date) -> MeasurePage:
    """Gather it for a measure that measure_for() found; this sets its responsibilities."""
    responsibilities = list(responsibilities_of(measure, on=on))
    measure.duties = [one for one in responsibilities if one.is_valid(on=on)]
    for duty in measure.duties:
        duty.agency.name_then = duty.name_then  # as with_agencies() found it
    seen = reader_of(reader, measure)
    filings = list(filings_of(measure))
    main = [f for f in filings if f.period.kind == measure.notice.main_kind]
    period = current_period(measure.notice.main_kind, periods=[f.period for f in main], on=on)
    verdict = verdicts_for([measure], on=on)[measure.pk]
    leads = measure.pk in seen.led_measure_ids
    requests = requests_of(measure, reader=reader, leads=leads, on=on)
    is_party = any(duty.agency_id in seen.agency_ids for duty in measure.duties)
    sees_trail = is_party or reader.can(Perm.READ_UNACCEPTED)
    milestones = from_array(Milestone, measure.milestones_found)
    instructions = [InstructionLine.read(row) for row in measure.instructions_found or ()]
    parties = parties_of(measure.duties, main, period, seen=seen, on=on)
    head = head_of(
        measure,
        verdict,
        filings=main,
        period=period,
        milestones=milestones,
        original=requests.original,
        instructions=instructions,
        on=on,
    )
    return MeasurePage(
        head=head,
        light=light_history_of(measure, verdict, reader=reader, on=on),
        period=period,
        parties=parties,
        cut=cut_of(parties, on=on),
        words=_words(main, seen),
        named_in_text=_named_in_text(responsibilities, issued_on=measure.notice.issued_on),
        history=history_of(measure, requests.closings, on=on),
        trail=_trail(measure, filings, seen) if sees_trail else None,
        objections=from_array(Objection, measure.objections_found),
        may_object=leads,
        requests=requests,
        milestones=[(one, one.is_overdue(on=on)) for one in milestones],
        strip=strip_of(measure, milestones, requests.dates, on=on),
        indicators=[charted(one) for one in readings_of([measure.pk], on=on)],
        may_keep_figures=reader.can(Perm.UPDATE_STATUS),
        instructions=instructions,
        may_instruct=reader.can(Perm.INSTRUCT),
    )


def _named_in_text(responsibilities: Iterable[Responsibility], *, issued_on: date) -> list[str]:
    """What changed later, names and responsibilities, is not the notice's own text."""
    return [
        one.name_in_text
        for one in responsibilities
        if one.valid_from is None and one.is_valid(on=issued_on)
    ]


def _words(filings: list[Filing], seen: Reader) -> list[AcceptedWords]:
    newest: dict[int, Filing] = {}
    for filing in filings:
        if filing.accepted_note is not None:
            newest.setdefault(filing.agency_id, filing)
    ordered = sorted(
        newest.values(), key=lambda f: (f.role != ResponsibilityRole.LEAD, f.agency.order)
    )
    return [
        AcceptedWords(
            filing, reads_whole(seen, filing), files=from_array(Evidence, filing.files_found)
        )
        for filing in ordered
    ]


def _trail(measure: Measure, filings: list[Filing], seen: Reader) -> list[TrailLine]:
    """The newest steps, as far as the reader is told of them."""
    known = {filing.pk: filing for filing in filings}
    told = (_told(event, known, seen) for event in events_of(measure, filings))
    return [step for step in told if step is not None][:TRAIL_MOST]


def _told(event: Event, known: dict[int, Filing], seen: Reader) -> TrailLine | None:
    """One event in the reader's words; None where it went on inside another agency."""
    filing = known.get(event.target_id or 0) if event.target_type == "measures.filing" else None
    if filing is None or is_own(seen, filing):
        return TrailLine(event.at, event.actor_name, event.sentence)
    handed_in = event.after.get("state") == FilingState.IN_AGENCY
    if handed_in or event.action in INSIDE:
        return None
    if reads_unaccepted(seen, filing):
        return TrailLine(event.at, event.actor_name, event.sentence)
    # What a reviewer said of an unaccepted note stands behind the colon.
    return TrailLine(event.at, event.actor_name, event.sentence.partition("：")[0])
