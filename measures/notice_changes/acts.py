"""A person's possible actions on a change of the notice: confirm, withdraw, drop, take back."""

from typing import Any

from agencies.models import User
from agencies.permissions import Perm
from measures.bars import CONFIRMATION
from measures.fields import ReasonForm
from measures.models import NoticeChange
from measures.notice_changes.filling_gaps import why_kept
from measures.notice_changes.forms import DecideForm


def acts_for(
    user: User,
    change: NoticeChange | None,
    decide_form: DecideForm | None = None,
    take_back_form: ReasonForm | None = None,
) -> dict[str, Any]:
    """Return the forms for the person, and why others are not offered."""
    may_keep = user.can(Perm.KEEP_NOTICE)
    context: dict[str, Any] = {"change": change, "may_keep": may_keep}
    if change is not None and change.is_waiting and (may_keep or user.can(Perm.DECIDE)):
        if CONFIRMATION.allows(change, user):
            context["decide_form"] = decide_form or DecideForm(change=change)
        else:
            context["refusal"] = CONFIRMATION.refusal(change, user)
    if change is not None and change.is_confirmed and not change.is_taking_back and may_keep:
        context["why_kept"] = why_kept(change)
        if not context["why_kept"] or take_back_form:
            context["take_back_form"] = take_back_form or ReasonForm(name="take_back")
    return context
