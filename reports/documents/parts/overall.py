"""总体进展情况: counts with shares, lights, what changed since the last period. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from lib.chinese import listed
from lib.numbers import rounding_note, share, shares
from measures.choices import Change, Light, Nature, Pace, Stage
from measures.rules.comparison import Moment, changes_between
from reports.datasets.schema import BeforeData, CountData, MeasureData, ProgressData, measures_of
from reports.documents.names import has_nobody, measure_name, names_note
from reports.documents.parts.measures import figure_clause, is_fresh, which_green
from reports.documents.wording import (
    as_sentence,
    count_clauses,
    day_words,
    percentage_points,
    share_clauses,
)

ShareRow = tuple[str, int, str]  # a word, a count and its share
GREENS = (Light.GREEN, Light.WAITING)
BOTH = "both"  # the key of both greens together
# For older datasets with a single green.
ORDER_BEFORE = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)

# The order and the words of changes.
CHANGES = (
    (Change.NEWLY_RED, "新增滞后"),
    (Change.NEWLY_YELLOW, "新增预警"),
    (Change.RECOVERED, "恢复正常"),
    (Change.DONE, "新完成"),
    (Change.ADVANCED, "进度推进"),
    (Change.REGRESSED, "进度回退"),
)
FURTHEST_FIRST = (
    Stage.DONE,
    Stage.NEARLY_DONE,
    Stage.UNDER_WAY,
    Stage.NOT_STARTED,
    Stage.SUSPENDED,
    Stage.ENDED,
)


def _mark(measure: MeasureData) -> str:
    return measure["mark"]


def overall_paragraphs(data: ProgressData) -> tuple[str, ...]:
    """Return stages and lights in one paragraph, then lagging measures, changes and figures.

    The rest of the report, except its annex, does not mention stages and lights.
    """
    sentences = (
        f"{_natures(data)}中，{stage_clauses(data)}。{_pace(data)}{_dated(data)}按预警规则评定，{light_clauses(data)}。",
        _lagging(data),
        changes_since_previous(data, name=measure_name),
        _import_figures(data),
        _not_asked(data),
        *names_note(measures_of(data)),
    )
    return tuple(filter(None, sentences))


def _natures(data: ProgressData) -> str:
    """Return 17项政策措施（长期坚持15项、有时限要求2项）."""
    measures = measures_of(data)
    ongoing = sum(m["nature"] == Nature.ONGOING for m in measures)
    rows = (("长期坚持", ongoing), ("有时限要求", len(measures) - ongoing))
    natures = listed(f"{word}{count}项" for word, count in rows if count)
    return f"{len(measures)}项政策措施（{natures}）"


def _lagging(data: ProgressData) -> str:
    """Return the measures with a red light by name, with reason and first day."""
    red = [measure for measure in measures_of(data) if measure["light"] == Light.RED]
    named = "；".join(f"{measure_name(m)}，{_since(m)}" for m in red)
    return f"滞后措施{len(red)}项：{named}。" if red else ""


def _since(measure: MeasureData) -> str:
    since = f"（自{day_words(measure['since'])}起）" if measure["since"] else ""
    return f"{as_sentence(measure['sentence'], end='')}{since}"


def _import_figures(data: ProgressData) -> str:
    """Return the figures that 总览 shows, with their changes; targets are with the measures."""
    told = [
        figure_clause(one, on=data["as_of"], with_goal=False)
        for measure in measures_of(data)
        for one in measure["figures"]
        if one["is_import"] and is_fresh(one, on=data["as_of"])
    ]
    return f"主要指标：{'；'.join(told)}。" if told else ""


def _not_asked(data: ProgressData) -> str:
    """Return the number of measures without an agency in the captured text."""
    count = sum(map(has_nobody, measures_of(data)))
    return f"另有{count}项责任单位尚待明确，暂未评定，见分项进展情况。" if count else ""


def stage_clauses(data: ProgressData) -> str:
    """Return 已完成3项、占17.6%；正在推进14项、占82.4%, the furthest stage first."""
    routine = sum(
        m["stage"] == Stage.DONE and m["nature"] == Nature.ONGOING for m in measures_of(data)
    )
    clauses = [
        count_clauses(_rows([count]), _done_unit(count, routine))
        for count in sorted(data["stages"], key=lambda one: FURTHEST_FIRST.index(one["key"]))
    ]
    note = rounding_note(count["share"] for count in data["stages"])
    return "；".join(filter(None, clauses)) + (f"（{note}）" if note else "")


def _done_unit(count: CountData, routine: int) -> str:
    """Return the unit 项; for completed measures with the number of those that became routine."""
    if count["key"] != Stage.DONE or not routine:
        return "项"
    which = "转入常态化" if routine == count["count"] else f"含转入常态化{routine}项"
    return f"项（{which}）"


def _pace(data: ProgressData) -> str:
    """Return how many measures with a due date are on schedule, by the rule of their lights."""
    measures = measures_of(data)
    paces = Counter(measure["pace"] for measure in measures if measure["pace"])
    if not paces:
        return ""
    counts = {pace: paces[pace.value] for pace in Pace}
    share = shares({pace.value: count for pace, count in counts.items()})
    rows = [(str(pace.label), count, str(share[pace.value])) for pace, count in counts.items()]
    if len(paces) == 1:
        word, count = next((str(Pace(pace).label), count) for pace, count in paces.items())
        told = f"{'均' if count > 1 else ''}{word}"
    else:
        told = f"中，{share_clauses(rows)}"
    unrated = sum(m["expected"] is not None and not m["pace"] for m in measures)
    but = f"，另有{unrated}项未评定" if unrated else ""
    return f"有时限要求并已评定的{paces.total()}项措施{told}{but}。"


def _dated(data: ProgressData) -> str:
    """Return progress and due date of each measure with a due date."""
    told = [
        f"{measure_name(m)}完成{m['percent'] or 0}%、时限{day_words(m['due_on'])}"
        for m in measures_of(data)
        if m["due_on"]
    ]
    return f"其中，{'；'.join(told)}。" if told else ""


def light_clauses(data: ProgressData) -> str:
    """Return 红灯（滞后）2项、占11.8%；…; for 正常 with the number of 待审核."""
    by_key = {count["key"]: count for count in data["lights"]}
    if Light.WAITING in by_key:
        green = _greens(by_key[Light.GREEN], by_key[Light.WAITING], len(measures_of(data)))
        told = [by_key[Light.RED], by_key[Light.YELLOW], green, by_key[Light.GREY]]
    else:
        told = [by_key[light] for light in ORDER_BEFORE]
    clauses = []
    for count in told:
        clause = count_clauses(_rows([count]))
        clauses.append(f"{clause}{_parts(by_key)}" if count["key"] == BOTH else clause)
    note = rounding_note(count["share"] for count in told)
    return "；".join(filter(None, clauses)) + (f"（{note}）" if note else "")


def _greens(green: CountData, waiting: CountData, total: int) -> CountData:
    """Return both greens as one row; if only one of them occurs, that one."""
    if not (green["count"] and waiting["count"]):
        return green if green["count"] else waiting
    both = green["count"] + waiting["count"]
    return {
        "key": BOTH,
        "label": "正常",
        "words": "绿灯（正常）",
        "count": both,
        "share": str(share(both, total)),
    }


def _parts(by_key: Mapping[str, CountData]) -> str:
    reviewed, waiting = (by_key[light]["count"] for light in GREENS)
    return f"，其中已审核{reviewed}项、待审核{waiting}项"


def _rows(counts: Iterable[CountData]) -> list[ShareRow]:
    return [(count["words"], count["count"], count["share"]) for count in counts]


def changes_since_previous(
    data: ProgressData, *, name: Callable[[MeasureData], str] = _mark
) -> str:
    """Return the changes since the previous period; `name` returns a measure's name."""
    both = [(m, before) for m in measures_of(data) if (before := m["before"]) is not None]
    if not both:
        return "暂无上期数据可比。"
    found = [(changes_between(_moment(before), _moment(m)), m) for m, before in both]
    said = "；".join(
        f"{word}{len(those)}项：{listed(_changed(one, change, name) for one in those)}"
        for change, word in CHANGES
        if (those := [measure for changes, measure in found if change in changes])
    )
    words = f"与{data['previous']}相比，{said or '各项措施的进度和预警灯没有变化'}。"
    return f"{words}{_green_share(both)}"


