"""专题简报: one page for a leader: lagging measures first, then figures and requests. Pure.

The text is shortened to fit one page by counting lines, without layout: page, Word and PDF must
have the same text although each breaks lines in its own way.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from math import ceil
from typing import NamedTuple

from lib.chinese import listed
from lib.official.document import Bar, BarFigure, Document, Form, Part
from lib.official.title_lines import width
from measures.choices import Light
from reports.choices import FileFormat, FilingPart, Timeliness
from reports.datasets.schema import CountData, ItemData, MeasureData, ProgressData, measures_of
from reports.documents.names import (
    agency_word,
    author_names,
    demo_line,
    file_prefix,
    measure_name,
    subject_of,
)
from reports.documents.parts.measures import figure_clause, lead_agencies
from reports.documents.parts.overall import FURTHEST_FIRST, changes_by_number
from reports.documents.tables import lagging_measures
from reports.documents.told import DEMO_MARK
from reports.documents.wording import (
    NO_ITEMS,
    as_sentence,
    day_words,
    item_words,
    knows_items,
    late_word,
    listed_counts,
    with_numbers,
)
from reports.rules.voice import in_authors_voice, third_person


class Brevity(NamedTuple):
    """How much is included: how many lagging measures, how many yellow ones with their reason, …"""

    lagging: int
    reasons: int
    is_compact: bool  # problems and requests name their measures by number
    problems: int
    requests: int
    signs: int  # characters of a request


class Point(NamedTuple):
    """A problem or a request, worded for the commission."""

    measure: MeasureData
    agency: str
    text: str

    def words(self, *, is_compact: bool) -> str:
        """Return 第（五）项“…”（我委）：请…; a compact one only has the number."""
        name = f"第{self.measure['mark']}项" if is_compact else measure_name(self.measure)
        return f"{name}（{self.agency}）：{self.text}"


WHOLE = 120  # requests up to so many characters are not shortened
SIGNS = (WHOLE, 80, 60, 40)
# One page of 小四 besides title, 送审稿 and figures: its lines, and the characters of a line. typst
# sets one line more with the reserve that it keeps for Word (lib.official.pdf.ROOM_BESIDE_MM).
LINES, LINE_SIGNS = 35, 38
HEADING = 1.5  # lines, with the space above it
BROKEN_EARLY = 4  # characters lost in a paragraph: its indent, and dates that are not broken
# Tone and sign of each part; none is the sign of a light.
FILING_LOOKS: dict[str, tuple[str, str]] = {
    FilingPart.ACCEPTED: ("green", "◆"),
    FilingPart.WAITING: ("blue", "◇"),
    FilingPart.MENDING: ("yellow", "△"),
    FilingPart.UNFILED: ("red", "□"),
    # For older datasets, in which filings are not counted in parts.
    Timeliness.IN_TIME: ("green", "◆"),
    Timeliness.LATE: ("yellow", "△"),
    Timeliness.MISSING: ("red", "□"),
    Timeliness.AWAITED: ("grey", "◇"),
}
GREENS = (Light.GREEN, Light.WAITING)


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """Return the whole brief. It has no number."""
    teller = _BriefTeller(data)
    return Document(
        title_lines=(f"{subject_of(data['notice'])}工作专题简报",),
        about=data["period"]["label"],
        addressee="",
        opening=_opening(data),
        parts=with_numbers(_fitting_parts(teller)),
        ending="",
        annexes=(),
        signature=data["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.BRIEF,
        editor_notes=teller.doubts,
    )


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    return f"{file_prefix(data)}工作专题简报"


class _BriefTeller:
    """The content of a brief, worded for the commission; `doubts` are for its editor."""

    def __init__(self, data: ProgressData) -> None:
        self.data = data
        self.lagging = lagging_measures(data)
        self.red = sum(measure["light"] == Light.RED for measure in self.lagging)
        self._doubts: list[str] = []
        self.problems = self._points("problems")
        self.requests = self._requests()

    @property
    def doubts(self) -> tuple[str, ...]:
        """One note on clauses whose speaker no rule can determine; empty if there are none."""
        found = list(dict.fromkeys(self._doubts))
        return (f"以下文字的人称待核对：{'；'.join(found)}。",) if found else ()

    def sentence(self, measure: MeasureData) -> str:
        """Return the reason of a light; a judgement by a person follows the words it is about."""
        plain = self._plain(measure["sentence"]).replace("。（人工认定，", "（我委认定，")
        return self.own_voice(as_sentence(plain, end=""))

    def called(self, agencies: Iterable[str]) -> str:
        author = self.data["notice"]["coordinator"]
        return listed(agency_word(name, author=author) for name in agencies)

    def own_voice(self, text: str) -> str:
        return in_authors_voice(text, names=author_names(self.data["notice"]))

    def _requests(self) -> list[Point]:
        """Return the unanswered items; for an older dataset the requests in its notes.

        Those of red measures come first, then of yellow ones; equal ones by due day.
        """
        if not knows_items(self.data):
            return self._points("help_needed")
        found = [(one, item) for one in measures_of(self.data) for item in one.get("items", [])]
        found.sort(key=lambda pair: (_worst(pair[0]), pair[1]["due_on"]))
        return [
            Point(measure, self.called([item["asked_by"]]), self._item(item))
            for measure, item in found
        ]

    def _item(self, item: ItemData) -> str:
        return self.own_voice(self._plain(item_words(item)))

    def _worst_first(self) -> list[MeasureData]:
        return sorted(measures_of(self.data), key=_worst)

    def _points(self, field: str) -> list[Point]:
        """Return one field of all notes, red measures first; equal texts become one point."""
        found: dict[tuple[str, str], Point] = {}
        for measure in self._worst_first():
            for party in measure["parties"]:
                text = party["note"][field] if party["note"] else ""  # type: ignore[literal-required]
                if text:
                    words = self._voiced(self._plain(text), party["agency"])
                    point = Point(measure, self.called([party["agency"]]), words)
                    found.setdefault((party["agency"], text), point)
        return list(found.values())

    def _voiced(self, text: str, agency: str) -> str:
        sentence = as_sentence(text, end="")
        if agency == self.data["notice"]["coordinator"]:
            return self.own_voice(sentence)
        voiced = third_person(sentence, agency=agency)
        self._doubts += [f"{agency}“{clause}”" for clause in voiced.doubts]
        return self.own_voice(voiced.text)

    def _plain(self, text: str) -> str:
        return text.replace(DEMO_MARK, "") if self.data["is_demo"] else text


def _worst(measure: MeasureData) -> int:
    """Return a sort key: the worst lights first."""
    return {Light.RED.value: 0, Light.YELLOW.value: 1}.get(measure["light"], 2)


def _opening(data: ProgressData) -> str:
    """Return the lights in one sentence, the worst first."""
    counts = {count["key"]: count["count"] for count in data["lights"]}
    green = sum(counts.get(light, 0) for light in GREENS)
    waiting = counts.get(Light.WAITING, 0)
    of_which = f"（其中待审核{waiting}项）" if waiting else ""
    if waiting == green:
        of_which = "（均待审核）" if green > 1 else "（待审核）" if green else ""
    rows = (
        ("进展滞后", counts[Light.RED], ""),
        ("预警", counts[Light.YELLOW], ""),
        ("正常", green, of_which),
        ("未评定", counts[Light.GREY], ""),
    )
    told = listed(f"{word}{count}项{more}" for word, count, more in rows if count)
    return (
        f"截至{day_words(data['judged_on'])}，{len(measures_of(data))}项政策措施中，{told}；"
        f"{_stages(data)}。"
    )


def _stages(data: ProgressData) -> str:
    """Return 已完成1项、正在推进11项, the furthest first, without shares."""
    counts = {count["key"]: count for count in data["stages"]}
    return listed_counts((counts[stage] for stage in FURTHEST_FIRST), "项")


def _fitting_parts(teller: _BriefTeller) -> tuple[Part, ...]:
    """Return the parts that fit on a page of 小四; a shorter text is set larger (geometry_for)."""
    brevities = list(_brevities(teller))
    told = (_parts(teller, brevity) for brevity in brevities)
    fitting = (parts for parts in told if _is_one_page(teller, parts))
    return next(fitting, _parts(teller, brevities[-1]))


def _brevities(teller: _BriefTeller) -> Iterator[Brevity]:
    """Yield what to include, from much to little: first fewer problems, then fewer reasons.

    Requests are shortened, and counted instead, before lagging measures are.
    """
    all_lagging, all_requests = len(teller.lagging), len(teller.requests)
    all_reasons = all_lagging - teller.red
    compact = ((reasons, True) for reasons in range(all_reasons, -1, -1))
    for reasons, is_compact in ((all_reasons, False), *compact):
        for problems in range(len(teller.problems), -1, -1):
            yield Brevity(all_lagging, reasons, is_compact, problems, all_requests, WHOLE)
    for lagging in range(max(all_lagging, 1), 0, -1):
        for requests in range(max(all_requests, 1), 0, -1):
            for signs in SIGNS:
                yield Brevity(lagging, 0, True, 0, requests, signs)


def _parts(teller: _BriefTeller, brevity: Brevity) -> tuple[Part, ...]:
    data = teller.data
    problems = _listed(teller.problems, brevity.problems, brevity._replace(signs=WHOLE))
    parts = (
        Part("滞后和预警事项", _lagging(teller, brevity), key="behind"),
        Part("总体情况", _overall(data), figures=_figures(data), key="overall"),
        Part("主要问题", problems if brevity.problems else (), key="problems"),
        Part("需协调事项", _requests(teller, brevity), key="help"),
    )
    return tuple(part for part in parts if part.paragraphs)


def _is_one_page(teller: _BriefTeller, parts: Iterable[Part]) -> bool:
    """Whether the parts fit; a paragraph's lines are estimated from its characters."""
    told = (HEADING + sum(map(_lines, part.paragraphs)) for part in parts)
    room = LINES - 1 if teller.data["is_demo"] else LINES  # 演示数据 takes a line below the title
    return _lines(_opening(teller.data)) + sum(told) <= room


