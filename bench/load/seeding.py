"""The people and filings that the load works on: `python -m bench.load.seeding N` prints JSON."""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
django.setup()

# Models can only be imported after Django is set up.
from django.utils.timezone import localdate  # noqa: E402

from agencies.models import Agency, User  # noqa: E402
from agencies.permissions import Role  # noqa: E402
from bench.inside import session_of  # noqa: E402
from bench.seeding import A_NOTICE, make_person, seed, spread_over_agencies  # noqa: E402
from measures.models import Notice, Period  # noqa: E402

MEASURES = 400  # in one notice, each with 4 agencies: 1,600 filings in its open period
REVIEWERS, LEADERS = 30, 20
LEADERSHIP = "zfbgt"


def place(liaisons: int) -> dict[str, Any]:
    """Fill the database unless it is filled; return all people's sessions and their work."""
    on = localdate()
    if not User.objects.filter(username="tongchou").exists():
        seed(A_NOTICE + MEASURES, on=on, per_notice=MEASURES, agencies="4")
    if not Agency.objects.filter(code="bench1").exists():
        spread_over_agencies(_open_period(), liaisons, due_on=on + timedelta(days=3))
        _people("reviewer", REVIEWERS, Role.COORDINATOR, Notice.objects.earliest("pk").coordinator)
        _people("leader", LEADERS, Role.LEADER, Agency.objects.get(code=LEADERSHIP))
    period = _open_period()
    return {
        "liaisons": _sessions("bench"),
        "reviewers": _sessions("reviewer"),
        "leaders": _sessions("leader"),
        "period": period.pk,
        "sections": list(period.notice.sections.values_list("pk", flat=True)),
    }


def _open_period() -> Period:
    return Period.objects.filter(notice=Notice.objects.latest("pk"), state="open").get()


def _people(name: str, count: int, role: Role, agency: Agency) -> None:
    for number in range(1, count + 1):
        make_person(f"{name}{number}", role, agency)


def _sessions(prefix: str) -> list[str]:
    found = User.objects.filter(username__startswith=prefix).order_by("pk")
    return [session_of(user) for user in found]


if __name__ == "__main__":
    print(json.dumps(place(int(sys.argv[1]))))