def _changed(measure: MeasureData, change: Change, name: Callable[[MeasureData], str]) -> str:
    """Return （六）; if green again （六）（待审核）, because only 已审核 is reliable.

    For a step back （四）（原因：…）.
    """
    which = which_green(measure) if change == Change.RECOVERED else ""
    if change == Change.REGRESSED and measure["back_reason"]:
        which = f"原因：{as_sentence(measure['back_reason'], end='')}"
    if not which:
        return name(measure)
    called = name(measure)
    if called.endswith("）") and name is not _mark:
        return f"{called.removesuffix('）')}，{which}）"  # never two brackets in a row
    return f"{called}（{which}）"


def _green_share(both: list[tuple[MeasureData, BeforeData]]) -> str:
    """Return the change of the share of green lights, in 个百分点; empty if equal."""
    then = sum(before["light"] in GREENS for _, before in both)
    greens = [measure for measure, _ in both if measure["light"] in GREENS]
    now = len(greens)
    if then == now:
        return ""
    waiting = sum(measure["light"] == Light.WAITING for measure in greens)
    known = {which for which in map(which_green, greens) if which}
    which = f"（均{''.join(known)}）" if len(known) == 1 else ""
    if len(known) > 1:
        which = f"（已审核{now - waiting}项、待审核{waiting}项）"
    moved = share(abs(now - then), len(both))
    told = percentage_points(moved if now > then else -moved)
    return f"绿灯措施{which}占{share(now, len(both))}%，比上期{told}。"


def changes_by_number(data: ProgressData) -> str:
    """Return the changes since the previous period by the rule of 总览, with measures by number.

    与2026年上半年相比，新增滞后1项，为第（十）项；…. Empty if there is nothing to compare with.
    """
    found = [
        (changes_between(_moment(before), _moment(measure)), measure["mark"])
        for measure in measures_of(data)
        if (before := measure["before"]) is not None
    ]
    if not found:
        return ""
    said = "；".join(
        f"{word}{len(marks)}项，为第{listed(marks)}项"
        for change, word in CHANGES
        if (marks := [mark for changes, mark in found if change in changes])
    )
    return f"与{data['previous']}相比，{said or '各项措施的进度和预警灯没有变化'}。"


# Older snapshots have no due date, so reports do not compare it.
def _moment(one: BeforeData | MeasureData) -> Moment:
    return Moment(one["stage"], one["light"], one["percent"], knows_due=False)
