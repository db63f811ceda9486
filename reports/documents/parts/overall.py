"""总体进展情况: counts with shares, lights, what changed since the last period. Pure."""

from lib.chinese import listed
from lib.numbers import shares
from measures.choices import Change, Light, Nature, Stage
from measures.rules.comparison import Moment, changes_between
from reports.datasets.schema import BeforeData, CountData, MeasureData, ProgressData, measures_of
from reports.documents.wording import as_sentence, count_clauses, day_words, percentage_points

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
    return "；".join(filter(None, clauses))


def _pace(data: ProgressData) -> str:
    dated = [m for m in measures_of(data) if m["expected"] is not None]
    if not dated:
        return ""
    kept = sum(_is_on_pace(measure) for measure in dated)
    counts = {"kept": kept, "behind": len(dated) - kept}
    share = shares(counts)
    rows = (
        ("达到序时进度", counts["kept"], str(share["kept"])),
        ("未达到序时进度", counts["behind"], str(share["behind"])),
    )
    return f"有时限要求的{len(dated)}项措施中，{count_clauses(rows)}。"


def _is_on_pace(measure: MeasureData) -> bool:
    if measure["stage"] == Stage.DONE or measure["expected"] is None:
        return True
    return (measure["percent"] or 0) >= measure["expected"]


def light_sentence(data: ProgressData) -> str:
    red = [measure for measure in measures_of(data) if measure["light"] == Light.RED]
    named = "；".join(f"{m['mark']}{m['title']}，{as_sentence(m['sentence'], end='')}" for m in red)
    return f"{light_counts(data)}滞后事项：{named}。" if red else light_counts(data)


def light_counts(data: ProgressData) -> str:
    """Return 按2026年11月23日评定，绿灯（正常）13项、占76.5%；…。"""
    order = (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
    counts = sorted(data["lights"], key=lambda one: order.index(Light(one["key"])))
    return f"按{day_words(data['judged_on'])}评定，{count_clauses(_rows(counts))}。"


def _rows(counts: list[CountData]) -> list[tuple[str, int, str]]:
    return [(count["words"], count["count"], count["share"]) for count in counts]


def changes_since_previous(data: ProgressData) -> str:
    both = [(m, before) for m in measures_of(data) if (before := m["before"]) is not None]
    if not both:
        return "此前没有已关闭的填报期，暂无上期数据可比。"
    found = [(changes_between(_then(before), _now(m)), m) for m, before in both]
    said = "；".join(
        f"{word}{len(those)}项：{listed(measure['mark'] for measure in those)}"
        for change, word in CHANGES
        if (those := [measure for changes, measure in found if change in changes])
    )
    words = f"与{data['previous']}相比，{said or '各项措施的进度和预警灯没有变化'}。"
    return f"{words}{_green_share(both)}"


def _green_share(both: list[tuple[MeasureData, BeforeData]]) -> str:
    """The share of green lights, where it differs: a difference of shares is in 个百分点."""
    then = sum(before["light"] == Light.GREEN for _, before in both)
    now = sum(measure["light"] == Light.GREEN for measure, _ in both)
    if then == now:
        return ""
    was, is_ = (
        shares({"green": count, "other": len(both) - count})["green"] for count in (then, now)
    )
    return f"绿灯措施占{is_}%，比上期{percentage_points(is_ - was)}。"


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
