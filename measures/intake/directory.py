"""The directory of known bodies, and which of them a name means. Pure.

A name is matched only if it equals a name or an alias; bodies with a similar name are shown as
candidates and never assigned.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from measures.intake.places import (
    NOWHERE,
    HomePlace,
    known_places,
    means,
    name_with_place,
    place_in,
    place_of_notice,
    short_forms,
)

CANDIDATES_MOST = 5
_LEVEL_LETTERS = frozenset("省市区县委局厅办")
LIKENESS_LEAST = 0.65
STEM_LIKENESS_LEAST = 0.5  # of 水利 in 市水利局 and 水务 in 市水务局
# Words shared by many names, which do not distinguish bodies.
_SHARED = re.compile(r"^(?:国家|中国)|人民政府|政府|办公[厅室]|[\u4e00-\u9fff]{2}[省市]?分[局行]$")
_LAST_BRACKET = re.compile(r"[（(〔][^（(〔）)〕]*[）)〕]$")


@dataclass(frozen=True)
class DirectoryEntry:
    """A body of the directory with all its names."""

    key: str
    name: str  # its short name
    full_name: str
    names: tuple[str, ...] = ()  # further ones: earlier names, aliases
    home: HomePlace = NOWHERE  # if the full name has none: that of its notices

    @property
    def whole_name(self) -> str:
        """The full name with its place, which it may lack."""
        return name_with_place(self.full_name, self.home)


@dataclass(frozen=True)
class AgencyDirectory:
    """The known bodies, each of a place: 市 in a short name is the city of its full name."""

    entries: tuple[DirectoryEntry, ...] = ()
    _likeness: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _matches: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        """Keys by the names in the directory."""
        return _by_name(
            (name, entry.key)
            for entry in self.entries
            for name in (entry.name, entry.full_name, entry.whole_name, *entry.names)
        )

    @cached_property
    def _short_forms(self) -> dict[str, tuple[str, ...]]:
        """Keys by the name that a notice of the body's own place may use: 市财政局."""
        return _by_name(
            (name, entry.key) for entry in self.entries for name in short_forms(entry.whole_name)
        )

    @cached_property
    def known_places(self) -> dict[str, HomePlace]:
        return known_places(entry.full_name for entry in self.entries)

    @cached_property
    def _places(self) -> dict[str, tuple[HomePlace, str]]:
        """The place and the full name of each body, by key."""
        places = ((one, place_in(one.full_name, self.known_places)) for one in self.entries)
        return {
            one.key: (one.home if place == NOWHERE else place, one.full_name)
            for one, place in places
        }

    @cached_property
    def name_of(self) -> dict[str, str]:
        """The name for choices by key; bodies of equal name are shown with their full names."""
        keys = _by_name((entry.name, entry.key) for entry in self.entries)
        return {
            entry.key: entry.name
            if len(keys[plain_name(entry.name)]) == 1
            else f"{entry.name}（{self._told_apart(entry)}）"
            for entry in self.entries
        }

    def _told_apart(self, entry: DirectoryEntry) -> str:
        names = [one.whole_name for one in self.entries if one.name == entry.name]
        alone = names.count(entry.whole_name) == 1
        return entry.whole_name if alone else f"{entry.whole_name}，{entry.key}"

    @cached_property
    def own_city(self) -> str:
        """The city of most bodies; empty if none is named."""
        cities = Counter(place.city for place, _ in self._places.values() if place.city)
        return next((city for city, _ in cities.most_common(1)), "")

    def match(self, name: str) -> tuple[str, ...]:
        """Return the keys of all bodies with this name, or called so in their own place."""
        if not self.entries:
            return ()
        if name not in self._matches:
            plain = plain_name(name)
            found = (*self._keys.get(plain, ()), *self._short_forms.get(plain, ()))
            self._matches[name] = tuple(dict.fromkeys(found))
        return self._matches[name]

    def has_name(self, name: str) -> bool:
        """Whether a body has exactly this name; names used in its own place do not count."""
        return plain_name(name) in self._keys

    def meant(self, name: str, here: HomePlace) -> tuple[str, ...]:
        """Return the keys that a name means in a notice of a place: one, several, or none."""
        found = ((key, *self._places[key]) for key in self.match(name))
        return tuple(key for key, place, full in found if means(name, place, here, full))

    def candidates(self, name: str, here: HomePlace) -> tuple[str, ...]:
        """Return the bodies to show for a name without a match: equal names, else similar ones.

        A body of another place with only a similar name is a different body.
        """
        known = self.match(name) or self.match(_LAST_BRACKET.sub("", name))  # 市商务委（自贸办）
        return known or tuple(
            key for key in self.like(name) if self._may_be_of(self._places[key][0], here)
        )

    @staticmethod
    def _may_be_of(place: HomePlace, here: HomePlace) -> bool:
        pairs = ((place.province, here.province), (place.city, here.city))
        return not any(a and b and a != b for a, b in pairs)

    def place_of_notice(self, number: str, title: str, issuer: str) -> HomePlace:
        return place_of_notice(number, title, issuer, self.known_places)

    def like(self, name: str) -> tuple[str, ...]:
        """Return bodies with very similar names, the most similar first; only to be shown."""
        if name not in self._likeness:
            self._likeness[name] = tuple(self._like(plain_name(name)))
        return self._likeness[name]

    def _like(self, name: str) -> Iterable[str]:
        best: dict[str, float] = {}
        stem = _stem(name)
        for known, keys in (*self._keys.items(), *self._short_forms.items()):
            # 市教委 is not similar to 市科委, nor 市民政局 to 市财政局: stems must begin alike.
            other = _stem(known)
            if stem[:1] != other[:1] or _likeness(stem, other) < STEM_LIKENESS_LEAST:
                continue
            likeness = _likeness(name, known)
            if likeness >= LIKENESS_LEAST:
                for key in keys:
                    best[key] = max(best.get(key, 0), likeness)
        return sorted(best, key=lambda key: -best[key])[:CANDIDATES_MOST]


def _stem(name: str) -> str:
    """Return the part of a name that distinguishes it within its level: 水利 in 市水利局."""
    return "".join(letter for letter in _SHARED.sub("", name) if letter not in _LEVEL_LETTERS)


def _likeness(one: str, other: str) -> float:
    """Return the share of letters that both have, from 0 to 1."""
    letters, others = frozenset(one), frozenset(other)
    return 2 * len(letters & others) / max(1, len(letters) + len(others))


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for name, key in pairs:
        keys[plain_name(name)].append(key)
    return {name: tuple(dict.fromkeys(many)) for name, many in keys.items()}


def plain_name(name: str) -> str:
    """Return a name for comparison: no blanks, brackets of one width, 政府 for 人民政府."""
    plain = re.sub(r"\s", "", name).replace("(", "（").replace(")", "）")
    return plain.replace("人民政府", "政府")
