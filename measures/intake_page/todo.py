"""文件导入: drafts that nobody has confirmed or dropped yet."""

from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.permissions import Perm
from measures.models import IntakeDraft


def _line(found: Found) -> ToDoLine:
    facts = found.facts
    left = facts["left"]
    return ToDoLine(
        label=f"“{facts['name']}”{f'还有{left}处存疑' if left else '待确认'}",
        url=reverse("measures:intake_draft", args=[facts["pk"]]),
        whom="文件导入",
        act="继续",
        since=localdate(datetime.fromisoformat(facts["started_at"])),
        word="导入",
    )


TO_DOS = (
    ToDo(
        name="intake",
        group=ToDoGroup.CHECK,
        page="measures:intake",
        perms={Perm.KEEP_NOTICE},
        among=lambda user, on: IntakeDraft.objects.visible_to(user).unfinished(),
        facts={
            "pk": "pk",
            "name": "name",
            "left": "doubts_left",
            "started_at": "started_at",
        },
        line=_line,
        unit="份",
    ),
)
