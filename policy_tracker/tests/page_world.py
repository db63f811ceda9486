"""One object of every kind that an address may name, for the table of pages."""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.files.base import ContentFile
from django.test import Client

from agencies.audit import trail
from agencies.choices import AdminStep
from agencies.models import AdminRequest, Agency, Message, User
from agencies.permissions import Role
from agencies.sign_in.sessions import SessionStore
from measures.chasing.tests.factories import make_ladder
from measures.choices import (
    ChangeState,
    EvidenceKind,
    FilingState,
    GapKind,
    MeasureMessage,
    ResponsibilityRole,
)
from measures.coordination.tests.factories import make_item
from measures.filings.evidence import keep_files
from measures.instructions.tests.factories import make_instruction
from measures.intake.source import read_text
from measures.intake_page.actions import act_on, start_draft
from measures.models import (
    AlternateFiling,
    ClauseLink,
    Filing,
    IntakeDraft,
    KeptFile,
    Measure,
    Milestone,
    Period,
    RelatedDocument,
    Responsibility,
    Review,
    SheetImport,
    ShortNotice,
    Workday,
)
from measures.notice_changes.tests.factories import (
    make_change,
    make_change_file,
    make_filled,
    make_gap,
    make_revision,
)
from measures.reviews.corrections import correct_note
from measures.rules.periods import Quarter
from measures.rules.uploads import Upload
from measures.tests.counted import make_indicator, make_target, make_value
from measures.tests.factories import (
    NOW,
    commission,
    make_agency,
    make_dated_measure,
    make_evidence,
    make_filing,
    make_measure,
    make_milestone,
    make_period,
    make_responsibility,
    make_thresholds,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_objection,
    make_override,
)
from policy_tracker.tests.page_forms import sent_about, sent_to
from reports.choices import IssueState, ReportKind
from reports.conftest import make_done
from reports.datasets.frozen import digest_of
from reports.kinds import gather
from reports.models import Issue, Report
from reports.models.report import Scope

STATE_FOR = {
    "measures:filing_correct": FilingState.ACCEPTED,
    "measures:period_close": FilingState.SUBMITTED,  # a missing filing would have to be due first
    "measures:filing_drop": FilingState.ACCEPTED,
    "measures:filing_unaccept": FilingState.ACCEPTED,
    "measures:filing_unwaive": FilingState.WAIVED,
    "measures:filing_release": FilingState.SUBMITTED,
    "measures:filing_remark": FilingState.SUBMITTED,
    "measures:filing_object": FilingState.RETURNED,
    "measures:objection": FilingState.RETURNED,
    "measures:objection_decide": FilingState.RETURNED,
    "measures:evidence": FilingState.DRAFT,
    "measures:evidence_remove": FilingState.DRAFT,
    "measures:kept_file_remove": FilingState.SUBMITTED,
    "measures:filing_withdraw": FilingState.SUBMITTED,
    "measures:review": FilingState.SUBMITTED,
    "measures:review_begin": FilingState.SUBMITTED,
    "measures:review_take_over": FilingState.SUBMITTED,
    "measures:review_accept": FilingState.SUBMITTED,
    "measures:review_return": FilingState.SUBMITTED,
    "measures:review_approve": FilingState.IN_AGENCY,
    "measures:review_send_back": FilingState.IN_AGENCY,
    "filing-submit": FilingState.DRAFT,
    "filing-accept": FilingState.SUBMITTED,
    "filing-send-back": FilingState.SUBMITTED,
}

# The addresses that need their own objects; all others can share them.
NEED_THEIR_OWN = STATE_FOR.keys() | {
    *("measures:period_open", "measures:period_reopen", "measures:period_take_back"),
    *("measures:filing_write_off", "measures:filing_restore_debt"),
    *("measures:milestone_undo", "measures:indicator_remove"),
    *("reports:issue", "reports:return", "reports:take_back", "reports:rerun"),
    *("reports:edit", "reports:passage", "reports:passage_undo", "reports:final"),
}

