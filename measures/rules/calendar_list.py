"""Parse a pasted list of days off and working days for the calendar. Pure."""

import csv
from datetime import date
from io import StringIO
from typing import NamedTuple

WORDS = {"上班": True, "休息": False}
COLUMNS = "日期,上班或休息,名称"
NAME_MOST = 40
FAULTS_MOST = 50  # more do not help anybody to correct the list


class Day(NamedTuple):
    date: date
    is_workday: bool
    name: str


class ReadDays(NamedTuple):
    """The days and faults read from a list; if there is a fault, no day may be stored."""

    days: tuple[Day, ...]
    faults: tuple[str, ...]


def is_usual(day: date, is_workday: bool) -> bool:
    """Whether the day already follows the Monday-to-Friday rule, so that no row is needed."""
    return is_workday == (day.weekday() < 5)


def read_days(text: str, *, year: int) -> ReadDays:
    """Read lines `2026-10-01,休息,国庆节`; a head line and empty lines are skipped.

    Full-width commas and dates like 2026/10/1 are accepted too. Each fault names its line, the text
    found and what is allowed. An empty list is a fault.
    """
    days: list[Day] = []
    faults: list[str] = []
    seen: dict[date, int] = {}
    lines = csv.reader(StringIO(text.replace("，", ",")))
    for line in lines:
        cells, number = [cell.strip() for cell in line], lines.line_num
        if not any(cells) or cells[0] == "日期":
            continue
        day, fault = _read_line(cells, year)
        if day is not None and day.date in seen:
            fault = f"{day.date}与第{seen[day.date]}行重复，请只留一行。"
        if fault or day is None:
            faults.append(f"第{number}行：{fault}")
            continue
        seen[day.date] = number
        days.append(day)
    if not days and not faults:
        faults.append(f"没有读到任何一天，每行请写：{COLUMNS}。")
    return ReadDays(tuple(days), tuple(faults[:FAULTS_MOST]))


def _read_line(cells: list[str], year: int) -> tuple[Day | None, str]:
    """Return the day in a line, or None and a sentence saying what is wrong with the line."""
    if len(cells) not in (2, 3):
        return None, f"有{len(cells)}列，应为：{COLUMNS}。"
    day = _read_date(cells[0])
    if day is None:
        return None, f"日期“{cells[0][:20]}”不认识，应如2026-10-01。"
    if day.year != year:
        return None, f"{day}不在{year}年，请只填这一年的日期。"
    if cells[1] not in WORDS:
        return None, f"“{cells[1][:20]}”不认识，第2列应为“上班”或“休息”。"
    name = cells[2] if len(cells) == 3 else ""
    if len(name) > NAME_MOST:
        return None, f"名称有{len(name)}字，最多{NAME_MOST}字。"
    return Day(day, WORDS[cells[1]], name), ""


def _read_date(text: str) -> date | None:
    parts = text.replace("/", "-").split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except (ValueError, OverflowError):
        return None