def _lines(text: str) -> int:
    return ceil((BROKEN_EARLY + width(text)) / LINE_SIGNS)


def _lagging(teller: _BriefTeller, brevity: Brevity) -> tuple[str, ...]:
    """Return the measures with the sign of the light and its first day; red ones with reason."""
    shown = teller.lagging[: brevity.lagging]
    if not shown:
        return ("没有滞后和预警事项。",)
    named = [m for m in shown if m["light"] == Light.YELLOW][brevity.reasons :]
    told = [_whole(teller, measure) for measure in shown if measure not in named]
    if named:
        yellow = len(teller.lagging) - teller.red - brevity.reasons
        names = "；".join(_named(teller, measure) for measure in named)
        others = "其余" if brevity.reasons else ""
        told.append(f"{Light.YELLOW.shape}{others}预警{yellow}项：{names}。")
    rest = len(teller.lagging) - len(shown)
    return (*told[:-1], f"{told[-1]}{f'另有{rest}项从略。' if rest else ''}")


def _whole(teller: _BriefTeller, measure: MeasureData) -> str:
    """Return ▲第（十）项，我委二季度进展未报，逾期100个工作日（自2026年7月8日起）."""
    sentence = teller.sentence(measure)
    names = [name for name in lead_agencies(measure) if teller.called([name]) not in sentence]
    lead = f"（{teller.called(names)}牵头）" if names else ""
    since = f"自{day_words(measure['since'])}起" if measure["since"] else ""
    unnamed = [name for name in measure["waits_for"] if teller.called([name]) not in sentence]
    who = f"待办单位：{teller.called(unnamed)}" if unnamed else ""
    more = "，".join(filter(None, (since, who)))
    shape = Light(measure["light"]).shape
    return f"{shape}{measure_name(measure)}{lead}，{sentence}{f'（{more}）' if more else ''}。"


