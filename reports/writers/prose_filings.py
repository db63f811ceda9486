"""报送情况: who filed in time, late, or not at all. Pure."""

from policy_tracker.lib.chinese import listed
from reports.choices import Timeliness
from reports.data.shapes import AgencyData, ProgressData, measures_of
from reports.writers.wording import clauses, day_words, whole

WORDS = {
    Timeliness.IN_TIME: "按时报送",
    Timeliness.LATE: "迟报",
    Timeliness.MISSING: "未报",
    Timeliness.AWAITED: "尚未报送但未到截止日期",
}


def filings_part(data: ProgressData) -> tuple[str, ...]:
    """The paragraphs of the part; with nothing owed it says so."""
    counts = {count["key"]: count for count in data["filings"]}
    owed = sum(count["count"] for count in data["filings"])
    if not owed:
        return ("本期未下达填报任务。", *_corrected(data))
    rows = [(word, counts[key]["count"], counts[key]["share"]) for key, word in WORDS.items()]
    due = day_words(data["period"]["due_on"])
    said = [
        f"本期应报{owed}件，涉及{len(data['agencies'])}个单位，{due}截止。{clauses(rows, '件')}。",
        _named(data["agencies"], "late", "迟报单位"),
        _named(data["agencies"], "missing", "未报单位"),
        _waived(data),
        _awaiting(data),
    ]
    if not counts[Timeliness.LATE]["count"] and not counts[Timeliness.MISSING]["count"]:
        said.append("没有迟报、逾期未报的单位。")
    return (*(sentence for sentence in said if sentence), *_corrected(data))


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
    return f"已报送但尚未采用{count}件，其内容未纳入本报告。" if count else ""


def _corrected(data: ProgressData) -> tuple[str, ...]:
    """A frozen report stays as it was: what was corrected since is told in the next."""
    told = [
        f"{one['agency']}更正{one['mark']}{one['period']}进展：{whole(one['reason'], end='')}"
        for one in data["corrections"]
    ]
    if not told:
        return ()
    return (f"更正事项：{'；'.join(told)}。以更正后的内容为准，此前的报告不作改动。",)
