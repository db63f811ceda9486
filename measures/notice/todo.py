"""原文待核对: what the captured notice lost, by kind."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.urls import reverse

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.permissions import Perm
from lib.chinese import ordinal
from measures.choices import GapKind
from measures.models import Gap

MARKS_MOST = 6


def _line(found: Found) -> ToDoLine:
    kind, ordinals = GapKind(found.facts["kind"]), found.facts["ordinals"] or []
    marks = "".join(map(ordinal, ordinals[:MARKS_MOST]))
    more = "等" if found.number > min(len(ordinals), MARKS_MOST) else ""
    return ToDoLine(
        label=f"{marks}{more}{kind.label}缺失",
        url=f"{reverse('measures:gaps')}?kind={kind}",
        whom="原文待核对",
    )


TO_DOS = (
    ToDo(
        name="gaps",
        group=ToDoGroup.CHECK,
        page="measures:gaps",
        is_for=lambda user: user.can(Perm.KEEP_NOTICE),
        among=lambda user, on: Gap.objects.visible_to(user).unconfirmed(),
        facts={
            "kind": "kind",
            "ordinals": ArrayAgg(
                "measure__ordinal",
                filter=Q(measure__isnull=False),
                order_by="measure__ordinal",
            ),
        },
        by=("kind",),
        line=_line,
        unit="处",
    ),
)
