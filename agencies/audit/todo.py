"""To-dos about a failed verification of the audit trail, for auditor and administrator."""

from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import Event
from agencies.permissions import Perm


def _line(found: Found) -> ToDoLine:
    facts = found.facts
    what, _, _ = facts["sentence"].partition("，")  # digests follow
    return ToDoLine(
        label=f"核验不符：{what.rstrip('。')}",
        url=reverse("agencies:audit_seals"),
        since=localdate(datetime.fromisoformat(facts["at"])),
        word="核验",
        is_urgent=True,
    )


TO_DOS = (
    ToDo(
        name="audit_broken",
        group=ToDoGroup.AUDIT,
        page="agencies:audit_seals",
        perms={Perm.READ_SEALS},
        among=lambda user, on: Event.objects.broken(),
        facts={"sentence": "sentence", "at": "at"},
        line=_line,
        unit="处",
    ),
)
