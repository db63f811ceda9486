"""Requests to the chief in the demonstration: dates, 转入常态, lights by hand, open requests.

The notice sets no dates. 商务委 sets two, with a text that says so, to demonstrate dates,
percentages and requests.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.utils.timezone import localdate
from docx import Document

from agencies.models import User
from measures.approvals.closing import agree_closing, ask_closing
from measures.approvals.due_dates import agree_due_date, ask_due_date
from measures.choices import EvidenceKind, Light
from measures.demonstration import scenarios, texts
from measures.demonstration.parts import Scene
from measures.filings.evidence import no_file_left_behind
from measures.lights.overrides import agree_override, ask_override
from measures.models import Measure
from measures.rules.light import expected_percent
from measures.rules.uploads import Upload

HOLDS = timedelta(days=45)  # how long a light set by hand is effective
AHEAD = 3  # percentage points behind the plan: not enough for a warning


class PlannedEvent(NamedTuple):
    """An event, a number of working days after a period is due, at a time of day."""

    period: int
    days: int
    time: str
    happen: Callable[..., object]  # called with at=


def moves(scene: Scene, *, on: date) -> Iterator[PlannedEvent]:
    """Yield all of them, relative to the day of loading the demonstration."""
    spring, summer, winter = (date(on.year + 1, *day) for day in ((3, 31), (6, 30), (12, 31)))
    middle, last = scenarios.OPEN - 1, scenarios.OPEN
    made: dict[str, Any] = {}  # the requests by their names in this module

    def then(verb: Callable[..., None], *said: object) -> Callable[..., object]:
        return partial(verb, scene, made, *said)

    yield PlannedEvent(middle, -3, "10:10", then(_first_date, 4, summer, _near(4, winter, on)))
    yield PlannedEvent(middle, 4, "10:20", then(_first_date, 12, spring, _near(12, spring, on)))
    yield PlannedEvent(last, -6, "09:20", then(_ask_date, "later_4", 4, winter))
    yield PlannedEvent(last, -5, "15:10", then(_agree, agree_due_date, "later_4", "agreed_4"))
    yield PlannedEvent(last, -4, "09:50", then(_ask_closing, "result_6", 6))
    yield PlannedEvent(last, 0, "10:20", then(_ask_date, "later_12", 12, winter))
    yield PlannedEvent(last, scenarios.LAST, "09:40", then(_ask_closing, "result_16", 16))
    by_hand = on + HOLDS
    yield PlannedEvent(last, scenarios.LAST, "10:30", then(_ask_light, "by_hand_14", 14, by_hand))
    yield PlannedEvent(
        last, scenarios.LAST, "15:40", then(_agree, agree_override, "by_hand_14", "agreed_14")
    )
    yield PlannedEvent(last, scenarios.LAST, "16:20", then(_ask_light, "by_hand_13", 13, by_hand))
    yield PlannedEvent(
        last, scenarios.LAST, "17:45", then(_agree, agree_closing, "result_6", "agreed_6")
    )


def _near(ordinal: int, due_on: date, on: date) -> int:
    """Return a percentage that is a little behind the plan on the day of loading."""
    starts_on = Measure.objects.get(ordinal=ordinal).starts_on
    return int(expected_percent(starts_on, due_on, on=on)) - AHEAD


def _first_date(
    scene: Scene, made: dict[str, Any], ordinal: int, to_on: date, percent: int, *, at: datetime
) -> None:
    ask_due_date(
        Measure.objects.get(ordinal=ordinal),
        by=scene.cast.coordinator,
        to_on=to_on,
        reason=texts.request_of(f"first_{ordinal}"),
        wording=texts.request_of("wording"),
        percent=percent,
        at=at,
    )


def _ask_date(
    scene: Scene, made: dict[str, Any], name: str, ordinal: int, to_on: date, *, at: datetime
) -> None:
    measure = Measure.objects.get(ordinal=ordinal)
    made[name] = ask_due_date(
        measure, by=_lead(scene, measure, at), to_on=to_on, reason=texts.request_of(name), at=at
    )


def _ask_closing(
    scene: Scene, made: dict[str, Any], name: str, ordinal: int, *, at: datetime
) -> None:
    measure = Measure.objects.get(ordinal=ordinal)
    with no_file_left_behind() as stored:
        made[name] = ask_closing(
            measure,
            by=_lead(scene, measure, at),
            result=texts.request_of(name),
            completed_on=at.date(),
            uploads=[_report(measure, texts.request_of(name))],
            stored=stored,
            at=at,
        )


def _ask_light(
    scene: Scene, made: dict[str, Any], name: str, ordinal: int, ends_on: date, *, at: datetime
) -> None:
    made[name] = ask_override(
        Measure.objects.get(ordinal=ordinal),
        by=scene.cast.coordinator,
        light=Light.YELLOW,
        reason=texts.request_of(name),
        ends_on=ends_on,
        at=at,
    )


def _agree(
    scene: Scene,
    made: dict[str, Any],
    verb: Callable[..., object],
    name: str,
    note: str,
    *,
    at: datetime,
) -> None:
    verb(made[name], by=scene.cast.chief, note=texts.request_of(note), at=at)


def _lead(scene: Scene, measure: Measure, at: datetime) -> User:
    lead = measure.responsibilities.leads(on=localdate(at)).select_related("agency").get()
    return scene.cast.liaisons[lead.agency.code]


def _report(measure: Measure, words: str) -> Upload:
    """Return a real document as the request's file, marked as invented."""
    document = Document()
    document.add_heading(f"{measure}完成情况{texts.MARK}", level=1)
    document.add_paragraph(words)
    document.add_paragraph(texts.request_of("file"))
    content = BytesIO()
    document.save(content)
    return Upload("完成情况（演示数据）.docx", EvidenceKind.DOCX, ContentFile(content.getvalue()))
