"""Factory for 需协调事项; it uses the action that raises them."""

from datetime import timedelta
from itertools import count

from agencies.models import Agency
from agencies.permissions import Role
from measures.coordination.actions import raise_item
from measures.models import CoordinationItem
from measures.tests.factories import NOW, TODAY, make_agency, make_measure, make_user

_numbers = count(1)


def make_item(**said: object) -> CoordinationItem:
    """Create an item of a measure's lead; by default it is for another agency."""
    measure = said.pop("measure", None) or make_measure()
    asked_by = said.pop("asked_by", None) or Agency.objects.get(
        responsibilities__measure=measure, responsibilities__role="lead"
    )
    said = {"words": f"补贴从哪项资金列支（{next(_numbers)}）", "at": NOW} | said
    if "leader" not in said and "agency" not in said:
        said["agency"] = make_agency()
    said.setdefault("due_on", TODAY + timedelta(days=10))
    by = said.pop("by", None) or make_user(Role.LIAISON, asked_by)
    return raise_item(measure, by=by, asked_by=asked_by, **said)
