"""The bodies of an item: applies the lead rule, clauses and the directory. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from measures.intake.body_list import BodyList
from measures.intake.clauses import Clause, ClauseScope
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import PlacedList
from measures.intake.name_forms import is_collective
from measures.intake.named import Named
from measures.intake.passage import LineSpan
from measures.intake.places import HomePlace
from measures.intake.values import BodyRole, NamedBody, RoleBasis


@dataclass(frozen=True)
class ListRules:
    """The rules for all lists of a notice."""

    lead_rule: int | None  # the line from which the first body named leads
    names_leads: bool  # whether any list contains 牵头: then the order alone means nothing
    clauses: tuple[Clause, ...]
    others_support: bool  # by the lead rule: 其余为配合单位


@dataclass(frozen=True)
class NamedTwice:
    name: str
    lines: LineSpan


@dataclass(frozen=True)
class ItemLists:
    """The lists of one item, and its lines."""

    lists: tuple[PlacedList, ...]
    lines: LineSpan
    is_sure: bool = True  # False if the lists were copied from another item


# 助推市财政局, in a notice whose own bodies are called 市财政局; not 贵山市政府.
_MORE_IN_FRONT = re.compile(
    r"(?!.*(?:政府|管委会|街道|办事处|公司|行|分局)$)"
    r"(?P<more>[^市省区县州国各中全]\w{1,4}?)(?P<own>[市省区县州]\w+)"
)


def with_doubted_fronts(one: BodyList, levels: set[str], here: HomePlace) -> BodyList:
    """Return the list, in doubt from a name with words before a level of the notice's own on."""
    names: list[Named] = []
    doubted: BodyRole | None = None
    for name in one.names:
        for part in [] if is_collective(name.name) else re.findall(r"\w+", name.name):
            found = _MORE_IN_FRONT.fullmatch(part)
            if found and found["own"][0] in levels and found["more"] not in here.words:
                doubted = name.role
        names.append(replace(name, is_certain=name.is_certain and name.role is not doubted))
    return replace(one, names=tuple(names))


class BodyReader:
    def __init__(self, rules: ListRules, directory: AgencyDirectory, here: HomePlace) -> None:
        self.rules, self.directory, self.here = rules, directory, here
        self._passed: list[Clause] = []  # in the lists of earlier items, maybe on the same line

    def bodies(self, item: ItemLists) -> tuple[list[NamedBody], list[NamedTwice]]:
        """Return the bodies of an item in order, and the names that one list has twice."""
        found: list[NamedBody] = []
        twice: list[NamedTwice] = []
        names_here: dict[str, Named] = {}
        for number, placed in enumerate(item.lists, 1):
            if not _is_same_row(item):
                names_here = {}
            # The columns of a row are one list: only one of them is named first.
            is_led = _is_same_row(item) and (_names_lead(item) or any(map(_is_in_charge, found)))
            is_led |= _goes_on(item.lists[:number]) and any(map(_is_in_charge, found))
            names = placed.list.names if is_led else self._with_lead(placed.list)
            for name in names:
                if name.name in names_here:
                    twice.append(NamedTwice(name.name, name.lines))
                    continue
                names_here[name.name] = name
                body = self.body(name, is_sure=item.is_sure)
                by_rule = name.basis is RoleBasis.FIRST_NAMED and self._has_rule(placed.list)
                found.append(replace(body, list_number=number, part=placed.part, by_rule=by_rule))
        found += self._by_clause(item)
        self._passed += [one.list.clause for one in item.lists if one.list.clause]
        return found, twice

    def _with_lead(self, one: BodyList) -> list[Named]:
        """Make the first body of a list the lead, by a rule of the text or else by custom.

        A rule that begins later says nothing about the lists before it.
        """
        names = list(one.names)
        if not names or names[0].role is not BodyRole.RESPONSIBLE:
            return names
        if any(name.role is BodyRole.LEAD for name in names):
            return names
        if self._first_leads(one, names):
            alone = len(names) == 1 and names[0].basis is RoleBasis.TABLE
            basis = RoleBasis.TABLE if alone else RoleBasis.FIRST_NAMED
            names[0] = replace(names[0], role=BodyRole.LEAD, basis=basis)
            if self._others_support(one):
                names[1:] = [_supporting(name) for name in names[1:]]
        return names

    def _others_support(self, one: BodyList) -> bool:
        return one.others_support or self.rules.others_support and self._has_rule(one)

    def _first_leads(self, one: BodyList, names: list[Named]) -> bool:
        if is_collective(names[0].name):
            return False  # 各区县政府: all of them cannot lead
        if self._has_rule(one):
            return True
        if one.lacks_lead or self.rules.lead_rule is not None:
            return False  # the rule begins later
        alone = sum(name.role is BodyRole.RESPONSIBLE for name in names) == 1
        before, apart, _ = one.words.partition("负责，")
        is_apart = bool(apart) and "、" not in before  # （A负责，B按职责分工负责）
        return alone or is_apart or not self.rules.names_leads

    def _has_rule(self, one: BodyList) -> bool:
        rule = self.rules.lead_rule
        return one.has_lead_rule or (rule is not None and one.lines.first >= rule)

    def _by_clause(self, item: ItemLists) -> Iterator[NamedBody]:
        """Yield bodies from clauses, for items that do not name these bodies themselves."""
        own = {name.name for placed in item.lists for name in placed.list.names}
        for clause in self.rules.clauses:
            if clause.holds_for(item.lines) or self._is_later(clause):
                for name in clause.names:
                    if name.name not in own:
                        yield self.body(name, is_sure=True)

    def _is_later(self, clause: Clause) -> bool:
        return clause.scope is ClauseScope.LATER and clause in self._passed

    def body(self, name: Named, *, is_sure: bool) -> NamedBody:
        meant = self.directory.meant(name.name, self.here)
        is_known = len(meant) == 1
        collective = is_collective(name.name)
        is_asked = not (is_known or collective)
        candidates = self.directory.candidates(name.name, self.here) if is_asked else ()
        return NamedBody(
            name.name,
            name.role,
            name.basis,
            name.is_certain and is_sure,
            name.lines,
            meant[0] if is_known else None,
            candidates,
            collective,
            open_by=name.open_by,
        )


def _goes_on(lists: tuple[PlacedList, ...]) -> bool:
    """Whether the last two lists are lines with labels right below each other."""
    pair = lists[-2:]
    return (
        len(pair) > 1
        and pair[0].after == pair[1].after
        and all(one.list.is_labelled and one.stands_alone for one in pair)
    )


def _is_in_charge(body: NamedBody) -> bool:
    return body.role in (BodyRole.LEAD, BodyRole.RESPONSIBLE)


def _supporting(name: Named) -> Named:
    is_plain = name.role is BodyRole.RESPONSIBLE
    return replace(name, role=BodyRole.SUPPORT) if is_plain else name


def _names_lead(item: ItemLists) -> bool:
    names = (name for placed in item.lists for name in placed.list.names)
    return any(name.role is BodyRole.LEAD for name in names)


def _is_same_row(item: ItemLists) -> bool:
    """Whether all lists are columns of one row: a lead may be repeated among the supporters."""
    return all(name.basis is RoleBasis.TABLE for placed in item.lists for name in placed.list.names)