def _named(teller: _BriefTeller, measure: MeasureData) -> str:
    """Return 第（一）项“扩大先进技术设备进口”（市经济信息委，自11月14日起)."""
    told_on = date.fromisoformat(teller.data["judged_on"])
    since = date.fromisoformat(measure["since"]) if measure["since"] else None
    words = day_words(measure["since"]) if measure["since"] else ""
    if since and since.year == told_on.year:
        words = words.partition("年")[2]
    who = teller.called(measure["waits_for"] or lead_agencies(measure))
    more = "，".join(filter(None, (who, f"自{words}起" if words else "")))
    return f"{measure_name(measure)}{f'（{more}）' if more else ''}"


def _overall(data: ProgressData) -> tuple[str, ...]:
    """Return changes, import figures and filings; the bars are below."""
    said = (changes_by_number(data), _indicators(data), _filed(data))
    return tuple(filter(None, said))


def _filed(data: ProgressData) -> str:
    counts = data["filings"] or data["timeliness"]
    owed = sum(count["count"] for count in counts)
    if not owed:
        return "本期没有布置报送任务。"
    late = [agency for agency in data["agencies"] if agency["missing"]]
    if not late:
        return f"本期应报{owed}件，没有{late_word(data)}。"
    missing = sum(agency["missing"] for agency in late)
    chased = sum(agency.get("chased", 0) for agency in late)
    told = f"，已催报{chased}次" if chased else ""
    return f"本期应报{owed}件，其中{late_word(data)}{missing}件、涉及{len(late)}个单位{told}。"


