"""To-do of system administrators: e-mails and 待办 that were not delivered."""

from datetime import datetime

from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import OutboxAction, OutboxState, ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import OutboxItem
from agencies.permissions import Perm


def _line(found: Found) -> ToDoLine:
    facts = found.facts
    return ToDoLine(
        label=f"给{facts['name']}的{OutboxAction(facts['action']).label}没有送达",
        url=f"{reverse('agencies:outbox')}?state={OutboxState.DEAD}",
        act="重发",
        since=localdate(datetime.fromisoformat(facts["created_at"])),
        word="产生",
    )


TO_DOS = (
    ToDo(
        name="outbox_dead",
        group=ToDoGroup.FAILED,
        page="agencies:outbox",
        query=f"?state={OutboxState.DEAD}",
        perms={Perm.KEEP_OUTBOX},
        among=lambda user, on: OutboxItem.objects.dead(),
        facts={"name": "user__name", "action": "action", "created_at": "created_at"},
        line=_line,
    ),
)