# Addresses that need the same objects as another one and share them with it.
LIKE = {
    **dict.fromkeys(
        (
            *("measures:period_close", "measures:filing_remark"),
            *("measures:review_accept", "measures:review_return"),
            *("filing-accept", "filing-send-back"),
        ),
        "measures:review_begin",
    ),
    "measures:review_take_over": "measures:review",
    "measures:filing_release": "measures:review",
    "measures:review_send_back": "measures:review_approve",
    "measures:objection_decide": "measures:objection",
    "measures:evidence_remove": "measures:evidence",
    "reports:return": "reports:issue",
    "reports:take_back": "reports:issue",
    "reports:passage": "reports:edit",
    "reports:passage_undo": "reports:edit",
}


def needs_of(name: str) -> str:
    """Return the argument of make_world() for an address; "" if it can share with most others."""
    return LIKE.get(name, name if name in NEED_THEIR_OWN else "")


class World(NamedTuple):
    """One object of every kind that an address may name."""

    people: dict[str, User]
    agency: Agency
    filing: Filing
    args: dict[str, list[int | str]]
    data: dict[str, dict[str, object]]
    sessions: dict[str, str]

    def signed_in(self, who: str) -> Client:
        """Return a client of that person, just signed in."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client


def session_of(user: User) -> str:
    """Sign a person in without the form, and set what otherwise each first page would store."""
    session, at = SessionStore(), NOW.timestamp()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update({"entered": at, "seen": at, "address": "127.0.0.1"})
    session.save()
    return session.session_key


def make_debt(filing: Filing, name: str, by: User) -> None:
    """Make the filing owed, or written off, if the address needs that."""
    late = {"due_on": NOW.date() - timedelta(days=1)}
    given_up = {"written_off_reason": "已并入下期。", "written_off_by": by, "written_off_at": NOW}
    found = {"measures:filing_write_off": late, "measures:filing_restore_debt": late | given_up}
    if fields := found.get(name):
        Filing.objects.filter(pk=filing.pk).update(**fields)


def make_waiting(filing: Filing, name: str, by: User) -> int:
    """Store a kept file if the address needs one; return its id."""
    if name != "measures:kept_file_remove":
        return 0
    upload = Upload("表.pdf", EvidenceKind.PDF, ContentFile(b"%PDF-1.7"))
    keep_files(filing, [upload], by=by, at=NOW)
    return KeptFile.objects.get().pk


def make_world(name: str) -> World:
    """Return what the address needs; "" if it does not need its own objects."""
    agency = make_agency(name="重庆海关")
    measure = make_measure(lead=agency)
    states = {"measures:period_open": "draft", "measures:period_reopen": "closed"}
    period = make_period(state=states.get(name, "open"))
    planned = make_period(Quarter(2026, 2), state="draft")
    untouched = period
    if name == "measures:period_take_back":
        untouched = make_period(Quarter(2025, 4))
    workday = Workday.objects.create(date=date(2026, 10, 1), is_workday=False, source="通知")
    filing = make_filing(measure=measure, state=STATE_FOR.get(name, FilingState.PENDING))
    people = make_people(agency)
    make_debt(filing, name, people["chief"])
    if name in ("measures:review", "measures:review_take_over", "measures:filing_release"):
        Review.objects.create(note=filing.notes.get(), begun_by=people["chief"], begun_at=NOW)
    kept, waiting = None, make_waiting(filing, name, people["liaison"])
    if name in ("measures:evidence", "measures:evidence_remove"):
        kept = make_evidence(filing.notes.get())
    if name == "measures:filing_withdraw":
        people["liaison"] = filing.notes.get().author
    if name == "measures:filing_drop":
        correct_note(filing, by=people["liaison"], reason="口径有误。", at=NOW)
    spare = make_user(Role.LIAISON, agency)
    report = Report.objects.create(
        kind="brief" if name == "reports:final" else "progress",
        period=period,
        requested_by=people["coordinator"],
        requested_at=NOW,
        queued_at=NOW,
        **({"state": "failed", "error": "磁盘已满。"} if name == "reports:rerun" else {}),
    )
    if name in ("reports:edit", "reports:passage", "reports:passage_undo", "reports:final"):
        make_done(report)
    message = Message.objects.create(
        user=people["liaison"],
        kind=MeasureMessage.ACCEPTED,
        sentence="已通过。",
        url="/",
        created_at=NOW,
    )
    second = make_responsibility(measure, make_agency(), ResponsibilityRole.RESPONSIBLE)
    if name == "measures:filing_unaccept":
        by = people["chief"]
        decided = {"decision": "accept", "decided_by": by, "decided_at": NOW}
        Review.objects.create(note=filing.notes.get(), begun_by=by, begun_at=NOW, **decided)
    # While one waits, its page is shown instead of the form for another one.
    objection = make_objection(make_filing() if name == "measures:filing_object" else filing)
    wanted = make_due_date_request(make_dated_measure(lead=agency))
    item = make_item(measure=measure, asked_by=second.agency, agency=agency)
    closing = make_closing_request(measure, state="agreed")
    instruction = make_instruction(agency, measure=measure, by=people["leader"])
    sheet = SheetImport.objects.create(
        kind="filings",
        period=period,
        agency=agency,
        state="ready",
        rows_changed=1,
        uploaded_by=people["liaison"],
        uploaded_at=NOW,
        queued_at=NOW,
        name="填报表.xlsx",
        size=1,
        sha256="0" * 64,
    )
    planned_duty = make_responsibility(
        measure, make_agency(name="市国资委"), ResponsibilityRole.SUPPORT
    )
    Responsibility.objects.filter(pk=planned_duty.pk).update(valid_from=date(2027, 1, 1))
    asked = AdminRequest.objects.create(
        account=people["auditor"],
        step=AdminStep.RESET,
        reason="忘记密码。",
        asked_by=people["system"],
        asked_at=NOW,
    )
    trail.record("user.create", spare, by=people["system"], at=NOW, sentence="新建账号。")
    intake = make_intake(people["coordinator"])
    about_circular, sent_with_circular = make_circular(name, period, people["coordinator"])
    return World(
        people,
        agency,
        filing,
        args=counted_args(name, measure, people)
        | about_circular
        | {
            "agencies:message": [message.pk],
            "agencies:audit_object": ["agencies.user", spare.pk],
            "agencies:account": [spare.pk],
            "agencies:admin_request": [people["auditor"].pk],
            "agencies:admin_request_decide": [asked.pk],
            "agencies:account_reset": [spare.pk],
            "agencies:account_second_factor": [spare.pk],
            "agencies:account_active": [spare.pk],
            "agencies:account_unlock": [spare.pk],
            "agencies:account_email": [spare.pk],
            "agencies:account_identity": [spare.pk],
            "agencies:membership_grant": [spare.pk],
            "agencies:handover": [spare.pk],
            "agencies:membership_end": [spare.pk, spare.memberships.get().pk],
            "measures:filing_sheet": [],
            "measures:filing_sheets": [],
            "measures:sheet": [sheet.pk],
            "measures:sheet_apply": [sheet.pk],
            "measures:sheet_discard": [sheet.pk],
            "measures:sheet_marked": [sheet.pk],
            **dict.fromkeys(ABOUT_INTAKE, [intake.pk]),
            "measures:measure": [measure.pk],
            "measures:measure_fold": [measure.pk, "words"],
            "measures:status": [wanted.measure_id],
            "measures:evidence": [kept.pk if kept else 0],
            "measures:evidence_remove": [kept.pk if kept else 0],
            "measures:kept_file_remove": [filing.pk, waiting],
            "measures:filings_unchanged": [],
            "measures:filings_submit": [],
            "measures:measure_object": [measure.pk],
            "measures:responsibilities": [measure.pk],
            "measures:responsibility": [measure.pk, second.pk],
            "measures:responsibility_end": [measure.pk, second.pk],
            "measures:responsibility_take_back": [measure.pk, planned_duty.pk],
            "measures:objection": [objection.pk],
            "measures:objection_decide": [objection.pk],
            "measures:instruction": [instruction.pk],
            "measures:instruction_write": [measure.pk],
            "measures:instruction_reply": [instruction.pk],
            "measures:instruction_close": [instruction.pk],
            "measures:instruction_withdraw": [instruction.pk],
            "measures:coordination_raise": [measure.pk],
            "measures:coordination_item": [item.pk],
            "measures:coordination_respond": [item.pk],
            "measures:coordination_step": [item.pk, "advise"],
            "measures:approval": ["due-date", wanted.pk],
            "measures:approval_decide": ["due-date", wanted.pk],
            "measures:approval_withdraw": ["due-date", wanted.pk],
            "measures:due_date": [measure.pk],
            "measures:override_ask": [make_measure().pk],
            "measures:override_end": [make_override().pk],
            "measures:thresholds_drop": [make_thresholds().pk],
            "measures:ladder_drop": [make_ladder().pk],
            "measures:closing": [measure.pk],
            "measures:closing_reopen": [closing.pk],
            "measures:closing_file": [closing.files.get().pk],
            **change_args(measure, people),
            "measures:period_open": [period.pk],
            "help_page": ["lights"],
            "measures:period": [period.pk],
            "measures:period_extend": [period.pk],
            "measures:period_reopen": [period.pk],
            "measures:period_take_back": [untouched.pk],
            "measures:period_delete": [planned.pk],
            **asked_less_args(people),
            "measures:calendar_clear": [workday.pk],
            "measures:period_close": [period.pk],
            "measure-detail": [measure.pk],
            "reports:agency": [agency.pk],
            "reports:burden_list": ["filings"],
            "reports:burden_period": [planned.pk],
            "reports:notice_archive": [measure.notice_id],
            "reports:notice_reopen": [measure.notice_id],
            "reports:report": [report.pk],
            "reports:file": [report.pk, "docx"],
            "reports:rerun": [report.pk],
            "reports:cancel": [report.pk],
            "reports:edit": [report.pk],
            "reports:passage": [report.pk, "overall"],
            "reports:passage_undo": [report.pk, "overall"],
            "reports:final": [report.pk],
            "reports:anew": [report.pk],
        },
        data=sent_to(filing=filing, agency=agency, period=period)
        | sent_with_circular
        | {
            "measures:intake_act": {"do": "merge", "item": 1, "revision": intake.revision},
            "measures:intake_undo": {"revision": intake.revision},
        },
        sessions={who: session_of(user) for who, user in people.items()},
    )


ABOUT_INTAKE = tuple(
    f"measures:intake_{step}" for step in ("draft", "act", "undo", "drop", "confirm")
)


def asked_less_args(people: dict[str, User]) -> dict[str, list[int | str]]:
    """Create a measure filed every second period, and a special period at short notice."""
    by = people["coordinator"]
    row = AlternateFiling.objects.create(measure=make_measure(), begun_by=by, begun_at=NOW)
    short = make_period(kind="special", label="专项", state="draft")
    asked = {"reason": "督查组下周到。", "asked_by": by, "asked_at": NOW}
    ShortNotice.objects.create(period=short, **asked)
    return {
        "measures:alternate_end": [row.pk],
        "measures:short_notice": [short.pk],
        "measures:short_notice_decide": [short.pk],
    }


def make_intake(by: User) -> IntakeDraft:
    """Create a draft of two items with one correction."""
    text = "一、办好市集。（市商务委负责）\n二、延长时间。（重庆海关负责）"
    draft = start_draft(read_text(text), by=by, at=NOW)
    act_on(draft, {"do": "title", "item": 1, "text": "办市集"}, seen=1, by=by, at=NOW)
    draft.refresh_from_db()
    return draft


ABOUT_CIRCULAR = (
    *("reports:submit", "reports:take_back", "reports:return", "reports:issue"),
    *("reports:choose", "reports:withdraw"),
)


def make_circular(
    name: str, period: Period, by: User
) -> tuple[dict[str, list[int | str]], dict[str, dict[str, object]]]:
    """Create a report for its addresses, with their data; it takes as long as all the rest."""
    if name and name not in ABOUT_CIRCULAR:
        return {}, {}
    waits = name in ("reports:issue", "reports:return", "reports:take_back")
    circular = make_draft(period, by, is_submitted=waits)
    return {about: [circular.pk] for about in ABOUT_CIRCULAR}, sent_about(circular)


def change_args(measure: Measure, people: dict[str, User]) -> dict[str, list[int | str]]:
    """Create a gap with a waiting change, one with a draft, and one that is filled."""
    by, second = people["coordinator"], people["chief"]
    gap = make_gap(measure)
    waiting = make_change(gap, by=by)
    draft = make_change(make_gap(measure, GapKind.TEXT), by=by, state=ChangeState.DRAFT)
    filled = make_filled(make_gap(make_measure()), by=by, second=second)
    other = make_measure()
    revision = make_revision(other, by=by)
    document = RelatedDocument.objects.create(
        notice=measure.notice, relation="higher", number="国办发〔2018〕1号", recorded_at=NOW
    )
    added = {"document": document, "measure": measure, "kind": "adds", "linked_at": NOW}
    return {
        "measures:clause_add": [document.pk],
        "measures:clause_link": [document.pk],
        "measures:clause_unlink": [ClauseLink.objects.create(**added).pk],
        "measures:revise": [measure.pk],
        "measures:measure_add": [measure.section_id],
        "measures:change": [revision.pk],
        "measures:gap": [gap.pk],
        "measures:change_decide": [waiting.pk],
        "measures:change_withdraw": [waiting.pk],
        "measures:change_drop": [draft.pk],
        "measures:change_take_back": [filled.pk],
        "measures:change_file": [make_change_file(waiting).pk],
    }


def make_draft(period: Period, by: User, *, is_submitted: bool) -> Report:
    """Create a circular that is a draft, or waits for a signature."""
    scope = Scope(period.pk)
    data = gather(ReportKind.CIRCULAR, scope, on=NOW.date()) | {"file_by": "2099-12-31"}
    report = Report.objects.create(
        kind=ReportKind.CIRCULAR,
        period=period,
        state="done",
        dataset=data,
        digest=digest_of(data),
        requested_by=by,
        requested_at=NOW,
        queued_at=NOW,
        frozen_at=NOW,
        finished_at=NOW,
    )
    sent = {"state": IssueState.SUBMITTED, "submitted_by": by, "submitted_at": NOW}
    Issue.objects.create(report=report, kind=report.kind, **(sent if is_submitted else {}))
    return report


def counted_args(
    name: str, measure: Measure, people: dict[str, User]
) -> dict[str, list[int | str]]:
    """Create a milestone and an indicator with target and value; return their addresses' ids."""
    milestone = make_milestone(measure)
    if name == "measures:milestone_undo":
        done = {"done_on": NOW.date(), "done_source": "报告", "done_by": people["chief"]}
        Milestone.objects.filter(pk=milestone.pk).update(is_done=True, **done)
    indicator = make_indicator(measure)
    target = make_target(indicator)
    value = make_value(indicator, "60", date(2026, 9, 30), by=people["coordinator"])
    if name == "measures:indicator_remove":
        indicator = make_indicator(measure, name="设错的指标")
    return {
        "measures:milestones": [measure.pk],
        "measures:milestone": [measure.pk, milestone.pk],
        "measures:milestone_done": [measure.pk, milestone.pk],
        "measures:milestone_undo": [measure.pk, milestone.pk],
        "measures:milestone_remove": [measure.pk, milestone.pk],
        "measures:indicators": [measure.pk],
        "measures:indicator": [indicator.pk],
        "measures:indicator_edit": [indicator.pk],
        "measures:indicator_retire": [indicator.pk],
        "measures:indicator_remove": [indicator.pk],
        "measures:indicator_value": [indicator.pk],
        "measures:indicator_baseline": [indicator.pk],
        "measures:indicator_target": [indicator.pk],
        "measures:target": [target.pk],
        "measures:target_remove": [target.pk],
        "measures:value_withdraw": [value.pk],
    }


def make_people(agency: Agency) -> dict[str, User]:
    other = make_agency(name="市财政局")
    office = make_agency(name="市政府办公厅")
    return {
        "coordinator": make_user(Role.COORDINATOR),
        "chief": make_user(Role.CHIEF),
        "liaison": make_user(Role.LIAISON, agency),
        "head": make_user(Role.AGENCY_HEAD, agency),
        "other": make_user(Role.LIAISON, other),
        "leader": make_user(Role.LEADER, office),
        "system": make_user(Role.SYSTEM_ADMIN, commission()),
        "security": make_user(Role.SECURITY_ADMIN, commission()),
        "auditor": make_user(Role.AUDITOR, commission()),
        "nobody": make_user(),
    }