def _figures(data: ProgressData) -> tuple[BarFigure, ...]:
    lights = tuple(
        Bar(c["label"], c["count"], c["key"], Light(c["key"]).shape) for c in data["lights"]
    )
    filings = _filing_bars(data["filings"] or data["timeliness"])
    figures = (BarFigure("预警灯", lights), BarFigure("报送", filings, "件"))
    return figures if filings else figures[:1]


def _filing_bars(counts: list[CountData]) -> tuple[Bar, ...]:
    return tuple(Bar(c["label"], c["count"], *FILING_LOOKS[c["key"]]) for c in counts if c["count"])


def _indicators(data: ProgressData) -> str:
    """Return the import figures of 总览, each with its change and target, in one paragraph."""
    figures = [one for m in measures_of(data) for one in m["figures"] if one["is_import"]]
    told = "；".join(figure_clause(one, on=data["as_of"]) for one in figures)
    return f"{told}。" if told else ""


def _requests(teller: _BriefTeller, brevity: Brevity) -> tuple[str, ...]:
    if not teller.requests:
        return (NO_ITEMS if knows_items(teller.data) else "本期未收到需协调事项。",)
    return _listed(teller.requests, brevity.requests, brevity)


def _listed(points: list[Point], most: int, brevity: Brevity) -> tuple[str, ...]:
    """Return one paragraph each; the last one says how many are left out."""
    words = [point.words(is_compact=brevity.is_compact) for point in points[:most]]
    told = [f"{_short(sentence, brevity.signs)}。".replace("…。", "…") for sentence in words]
    rest = len(points) - len(told)
    return (*told[:-1], f"{told[-1]}{f'另有{rest}条从略。' if rest else ''}") if told else ()


def _short(sentence: str, signs: int) -> str:
    """Return the text cut after at most `signs` characters, at the end of a clause if possible."""
    if len(sentence) <= signs:
        return sentence
    ends = [n for n in range(signs // 4, signs) if sentence[n] in "，；。"]
    return f"{sentence[: ends[-1] if ends else signs - 1]}…"
