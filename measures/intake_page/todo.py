"""文件导入: drafts that nobody has confirmed or dropped yet."""

from datetime import date

from django.db.models.functions import TruncDate
from django.urls import reverse

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
        since=date.fromisoformat(facts["since"]),
        word="导入",
    )


TO_DOS = (
    ToDo(
        name="intake",
        group=ToDoGroup.CHECK,
        page="measures:intake",
        is_for=lambda user: user.can(Perm.KEEP_NOTICE),
        rows=lambda user, on: IntakeDraft.objects.visible_to(user).unfinished(),
        facts={
            "pk": "pk",
            "name": "name",
            "left": "doubts_left",
            "since": TruncDate("started_at"),
        },
        line=_line,
        unit="份",
    ),
)
