"""A list of responsible bodies as it was read, with the place where it stands. Pure."""

from dataclasses import dataclass, replace

from measures.intake.clauses import Clause
from measures.intake.named import Named
from measures.intake.passage import LineSpan, SourcePassage


@dataclass(frozen=True)
class BodyList:
    """A list with the place where it stands in its paragraph."""

    start: int
    end: int
    names: tuple[Named, ...]
    lines: LineSpan
    has_lead_rule: bool = False
    others_support: bool = False  # by that rule
    lacks_lead: bool = False  # of a row whose column 牵头单位 is blank: order says nothing
    rule_is_lasting: bool = False
    clause: Clause | None = None
    is_bare: bool = False
    deadline: SourcePassage | None = None
    is_inside: bool = False  # in the middle of a sentence
    is_sentence: bool = False  # without brackets or label
    after_gap: bool = False  # text was lost before it: another item may end with it
    is_closed: bool = True
    dropped: tuple[str, ...] = ()  # words that cannot be a name
    same_as: str = ""  # the words that point to another list: 同上, 同（一）
    is_labelled: bool = False
    is_between: bool = False  # items: it may belong to the one behind it
    is_heading: bool = False  # of the tasks below it: 市水利局：
    words: str = ""

    def doubted(self) -> "BodyList":
        """This list, where it may belong to the item behind it."""
        names = tuple(replace(one, is_certain=False) for one in self.names)
        return replace(self, names=names, is_between=True)

    def with_more(self, more: "BodyList") -> "BodyList":
        """This list and the one right behind it as one."""
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
