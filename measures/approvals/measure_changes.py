"""What a decision changes in its measure beside the date: the status, the last day, the light."""

from datetime import datetime
from typing import NamedTuple

from django.utils.text import Truncator

from agencies.models import User
from measures.models import Measure, StatusUpdate

REASON_MOST, BACK_MOST = 1000, 300  # of a status update; the request keeps the whole


class MeasureStatus(NamedTuple):
    stage: str
    percent: int | None


def write_status(
    measure: Measure,
    before: MeasureStatus,
    now: MeasureStatus,
    *,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    """Write what a decision made of stage and percent, on the measure and in their history.

    Raises ValidationError for values that the constraints refuse.
    """
    is_less = (now.percent or 0) < (before.percent or 0)
    update = StatusUpdate(
        measure=measure,
        stage_before=before.stage,
        percent_before=before.percent,
        stage=now.stage,
        percent=now.percent,
        reason=Truncator(reason).chars(REASON_MOST),
        back_reason=Truncator(reason).chars(BACK_MOST) if is_less else "",
        by=by,
        at=at,
    )
    update.full_clean()
    update.save()
    measure.stage, measure.percent = now
    measure.save(update_fields=["stage", "percent"])
