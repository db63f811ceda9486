"""To-dos: reports that wait for a signature or for their drafter, and failed reports."""

from datetime import date, datetime
from functools import partial

from django.urls import reverse
from django.utils.timezone import localdate

from agencies.choices import ToDoGroup
from agencies.contributions import Found, ToDo, ToDoLine
from agencies.models import User
from agencies.permissions import ACTING, Perm
from reports.archive.forms import TO_RETRY, TO_SIGN, TO_SUBMIT
from reports.choices import IssueState, ReportKind
from reports.models import Report
from reports.models.report import ReportQuerySet
from reports.rules.asking import READERS
from reports.rules.signing import SIGNERS

FACTS = {
    "pk": "pk",
    "kind": "kind",
    "period": "period__label",
    "scope": "scope_name",
    "issue": "issue__state",
    "asked_at": "requested_at",
    "submitted_at": "issue__submitted_at",
    "submitted_by": "issue__submitted_by__name",
}


def _named(found: Found) -> str:
    facts = found.facts
    about = f"（{facts['scope']}）" if facts["scope"] else ""
    return f"{facts['period']}{ReportKind(facts['kind']).label}{about}"


def _line(found: Found, *, act: str, day: str, word: str, words: str = "") -> ToDoLine:
    facts = found.facts
    return ToDoLine(
        label=_named(found) + words,
        url=reverse("reports:report", args=[facts["pk"]]),
        whom=facts["submitted_by"] or "",
        act=act,
        since=localdate(datetime.fromisoformat(facts[day])),
        word=word,
    )


def _to_submit(found: Found) -> ToDoLine:
    is_returned = found.facts["issue"] == IssueState.RETURNED
    words, act = ("，已退回", "修改") if is_returned else ("，草稿待送审", "送审")
    return _line(found, act=act, day="asked_at", word="拟", words=words)


def waiting_reports(user: User, state: str) -> ReportQuerySet:
    """Return the reports that a person must sign, submit or retry."""
    shown = Report.objects.visible_to(user).shown()
    return {
        TO_SIGN: shown.awaiting_word_of,
        TO_SUBMIT: shown.awaiting_submission_by,
        TO_RETRY: shown.awaiting_retry_by,
    }[state](user)


def _rows(state: str, user: User, on: date) -> ReportQuerySet:
    return waiting_reports(user, state).order_by("requested_at", "pk")


_to_do = partial(ToDo, page="reports:list", facts=FACTS)
TO_DOS = (
    _to_do(
        name="papers_to_sign",
        group=ToDoGroup.DECIDE,
        query=f"?state={TO_SIGN}",
        perms=SIGNERS,
        among=lambda user, on: _rows(TO_SIGN, user, on),
        line=lambda found: _line(found, act="签发", day="submitted_at", word="送审"),
    ),
    _to_do(
        name="papers_to_submit",
        group=ToDoGroup.DECIDE,
        query=f"?state={TO_SUBMIT}",
        perms=ACTING | {Perm.REVIEW},
        among=lambda user, on: _rows(TO_SUBMIT, user, on),
        line=_to_submit,
    ),
    _to_do(
        name="reports_failed",
        group=ToDoGroup.FAILED,
        query=f"?state={TO_RETRY}",
        perms=frozenset(READERS),
        among=lambda user, on: _rows(TO_RETRY, user, on),
        line=lambda found: _line(
            found, act="重试", day="asked_at", word="申请", words="，没有生成"
        ),
        unit="个",
    ),
)
