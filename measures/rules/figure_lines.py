"""指标数据 in a cell of a sheet, one line for each indicator: name, colon, value. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from lib.errors import DomainError
from lib.numbers import typed_number
from measures.rules.figures import YES_OR_NO, AskedIndicator, Said, demand_fit

COLON, NO_DATA = "：", "暂无数据"
ABSENCE_MOST, DIGITS_MOST = 100, 14  # as in models.value; digits before the decimal point
REACHED = dict(zip(("未实现", "已实现"), YES_OR_NO, strict=True))


def lines_of(asked: Iterable[AskedIndicator], said: Mapping[int, Said]) -> str:
    """Return the text of the cell; an indicator without a value has its name alone."""
    return "\n".join(one.label + COLON + _words(one, said.get(one.pk, Said())) for one in asked)


def read_lines(text: str, asked: Sequence[AskedIndicator]) -> dict[int, Said]:
    """Return what the cell says, by indicator id; every indicator asked for has an entry.

    Raises DomainError with a sentence if a line has no known indicator, repeats one, or has a value
    that does not fit.
    """
    found: dict[int, Said] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        one, words = _named(line, asked)
        if one.pk in found:
            raise DomainError(f"“{one.label}”写了两行，请删去一行。")
        found[one.pk] = _said(one, words)
    return {one.pk: found.get(one.pk, Said()) for one in asked}


def _words(one: AskedIndicator, said: Said) -> str:
    if said.value is None:
        return f"{NO_DATA}：{said.absence}" if said.absence else ""
    if one.is_yes_or_no:
        return next(word for word, value in REACHED.items() if value == said.value)
    return f"{said.value:.{one.decimals}f}"


def _named(line: str, asked: Sequence[AskedIndicator]) -> tuple[AskedIndicator, str]:
    plain = line.replace(":", COLON)
    for one in asked:
        name = one.label.replace(":", COLON) + COLON
        if plain.startswith(name):
            return one, plain[len(name) :].strip()
    known = "、".join(f"“{one.label}”" for one in asked)
    raise DomainError(
        f"“{line[:20]}”不是要填的指标，每行以{known}之一加冒号开头。"
        if asked
        else "这一行没有要填的指标，请清空。"
    )


def _said(one: AskedIndicator, words: str) -> Said:
    if not words:
        return Said()
    if words.startswith(NO_DATA):
        return Said(absence=_absence(one, words.removeprefix(NO_DATA).strip("：（）() ")))
    value = REACHED.get(words) if one.is_yes_or_no else _number(words)
    if value is None:
        wanted = "已实现或未实现" if one.is_yes_or_no else "数字，不带单位，逗号只作千分位"
        raise DomainError(f"“{one.label}”请填{wanted}；没有的，填“{NO_DATA}：原因”。")
    demand_fit(value, direction=one.direction, decimals=one.decimals)
    return Said(value)


def _absence(one: AskedIndicator, reason: str) -> str:
    if not reason:
        raise DomainError(f"“{one.label}”请在“{NO_DATA}：”后写明原因。")
    if len(reason) > ABSENCE_MOST:
        raise DomainError(
            f"“{one.label}”的原因最多{ABSENCE_MOST}字，现在是{len(reason)}字，请删减。"
        )
    return reason


def _number(words: str) -> Decimal | None:
    value = typed_number(words)
    return value if value is not None and value.adjusted() < DIGITS_MOST else None
