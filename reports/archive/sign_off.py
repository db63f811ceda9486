"""签发 on a report's page: its state, this person's next steps, and their forms."""

from collections.abc import Iterable
from typing import NamedTuple

from django.forms import Form
from django.utils.timezone import localdate, now

from agencies.models import User
from lib.official.document import Document, digest_of_words
from reports.archive.forms import PaperReturnForm, ReadForm, WithdrawForm
from reports.archive.freshness import Changed, how_changed, why_outdated
from reports.archive.issue import word_of
from reports.archive.submit import may_step_now, signers_of
from reports.jobs.request import First, first_of, first_to_know_of
from reports.models import Issue, Report, ReportEdit
from reports.rules.signing import Step


class SignOff(NamedTuple):
    issue: Issue
    first: First | None  # already issued on the same period
    submit: ReadForm | None  # None: the step is not allowed for this person, or not now
    issuing: ReadForm | None
    returning: PaperReturnForm | None
    withdraw: WithdrawForm | None
    may_take_back: bool
    edited_since: list[str]  # the passages edited after it was submitted
    outdated: str  # what in its text is no longer true, so that signing is refused
    changed: Changed | None  # its data differ from the current ones; for drafters and signers
    may_look: bool  # not checked yet: drafters start the check, as it takes as long as a build
    is_same: bool  # checked, and nothing changed
    nobody_signs: bool  # an agency's own report cannot be signed if the agency has no head

    @property
    def waits_for_me(self) -> bool:
        return self.issuing is not None


def sign_off_of(
    report: Report, document: Document, user: User, *, with_changes: bool
) -> SignOff | None:
    """Return the block 签发 of a finished report; None for kinds that are not issued.

    `with_changes`: a drafter asked for changed data; signers always see them. Queries the issue.
    """
    issue: Issue | None = getattr(report, "issue", None)
    if issue is None:
        return None
    may = {step: may_step_now(report, step, user) for step in Step}
    seen = {"seen": digest_of_words(document)}
    first_here = first_of if may[Step.ISSUE] else first_to_know_of
    first = None
    if issue.takes_edits:
        first = first_here(report.kind_choice, report.scope, but=report.pk)
    outdated = why_outdated(report, on=localdate()) if issue.takes_edits else ""
    drafts = not outdated and (may[Step.SUBMIT] or may[Step.TAKE_BACK])
    signs = not outdated and may[Step.ISSUE]
    is_asked = drafts and with_changes
    changed = how_changed(report) if signs or is_asked else None
    return SignOff(
        issue=issue,
        first=first,
        submit=submit_form(report, document, first) if may[Step.SUBMIT] else None,
        issuing=issue_form(report, document, first, changed) if may[Step.ISSUE] else None,
        returning=PaperReturnForm(initial=seen) if may[Step.RETURN] else None,
        withdraw=WithdrawForm() if may[Step.DROP] or may[Step.WITHDRAW] else None,
        may_take_back=may[Step.TAKE_BACK],
        edited_since=_edited_since(issue) if issue.is_submitted else [],
        outdated=outdated,
        changed=changed,
        may_look=drafts and not (signs or is_asked),
        is_same=is_asked and changed is None,
        nobody_signs=issue.takes_edits and not signers_of(report, at=now()).exists(),
    )


def closed_sign_off_of(report: Report, user: User) -> SignOff | None:
    """Return the block 签发 of a report whose text was not stored: it can only be withdrawn.

    None if it was final without being issued. Queries the issue.
    """
    issue: Issue | None = getattr(report, "issue", None)
    if issue is None:
        return None
    return SignOff(
        issue=issue,
        first=None,
        submit=None,
        issuing=None,
        returning=None,
        withdraw=WithdrawForm() if may_step_now(report, Step.WITHDRAW, user) else None,
        may_take_back=False,
        edited_since=[],
        outdated="",
        changed=None,
        may_look=False,
        is_same=False,
        nobody_signs=False,
    )


def submit_form(
    report: Report, document: Document, first: First | None, data: object = None
) -> ReadForm:
    asked = {"notes_settled": document.editor_notes, "again": first}
    seen = {"seen": digest_of_words(document)}
    return ReadForm(data, asked=[name for name in asked if asked[name]], initial=seen, at="submit")


def issue_form(
    report: Report,
    document: Document,
    first: First | None,
    changed: Changed | None,
    data: object = None,
) -> ReadForm:
    asked = {"stale": changed, "again": first, "word": report.kind_choice.is_own}
    said = {"seen": digest_of_words(document), "word": word_of(report)}
    return ReadForm(data, asked=[name for name in asked if asked[name]], initial=said, at="issue")


def about_these_words(forms: Iterable[Form], document: Document) -> None:
    """Set `seen` of refused forms to the text that is now shown beside them.

    Otherwise a person who reads the changed text would be refused again and again.
    """
    for form in forms:
        if "seen" in form.fields:
            sent = {name: form.data.get(name) for name in form.data}
            form.data = sent | {"seen": digest_of_words(document)}


def _edited_since(issue: Issue) -> list[str]:
    edits = ReportEdit.objects.of(issue.report_id).filter(at__gt=issue.submitted_at)
    return list(dict.fromkeys(edits.order_by("at").values_list("heading", flat=True)))
