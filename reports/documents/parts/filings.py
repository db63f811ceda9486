"""报送情况: who filed in time, late, not at all, and what was returned. Pure."""

from collections.abc import Iterable

from lib.chinese import listed
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import (
    AgencyData,
    CountData,
    ProgressData,
    measures_of,
)
from reports.documents.names import measure_name
from reports.documents.wording import (
    AHEAD_WORD,
    as_sentence,
    day_words,
    is_all_ahead,
    late_word,
    listed_counts,
    share_clauses,
)
from reports.rules.timeliness import in_time_rate

ORDER = (Timeliness.IN_TIME, Timeliness.LATE, Timeliness.MISSING, Timeliness.AWAITED)
FEW = 3  # up to so many agencies are called 个别, more are 部分


def report_filings(data: ProgressData) -> tuple[str, ...]:
    """Return the paragraphs on a report's filings, and on which of them it is based."""
    counted = counted_filings(data)
    returned = "".join(f"{clause}。" for clause in returned_clauses(data))
    paragraphs = (counted[0] + "".join(counted[1:2]), "".join(counted[2:]), returned)
    return (*filter(None, paragraphs), *_basis(data), *_corrections(data))


def _basis(data: ProgressData) -> tuple[str, ...]:
    """Return the statement that the report uses only accepted notes; no other part says it."""
    accepted = sum(party["note"] is not None for m in measures_of(data) for party in m["parties"])
    is_over = data["period"]["is_closed"]
    stage = "" if is_over else "，报送工作尚未结束，本报告为阶段性情况"
    basis = f"本报告依据审核通过的{accepted}件报送材料形成"
    told = basis if accepted else "目前还没有审核通过的报送材料"
    return (f"{told}{stage}。",) if _owed(data) else ()


def counted_filings(data: ProgressData) -> tuple[str, ...]:
    if not _owed(data):
        return ("本期没有布置报送。",)
    due = day_words(data["period"]["due_on"])
    said = [
        f"本期应报{_owed(data)}件，涉及{len(data['agencies'])}个单位，{due}截止。{_clauses(data)}。",
        _when(data),
        _named(data["agencies"], "late", "迟报单位"),
        _named(data["agencies"], "missing", _missing_word(data)),
        _chased(data),
        _waived(data),
        _skipped(data),
        *_after_closing(data),
    ]
    is_told = any(agency["late"] or agency["missing"] for agency in data["agencies"])
    if not is_told and not is_all_ahead(data):
        said.append(f"没有迟报、{late_word(data)}的单位。")
    return tuple(sentence for sentence in said if sentence)


def _missing_word(data: ProgressData) -> str:
    """Return the number of 未报, with the overdue ones as a part of it."""
    return f"{late_word(data)}单位" if data["filings"] else "未报单位"


def returned_clauses(data: ProgressData) -> list[str]:
    """Return one clause on returned filings; an empty list if there are none."""
    returned = [agency for agency in data["agencies"] if agency["returned"]]
    named = listed(f"{agency['agency']}{agency['returned']}件" for agency in returned)
    words = f"{some(len(returned))}单位报送内容需要补正，{_returned_words(data)}：{named}"
    return [words] if returned else []


def _returned_words(data: ProgressData) -> str:
    """Return the number of returned filings (曾退回), and separately those not yet resubmitted."""
    parties = [p for m in measures_of(data) for p in m["parties"] if p["returned"]]
    total, parts = len(parties), [party["part"] for party in parties]
    mending = parts.count(FilingPart.MENDING)
    if mending == total:
        return f"退回待补正{total}件"
    is_back = all(part in (FilingPart.ACCEPTED, FilingPart.WAITING) for part in parts)
    rest = f"，其中{mending}件待补正" if mending else "，均已重新报送" if is_back else ""
    return f"曾退回{total}件{rest}"


def untimely_clause(data: ProgressData) -> str:
    """Return 个别单位报送材料不及时; empty if all came in time."""
    late = sum(bool(agency["late"] or agency["missing"]) for agency in data["agencies"])
    return f"{some(late)}单位报送材料不及时" if late else ""


def in_time_clause(counts: Iterable[CountData]) -> str:
    """Return ，按时率67.3%; empty if nothing was due by the day of the data."""
    rate = in_time_rate({one["key"]: one["count"] for one in counts})
    return "" if rate is None else f"，按时率{rate}%"


def some(count: int) -> str:
    """Return 个别 for up to three, 部分 for more."""
    return "个别" if count <= FEW else "部分"


def _owed(data: ProgressData) -> int:
    return sum(count["count"] for count in data["filings"] or data["timeliness"])


def _clauses(data: ProgressData) -> str:
    """Return the four parts of 应报; for an older dataset the timeliness."""
    counts = data["filings"] or _by_timeliness(data)
    words = {FilingPart.UNFILED.value: AHEAD_WORD} if is_all_ahead(data) else {}
    rows = [(words.get(c["key"], c["words"]), c["count"], c["share"]) for c in counts]
    return share_clauses(rows, "件")


def _when(data: ProgressData) -> str:
    """Return the timeliness of filings, apart: a filing in time may still wait for review."""
    if not data["filings"]:
        return ""
    counts = _by_timeliness(data)
    return f"按报送时间统计，{listed_counts(counts)}{in_time_clause(counts)}。"


def _by_timeliness(data: ProgressData) -> list[CountData]:
    by_key = {count["key"]: count for count in data["timeliness"]}
    return [by_key[key] for key in ORDER]


def _named(agencies: list[AgencyData], field: str, word: str) -> str:
    named = [f"{a['agency']}{a[field]}件" for a in agencies if a[field]]  # type: ignore[literal-required]
    return f"{word}：{listed(named)}。" if named else ""


def _chased(data: ProgressData) -> str:
    named = [f"{one['agency']}{one['chased']}次" for one in data["agencies"] if one.get("chased")]
    return f"逾期后已催报：{listed(named)}。" if named else ""


def _waived(data: ProgressData) -> str:
    count = sum(agency["waived"] for agency in data["agencies"])
    return f"另有免报{count}件。" if count else ""


def _skipped(data: ProgressData) -> str:
    marks = "".join(one["mark"] for one in measures_of(data) if one.get("is_skipped"))
    return f"第{marks}项隔期填报，本期不要求报送。" if marks else ""


def _after_closing(data: ProgressData) -> list[str]:
    """Return filings that came after the closing, or were written off."""
    parties = [party for measure in measures_of(data) for party in measure["parties"]]
    filled = sum(p["is_backfilled"] for p in parties)
    given_up = sum(p["is_written_off"] and p["part"] == FilingPart.UNFILED for p in parties)
    rows = (
        (filled, f"其中{filled}件为报送期结束后补报。"),
        (given_up, f"未报的{given_up}件经{data['notice']['coordinator']}研究不再催报。"),
    )
    return [words for count, words in rows if count]


def _corrections(data: ProgressData) -> tuple[str, ...]:
    """Return corrections of earlier periods, because frozen reports do not change."""
    names = {measure["mark"]: measure_name(measure) for measure in measures_of(data)}
    told = [
        f"{one['agency']}更正{names.get(one['mark'], one['mark'])}{one['period']}进展："
        f"{as_sentence(one['reason'], end='')}"
        for one in data["corrections"]
    ]
    words = f"更正事项：{'；'.join(told)}。以更正后的内容为准，此前的报告不作改动。"
    return (words,) if told else ()
