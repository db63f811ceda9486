"""总体进展情况: counts with shares, lights, what changed since the last period. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from lib.chinese import listed
from lib.numbers import rounding_note, share, shares
from measures.choices import Change, Light, Nature, Pace, Stage
from measures.rules.comparison import Moment, changes_between
from reports.datasets.schema import BeforeData, CountData, MeasureData, ProgressData, measures_of
from reports.documents.parts.measures import which_green
from reports.documents.wording import (
    count_clauses,
    day_words,
    percentage_points,
    reason_words,
    share_clauses,
)

ShareRow = tuple[str, int, str]  # a word, a count and its share
GREENS = (Light.GREEN, Light.WAITING)
BOTH = "both"  # the key of the two greens told as one
# Of a dataset from before there were two greens.
ORDER_BEFORE = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)

# Changes are told in this order, in these words.
CHANGES = (
    (Change.NEWLY_RED, "新增滞后"),
    (Change.NEWLY_YELLOW, "新增预警"),
    (Change.RECOVERED, "恢复正常"),
    (Change.DONE, "新完成"),
    (Change.ADVANCED, "进度推进"),
    (Change.REGRESSED, "进度回退"),
)
_FURTHEST_FIRST = (
    Stage.DONE,
    Stage.NEARLY_DONE,
    Stage.UNDER_WAY,
    Stage.NOT_STARTED,
    Stage.SUSPENDED,
)


def overall_paragraphs(data: ProgressData) -> tuple[str, ...]:
    is_closed, label = data["period"]["is_closed"], data["period"]["label"]
    sentences = (
        stage_sentence(data),
        _pace(data),
        light_sentence(data),
        changes_since_previous(data),
        _gaps(measures_of(data)),
        "" if is_closed else f"“{label}”填报尚未关闭，以上为阶段性情况。",
    )
    return tuple(filter(None, sentences))


def stage_sentence(data: ProgressData) -> str:
    """Return 截至2026年11月23日，17项政策措施（长期坚持17项）中，正在推进17项、占100.0%。"""
    measures = measures_of(data)
    ongoing = sum(m["nature"] == Nature.ONGOING for m in measures)
    natures = count_clauses(
        (("长期坚持", ongoing, ""), ("有时限要求", len(measures) - ongoing, ""))
    )
    return (
        f"截至{day_words(data['judged_on'])}，{len(measures)}项政策措施（{natures}）中，"
        f"{stage_clauses(data)}。"
    )


def stage_clauses(data: ProgressData) -> str:
    """Return 已完成3项、占17.6%；正在推进14项、占82.4%, the furthest stage first."""
    routine = sum(
        m["stage"] == Stage.DONE and m["nature"] == Nature.ONGOING for m in measures_of(data)
    )
    with_routine = f"项（含转入常态化{routine}项）" if routine else "项"
    clauses = [
        count_clauses(_rows([count]), with_routine if count["key"] == Stage.DONE else "项")
        for count in sorted(data["stages"], key=lambda one: _FURTHEST_FIRST.index(one["key"]))
    ]
    note = rounding_note(count["share"] for count in data["stages"])
    return "；".join(filter(None, clauses)) + (f"（{note}）" if note else "")


def _pace(data: ProgressData) -> str:
    """How many measures with a due date keep up, by the same rule as their lights."""
    measures = measures_of(data)
    paces = Counter(measure["pace"] for measure in measures if measure["pace"])
    if not paces:
        return ""
    counts = {pace: paces[pace.value] for pace in Pace}
    share = shares({pace.value: count for pace, count in counts.items()})
    rows = [(str(pace.label), count, str(share[pace.value])) for pace, count in counts.items()]
    unrated = sum(m["expected"] is not None and not m["pace"] for m in measures)
    but = f"，另有{unrated}项未评定" if unrated else ""
    return f"有时限要求并已评定的{paces.total()}项措施中，{share_clauses(rows)}{but}。"


def light_sentence(data: ProgressData) -> str:
    red = [measure for measure in measures_of(data) if measure["light"] == Light.RED]
    named = "；".join(f"{m['mark']}{m['title']}，{reason_words(m)}" for m in red)
    return f"{light_counts(data)}滞后事项：{named}。" if red else light_counts(data)


def light_counts(data: ProgressData) -> str:
    """Return 按2026年11月23日评定，红灯（滞后）2项、占11.8%；…; of 正常 it says what is 待审核."""
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
    said = "；".join(filter(None, clauses)) + (f"（{note}）" if note else "")
    return f"按{day_words(data['judged_on'])}评定，{said}。"


def _greens(green: CountData, waiting: CountData, total: int) -> CountData:
    """The two greens as one row; where there is only one of them, that one."""
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


def changes_since_previous(data: ProgressData) -> str:
    both = [(m, before) for m in measures_of(data) if (before := m["before"]) is not None]
    if not both:
        return "此前没有已关闭的填报期，暂无上期数据可比。"
    found = [(changes_between(_then(before), _now(m)), m) for m, before in both]
    said = "；".join(
        f"{word}{len(those)}项：{listed(_changed_mark(one, change) for one in those)}"
        for change, word in CHANGES
        if (those := [measure for changes, measure in found if change in changes])
    )
    words = f"与{data['previous']}相比，{said or '各项措施的进度和预警灯没有变化'}。"
    return f"{words}{_green_share(both)}"


def _changed_mark(measure: MeasureData, change: Change) -> str:
    """（六）; of what is in order again （六）（待审核）: only 已审核 may be relied on."""
    which = which_green(measure) if change == Change.RECOVERED else ""
    return f"{measure['mark']}（{which}）" if which else measure["mark"]


def _green_share(both: list[tuple[MeasureData, BeforeData]]) -> str:
    """The share of green lights, where it differs: a difference of shares is in 个百分点."""
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


# Older snapshots know no due date, so a report compares none.
def _then(before: BeforeData) -> Moment:
    return Moment(before["stage"], before["light"], before["percent"], knows_due=False)


def _now(measure: MeasureData) -> Moment:
    return Moment(measure["stage"], measure["light"], measure["percent"], knows_due=False)


def _gaps(measures: list[MeasureData]) -> str:
    """What the captured text of the notice lacks is named as such, never filled in."""
    lost = (
        ("责任单位待核、尚未下达填报任务", [m for m in measures if m["agencies_mark"]]),
        ("标题待核", [m for m in measures if m["title_mark"]]),
    )
    said = "；".join(
        f"{listed(m['mark'] for m in found)}{len(found)}项{words}" for words, found in lost if found
    )
    return f"{said}，均待与公布文本核对，本报告不作推定。" if said else ""
