"""报送情况: who filed in time, late, not at all, and what was sent back. Pure."""

from collections.abc import Sequence

from lib.chinese import listed
from reports.choices import Timeliness
from reports.datasets.schema import AgencyData, ProgressData, measures_of
from reports.documents.wording import clauses, day_words, whole

ORDER = (Timeliness.IN_TIME, Timeliness.LATE, Timeliness.MISSING, Timeliness.AWAITED)
FEW = 3  # up to so many agencies are 个别, more are 部分


def filings_part(data: ProgressData) -> tuple[str, ...]:
    """The paragraphs of the part; with nothing owed it says so."""
    sent_back = tuple(f"{words}。" for words in returned_part(data))
    return (*counted_part(data), *sent_back, *_corrected(data))


def counted_part(data: ProgressData) -> tuple[str, ...]:
    """How many filings were owed and how they came, and who was late or did not file."""
    if not _owed(data):
        return ("本期未下达填报任务。",)
    due = day_words(data["period"]["due_on"])
    said = [
        f"本期应报{_owed(data)}件，涉及{len(data['agencies'])}个单位，{due}截止。{_clauses(data)}。",
        _named(data["agencies"], "late", "迟报单位"),
        _named(data["agencies"], "missing", "未报单位"),
        _waived(data),
        _awaiting(data),
    ]
    if not any(agency["late"] or agency["missing"] for agency in data["agencies"]):
        said.append("没有迟报、逾期未报的单位。")
    return tuple(sentence for sentence in said if sentence)


def missing_part(data: ProgressData) -> tuple[str, ...]:
    """Who has not filed, by name; nothing where nobody is missing."""
    named = [
        f"{one['agency']}{_several(one['missing'])}" for one in data["agencies"] if one["missing"]
    ]
    return (f"未报单位：{listed(named)}。",) if named else ()


def _several(count: int) -> str:
    """（2件）; one is not counted."""
    return f"（{count}件）" if count > 1 else ""


def owed_words(data: ProgressData) -> str:
    """How many filings were owed and how they came, in one sentence."""
    if not _owed(data):
        return "本期未下达填报任务"
    return f"本期应报{_owed(data)}件，{_clauses(data)}"


def own_filings(data: ProgressData) -> tuple[str, ...]:
    """The same of one agency, in its own words."""
    if not _owed(data):
        return ("本期未下达填报任务。",)
    said = (f"{owed_words(data)}。", _waived(data), _awaiting(data))
    return (*(sentence for sentence in said if sentence), *_corrected(data))


def none_told(data: ProgressData, what: str, words: str) -> str:
    """That the accepted notes do not say `what`, and how many are not among them.

    `words` where they are true as they are: all that is owed is accepted; of a whole notice also
    where nothing waits for review.
    """
    owed = [
        party
        for measure in measures_of(data)
        for party in measure["parties"]
        if party["timeliness"] not in ("", Timeliness.WAIVED)
    ]
    out = [party for party in owed if party["note"] is None]
    waiting = sum(party["awaits_review"] for party in out)
    if not (waiting or (out and data["agency"])):
        return words
    rows = (("尚未报送", len(out) - waiting, ""), ("已报送、尚未采用的", waiting, ""))
    said = "本期尚无已采用的进展" if len(out) == len(owed) else f"已采用的进展没有{what}"
    return f"{said}；{clauses(rows, '件')}{'，内容未纳入' if waiting else ''}。"


def returned_part(data: ProgressData) -> list[str]:
    """What the commission sent back to be mended, as one clause; nothing where there is none."""
    sent_back = [agency for agency in data["agencies"] if agency["returned"]]
    if not sent_back:
        return []
    total = sum(agency["returned"] for agency in sent_back)
    named = listed(f"{agency['agency']}{agency['returned']}件" for agency in sent_back)
    return [f"{some(len(sent_back))}单位报送内容需要补正，曾退回{total}件：{named}"]


def untimely(data: ProgressData) -> str:
    """个别单位报送材料不及时: nothing where all came in time."""
    late = sum(bool(agency["late"] or agency["missing"]) for agency in data["agencies"])
    return f"{some(late)}单位报送材料不及时" if late else ""


def some(count: int) -> str:
    """个别 or 部分, by how many there are."""
    return "个别" if count <= FEW else "部分"


def late_words(agencies: Sequence[AgencyData]) -> str:
    """重庆海关迟报1件、未报2件（最长逾期7个工作日）、…; many are told by their days."""
    if len(agencies) <= FEW:
        return listed(f"{_late(one)}{_longest(one['workdays_late'])}" for one in agencies)
    by_days: dict[int, list[str]] = {}
    for one in agencies:
        by_days.setdefault(one["workdays_late"], []).append(_late(one))
    return "；".join(
        f"{f'最长逾期{days}个工作日的' if days else ''}{listed(by_days[days])}"
        for days in sorted(by_days, reverse=True)
    )


def _late(agency: AgencyData) -> str:
    said = clauses((("迟报", agency["late"], ""), ("未报", agency["missing"], "")), "件")
    return f"{agency['agency']}{said.replace('；', '、')}"


def _longest(days: int) -> str:
    return f"（最长逾期{days}个工作日）" if days else ""


def _owed(data: ProgressData) -> int:
    return sum(count["count"] for count in data["filings"])


def _clauses(data: ProgressData) -> str:
    by_key = {count["key"]: count for count in data["filings"]}
    counts = [by_key[key] for key in ORDER]
    return clauses(((c["words"], c["count"], c["share"]) for c in counts), "件")


def _named(agencies: list[AgencyData], field: str, word: str) -> str:
    named = [f"{a['agency']}{a[field]}件" for a in agencies if a[field]]  # type: ignore[literal-required]
    return f"{word}：{listed(named)}。" if named else ""


def _waived(data: ProgressData) -> str:
    count = sum(agency["waived"] for agency in data["agencies"])
    return f"另有免报{count}件。" if count else ""


def _awaiting(data: ProgressData) -> str:
    """What came in but is not accepted is not told, only counted."""
    parties = (party for measure in measures_of(data) for party in measure["parties"])
    count = sum(p["awaits_review"] and p["timeliness"] != Timeliness.WAIVED for p in parties)
    return f"已报送但尚未采用{count}件，内容未纳入。" if count else ""


def _corrected(data: ProgressData) -> tuple[str, ...]:
    """A frozen report stays as it was: what was corrected since is told in the next."""
    told = [
        f"{one['agency']}更正{one['mark']}{one['period']}进展：{whole(one['reason'], end='')}"
        for one in data["corrections"]
    ]
    if not told:
        return ()
    return (f"更正事项：{'；'.join(told)}。以更正后的内容为准，此前的报告不作改动。",)
