"""总体进展: counts with shares, lights, what changed since the last period. Pure."""

from collections.abc import Mapping

from measures.choices import Light, Nature, Stage
from policy_tracker.lib.chinese import listed
from reports.data.shapes import BeforeData, CountData, MeasureData, ProgressData, measures_of
from reports.writers.wording import clauses, day_words, marks, whole

# What a stage is called inside a sentence.
STAGE_WORDS: dict[str, str] = {
    Stage.DONE: "已完成",
    Stage.NEARLY_DONE: "基本完成",
    Stage.UNDER_WAY: "正在推进",
    Stage.NOT_STARTED: "尚未启动",
    Stage.SUSPENDED: "已中止",
}
LIGHT_WORDS: dict[str, str] = {
    Light.GREEN: "绿灯（正常）",
    Light.YELLOW: "黄灯（预警）",
    Light.RED: "红灯（滞后）",
    Light.GREY: "灰灯（未评定）",
}


def overall_part(data: ProgressData) -> tuple[str, ...]:
    """The paragraphs: stages, lights, what changed, what is lost, and whether all is in."""
    measures = measures_of(data)
    return tuple(
        sentence
        for sentence in (
            _stages(data, measures),
            _lights(data, measures),
            _compared(data, measures),
            _marked(measures),
            "" if data["period"]["is_closed"] else _unfinished(data),
        )
        if sentence
    )


def _stages(data: ProgressData, measures: list[MeasureData]) -> str:
    routine = sum(m["stage"] == Stage.DONE and m["nature"] == Nature.ONGOING for m in measures)
    words = dict(STAGE_WORDS)
    if routine:
        words[Stage.DONE] = f"已完成（含转入常态化{routine}项）"
    ongoing = sum(m["nature"] == Nature.ONGOING for m in measures)
    natures = clauses((("长期坚持", ongoing, ""), ("有时限要求", len(measures) - ongoing, "")))
    return (
        f"截至{day_words(data['as_of'])}，{len(measures)}项政策措施（{natures}）中，"
        f"{_counted(data['stages'], words)}。"
    )


def _lights(data: ProgressData, measures: list[MeasureData]) -> str:
    judged = f"按{day_words(data['judged_on'])}评定，"
    red = [measure for measure in measures if measure["light"] == Light.RED]
    named = "；".join(f"{m['mark']}{m['title']}，{whole(m['sentence'], end='')}" for m in red)
    counted = f"{judged}{_counted(data['lights'], LIGHT_WORDS)}。"
    return f"{counted}滞后事项：{named}。" if red else counted


def _counted(counts: list[CountData], words: Mapping[str, str]) -> str:
    by_key = {count["key"]: count for count in counts}
    rows = [(word, by_key[key]["count"], by_key[key]["share"]) for key, word in words.items()]
    return clauses(rows)


def _compared(data: ProgressData, measures: list[MeasureData]) -> str:
    """What is different from the last period that closed."""
    both = [(measure, measure["before"]) for measure in measures if measure["before"]]
    if not both:
        return "此前没有已关闭的填报期，暂无上期数据可比。"
    said = "；".join(
        f"{word}{len(found)}项：{listed(marks(found))}"
        for word, is_so in CHANGES
        if (found := [now for now, before in both if is_so(now, before)])
    )
    return f"与{data['previous']}相比，{said or '各项措施的进度和预警灯没有变化'}。"


def _is_newly_red(now: MeasureData, before: BeforeData) -> bool:
    return now["light"] == Light.RED and before["light"] != Light.RED


def _has_recovered(now: MeasureData, before: BeforeData) -> bool:
    return now["light"] == Light.GREEN and before["light"] in (Light.RED, Light.YELLOW)


def _is_newly_done(now: MeasureData, before: BeforeData) -> bool:
    return now["stage"] == Stage.DONE and before["stage"] != Stage.DONE


def _has_moved(now: MeasureData, before: BeforeData) -> bool:
    return now["stage"] not in (before["stage"], Stage.DONE)


CHANGES = (
    ("新增滞后", _is_newly_red),
    ("恢复正常", _has_recovered),
    ("新完成", _is_newly_done),
    ("进度有变化", _has_moved),
)


def _marked(measures: list[MeasureData]) -> str:
    """What the captured notice lost is named as such, never filled in."""
    lost = (
        ("责任单位待核、尚未下达填报任务", [m for m in measures if m["agencies_mark"]]),
        ("标题待核", [m for m in measures if m["title_mark"]]),
    )
    said = "；".join(f"{listed(marks(ms))}{len(ms)}项{words}" for words, ms in lost if ms)
    return f"{said}，均待与公布文本核对，本报告不作推定。" if said else ""


def _unfinished(data: ProgressData) -> str:
    return f"“{data['period']['label']}”填报尚未关闭，以上为阶段性情况。"
