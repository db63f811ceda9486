"""Texts of the invented filings: texts.toml, filled in for a period. Every text ends with MARK."""

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from lib.numbers import figure
from measures.choices import Confidence, Stage
from measures.demonstration.scenarios import NEARLY_DONE
from measures.rules.periods import Quarter

MARK = "（演示数据）"
FILE = Path(__file__).with_name("texts.toml")
# The total since January by the end of each quarter, in units of a quarter.
ADDED_UP = (1.0, 2.1, 2.9, 4.2)
_FIGURE = re.compile(r"\{(\d+(?:\.\d+)?)\}")


def content_of(
    period: int, quarter: Quarter, measure: int, agency: str, *, mended: bool = False
) -> dict[str, object]:
    """Return a liaison's filing as arguments of save_note; `period` counts from 0."""
    known = _texts()[str(measure)][agency]
    doubt = _of("doubts", period, measure, agency)
    progress = known["progress"] + known["news"][period]
    if mended:
        progress += _of("returns", period, measure, agency)["added"]
    return {
        "progress": _filled(progress, quarter),
        "problems": _filled(doubt.get("problems") or known.get("problems", ""), quarter),
        "next_steps": _filled(known["next"], quarter),
        "help_needed": _filled(doubt.get("help") or known.get("help", ""), quarter),
        "claimed_stage": stage_of(period, measure),
        "claimed_percent": None,
        "confidence": doubt.get("confidence", Confidence.GREEN),
        "confidence_reason": _filled(doubt.get("reason", ""), quarter),
    }


def comment_of(period: int, measure: int, agency: str) -> str:
    return _marked(_of("returns", period, measure, agency)["comment"])


def status_of(period: int, measure: int) -> str:
    """Return the reason of the period's status update; empty if there is none."""
    return _marked(_texts()[str(measure)]["status"][period])


def request_of(name: str) -> str:
    return _marked(_texts()["requests"][name])


def stage_of(period: int, measure: int) -> Stage:
    is_nearly = period >= NEARLY_DONE.get(measure, period + 1)
    return Stage.NEARLY_DONE if is_nearly else Stage.UNDER_WAY


@cache
def _texts() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _of(kind: str, period: int, measure: int, agency: str) -> dict[str, str]:
    return _texts()[kind].get(str(period + 1), {}).get(str(measure), {}).get(agency, {})


def _filled(text: str, quarter: Quarter) -> str:
    """Insert names and figures, and append MARK; an empty text stays empty."""
    named = (
        text.replace("{label}", quarter.label)
        .replace("{slice}", quarter.slice_label)
        .replace("{next}", quarter.next.slice_label)
    )

    def added_up(found: re.Match[str]) -> str:
        """Return a quarter's figure added up from January, with as many decimals."""
        decimals = len(found[1].partition(".")[2])
        return figure(Decimal(found[1]) * Decimal(str(ADDED_UP[quarter.number - 1])), decimals)

    return _marked(_FIGURE.sub(added_up, named))


def _marked(text: str) -> str:
    return text + MARK if text else ""
