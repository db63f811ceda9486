"""The agencies and leaders that may be asked, as choices of a form."""

from typing import Any, NamedTuple

from agencies.models import Agency, User
from agencies.models.agency import grouped_by_kind
from measures.rules.coordination import LEADERS

LEADER = "leader-"
AGENCY = "agency-"
NOBODY = [("", "请选择")]
NO_DOER = [("", "不需要再办")]


class Askable(NamedTuple):
    """The agencies and leaders for all forms of a page, read once."""

    agencies: list[Agency]  # existing ones, with today's names
    leaders: list[User]
    first: frozenset[int] = frozenset()  # the agencies of the measure, listed first

    def holders(self, *, but: int | None) -> list[tuple[str, Any]]:
        """Return the choices, leaders and agencies without `but`, in groups."""
        leaders = [(f"{LEADER}{one.pk}", f"{LEADERS}（{one}）") for one in self.leaders]
        groups = [(LEADERS, leaders)] if leaders else []
        return [*NOBODY, *groups, *self._grouped(but, AGENCY)]

    def doers(self, *, but: int | None) -> list[tuple[str, Any]]:
        return [*NO_DOER, *self._grouped(but, "")]

    def _grouped(self, but: int | None, start: str) -> list[tuple[str, Any]]:
        rest = [one for one in self.agencies if one.pk != but]
        own = [one for one in rest if one.pk in self.first]
        named = [(f"{start}{one.pk}", one.name_then) for one in own]
        others = grouped_by_kind(one for one in rest if one.pk not in self.first)
        found = [(kind, [(f"{start}{pk}", name) for pk, name in rows]) for kind, rows in others]
        return [("本措施责任单位", named), *found] if named else found

    def holder(self, value: str) -> dict[str, Any]:
        """Return the action's arguments for the chosen value; both None for an empty one."""
        leader = next((one for one in self.leaders if value == f"{LEADER}{one.pk}"), None)
        agency = next((one for one in self.agencies if value == f"{AGENCY}{one.pk}"), None)
        return {"leader": leader, "agency": agency}

    def agency(self, value: str) -> Agency | None:
        return next((one for one in self.agencies if value == str(one.pk)), None)
