"""专题简报: one page for a leader, with the overview's figures. Pure."""

from datetime import date

from measures.choices import Light
from policy_tracker.lib.chinese import chinese_number, listed
from reports.choices import FileFormat
from reports.data.shapes import CountData, MeasureData, ProgressData, measures_of
from reports.writers.document import Bar, Document, Figure, Form, Part
from reports.writers.prose_filings import counted_part
from reports.writers.prose_measures import leads, light_name
from reports.writers.prose_overall import compared, lights_sum, stages_words
from reports.writers.prose_points import Field, Point, points_of
from reports.writers.tables import behind
from reports.writers.titles import demo_line, file_start, subject_of
from reports.writers.wording import numbered, whole

# One page holds so many (22 lines, the figures take about eight).
BEHIND_MOST, POINTS_MOST, SIGNS_MOST = 4, 3, 60
STAGE_TONES = {
    "not_started": "grey",
    "under_way": "blue",
    "nearly_done": "blue",
    "done": "green",
    "suspended": "grey",
}
FILING_TONES = {"in_time": "green", "late": "yellow", "missing": "red", "awaited": "grey"}


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """The whole brief. It bears no number."""
    parts = (
        Part("总体情况", _overall(data), figures=_figures(data), key="overall"),
        Part("主要变化", (compared(data),), key="changes"),
        Part("滞后和预警事项", _behind(data), key="behind"),
        Part("主要问题", _points(data, "problems", "问题"), key="problems"),
        Part("需协调事项", _points(data, "help_needed", "需协调事项"), key="help"),
    )
    return Document(
        title_lines=(f"{data['period']['label']}{subject_of(data['notice'])}", "工作专题简报"),
        addressee="",
        opening="",
        parts=tuple(
            part._replace(heading=f"{chinese_number(n)}、{part.heading}")
            for n, part in enumerate(parts, start=1)
        ),
        ending="",
        annexes=(),
        signature=data["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.BRIEF,
    )


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    """What a file is called: 2026年前三季度…工作专题简报."""
    start = file_start(data["period"], is_demo=data["is_demo"])
    return f"{start}{subject_of(data['notice'])}工作专题简报"


def _overall(data: ProgressData) -> tuple[str, ...]:
    return (f"{stages_words(data)}{lights_sum(data)}{counted_part(data)[0]}",)


def _figures(data: ProgressData) -> tuple[Figure, ...]:
    shapes = {m["light"]: m["light_shape"] for m in measures_of(data)}
    lights = tuple(
        Bar(c["label"], c["count"], c["key"], shapes.get(c["key"], "")) for c in data["lights"]
    )
    owed = sum(count["count"] for count in data["filings"])
    figures = [
        Figure("预警灯", lights),
        Figure("进度", _bars(data["stages"], STAGE_TONES)),
    ]
    if owed:
        figures.append(Figure("报送", _bars(data["filings"], FILING_TONES), "件"))
    return tuple(figures)


def _bars(counts: list[CountData], tones: dict[str, str]) -> tuple[Bar, ...]:
    return tuple(Bar(c["label"], c["count"], tones[c["key"]]) for c in counts if c["count"])


def _behind(data: ProgressData) -> tuple[str, ...]:
    found = behind(data)
    if not found:
        return ("没有滞后和预警事项。",)
    told = numbered([_behind_words(measure) for measure in found[:BEHIND_MOST]])
    return _with_rest(told, len(found) - BEHIND_MOST, "项")


def _behind_words(measure: MeasureData) -> str:
    lead = f"（{listed(leads(measure))}牵头）" if leads(measure) else ""
    return (
        f"{measure['mark']}{measure['title']}{lead}：{light_name(measure)}，"
        f"{whole(measure['sentence'], end='')}"
    )


def _points(data: ProgressData, field: Field, subject: str) -> tuple[str, ...]:
    """Those of red measures first, then of yellow ones, then the others."""
    order = {Light.RED.value: 0, Light.YELLOW.value: 1}
    measures = sorted(measures_of(data), key=lambda m: order.get(m["light"], 2))
    points = points_of(measures, field)
    if not points:
        return (f"本期未收到{subject}。",)
    told = numbered([_short(point) for point in points[:POINTS_MOST]])
    return _with_rest(told, len(points) - POINTS_MOST, "条")


def _short(point: Point) -> str:
    sentence = whole(point.sentence, end="")
    return sentence if len(sentence) <= SIGNS_MOST else f"{sentence[: SIGNS_MOST - 1]}…"


def _with_rest(told: tuple[str, ...], rest: int, unit: str) -> tuple[str, ...]:
    if rest <= 0:
        return told
    return (*told[:-1], f"{told[-1]}另有{rest}{unit}见进展情况报告。")
