"""The data of each form in the table of pages."""

from agencies.models import Agency
from lib.official.document import digest_of_words
from measures.models import Filing, Period
from measures.rules.thresholds import DEFAULTS
from reports.kinds import making_for
from reports.models import Report

THRESHOLDS = {
    **DEFAULTS._asdict(),
    "late_workdays": 3,
    "valid_from": "2026-12-10",
    "reason": "会议明确。",
}


def sent_to(*, filing: Filing, agency: Agency, period: Period) -> dict[str, dict[str, object]]:
    """Return the form data by name of the address; an address not listed sends nothing."""
    prefix = f"f{filing.pk}-"
    note = {
        "revision": 0,
        "progress": "推进。",
        "claimed_stage": "under_way",
        "confidence": "green",
    }
    return {
        "measures:filing_save": {prefix + k: v for k, v in note.items()},
        "measures:filing_unchanged": {prefix + k: v for k, v in note.items() if k != "progress"}
        | {prefix + "unchanged_for": "on_plan"},
        "measures:filings_unchanged": {"period": period.pk, "unchanged_for": "on_plan"},
        "measures:filings_submit": {"period": period.pk},
        "measures:milestone_done": {"done_on": "2026-11-20", "proof": "验收报告"},
        "measures:milestone_undo": {"ground": "误登记。"},
        "measures:milestone_remove": {"ground": "重复。"},
        "measures:indicator_retire": {"ground": "不再统计。", "retired": "1"},
        "measures:indicator_remove": {"ground": "重复。"},
        "measures:indicator_value": {"as_of": "2026-10-31", "value": "55.5", "source": "报表"},
        "measures:indicator_baseline": {"on": "2025-12-31", "value": "72", "source": "报表"},
        "measures:indicator_target": {"due_on": "2027-06-30", "value": "40", "basis": "方案"},
        "measures:target_remove": {"ground": "已取消。"},
        "measures:evidence_remove": {prefix + k: v for k, v in note.items()}
        | {prefix + "revision": 1},
        "measures:filing_submit": {prefix + k: v for k, v in note.items()},
        "measures:review_accept": {"status": "keep", "version": 1},
        "measures:review_return": {"comment": "请补充。", "version": 1},
        "measures:filing_correct": {"ground": "口径有误。"},
        "measures:filing_unaccept": {"ground": "误通过。"},
        "measures:filing_waive": {"ground": "本期不涉及。"},
        "measures:filing_unwaive": {"ground": "已恢复。"},
        "measures:filing_write_off": {"ground": "已并入下期。"},
        "measures:filing_restore_debt": {"ground": "仍须补报。"},
        "measures:filing_remark": {"text": "含税吗？"},
        "measures:objection_decide": {"decision": "dismissed", "answer": "维持。"},
        "measures:instruction_reply": {"agency": agency.pk, "text": "已落实。"},
        "measures:instruction_close": {"closing_words": "很好。"},
        "measures:coordination_respond": {"choice": "ask_back", "words": "要多少？"},
        "measures:coordination_step": {"words": "可以列支。"},
        "measures:ladder_set": {
            "use_chase": "on",
            "offset_chase": "2",
            "valid_from": "2026-11-23",
            "reason": "试行。",
        },
        "measures:thresholds_preview": THRESHOLDS,
        "measures:thresholds_set": THRESHOLDS,
        "measures:approval_decide": {"decision": "refuse", "answer": "请按期完成。"},
        "measures:closing_reopen": {"ground": "又有新任务。"},
        "measures:change_decide": {"decision": "confirm", "note": "已核对。"},
        "measures:change_take_back": {"ground": "页码看错。"},
        "measures:responsibility_end": {"since": "2026-11-23", "ground": "会议明确。"},
        "measures:review_send_back": {"comment": "请补充。", "version": 1},
        "measures:review_begin": {"version": 1},
        "measures:review_take_over": {"version": 1},
        "measures:review_approve": {"version": 1},
        "filing-accept": {"version": 1},
        "measures:inner_approval": {"agency": agency.pk, "needed": "1"},
        "agencies:account_active": {"active": "0"},
        "agencies:admin_request_decide": {"word": "withdraw"},
        "measures:period_reopen": {"reason": "补报。"},
        "measures:short_notice_decide": {"agrees": "yes", "note": "时间紧。"},
        "measures:calendar_published": {"year": 2026},
        "reports:request": {"kind": "progress", "period": period.pk},
        "reports:passage_undo": {"seen": 0},
        "filing-send-back": {"comment": "请补充。", "version": 1},
    }


def sent_about(circular: Report) -> dict[str, dict[str, object]]:
    """Return the data of the forms of a report that is a draft or waits for a signature."""
    seen = digest_of_words(making_for(circular).document)
    return {
        "reports:issue": {"seen": seen, "stale": "on"},  # its dataset was created for this test
        "reports:submit": {"seen": seen, "notes_settled": "on"},
        "reports:choose": {"version": 0},
        "reports:return": {"seen": seen, "reason": "请核对数字。"},
        "reports:withdraw": {"reason": "口径有误。"},
    }
