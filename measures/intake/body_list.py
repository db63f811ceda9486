"""A list of responsible bodies as read from the text, with its position. Pure."""

from dataclasses import dataclass, replace

from measures.intake.clauses import Clause
from measures.intake.named import Named
from measures.intake.passage import LineSpan, SourcePassage


@dataclass(frozen=True)
class BodyList:
    """A list with its position in the paragraph."""

    start: int
    end: int
    names: tuple[Named, ...]
    lines: LineSpan
    has_lead_rule: bool = False
    others_support: bool = False  # by that rule
    lacks_lead: bool = False  # the column 牵头单位 is blank in this row, so order means nothing
    rule_is_lasting: bool = False
    clause: Clause | None = None
    is_bare: bool = False
    deadline: SourcePassage | None = None
    is_inside: bool = False  # in the middle of a sentence
    is_sentence: bool = False  # without brackets or label
    after_gap: bool = False  # text is missing before it, so it may belong to another item
    is_closed: bool = True
    dropped: tuple[str, ...] = ()  # words that cannot be a name
    same_as: str = ""  # the reference to another list: 同上, 同（一）
    is_labelled: bool = False
    is_between: bool = False  # between two items, so it may belong to the following one
    is_heading: bool = False  # of the tasks below it: 市水利局：
    words: str = ""

    def doubted(self) -> "BodyList":
        """Return the same list, marked as possibly belonging to the following item."""
        names = tuple(replace(one, is_certain=False) for one in self.names)
        return replace(self, names=names, is_between=True)

    def behind_gap(self) -> "BodyList":
        """Return the same list, marked as possibly belonging to an item whose number is lost."""
        return replace(self.doubted(), is_between=False, after_gap=True)

    def with_more(self, more: "BodyList") -> "BodyList":
        """Return this list merged with the one right after it."""
        return replace(
            self,
            end=more.end,
            names=(*self.names, *more.names),
            lines=LineSpan.around([self.lines, more.lines]),
            has_lead_rule=self.has_lead_rule or more.has_lead_rule,
            others_support=self.others_support or more.others_support,
            clause=self.clause or more.clause,
            deadline=self.deadline or more.deadline,
            is_closed=self.is_closed and more.is_closed,
            dropped=(*self.dropped, *more.dropped),
            words=f"{self.words}；{more.words}",
        )
