"""The demonstration's reports, built by a worker after the demonstration is loaded.

A progress report that was edited and issued, one compared with it that waits to be signed, a
circular that the chief edited and issued, a letter that was returned, a brief, and a cancelled one.
"""

import time
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.timezone import now

from agencies.contributions import is_demonstrated
from agencies.models import Agency, User
from lib.official.document import digest_of_words
from lib.official.edits import passages_of
from measures.choices import PeriodState
from measures.models import Notice, Period
from reports.archive.choices import choose_agencies, circular_data
from reports.archive.edit import edit_passage
from reports.archive.issue import issue_report
from reports.archive.submit import return_report, submit_report
from reports.choices import ReportKind
from reports.documents.proposals import naming_proposals, praise_proposals
from reports.jobs.build import run_report
from reports.jobs.cancel import cancel_report
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import generated_for, making_for
from reports.models import Report

LATE_AGENCY = "nyncw"  # 市农业农村委: late in the demonstration's last period
PATIENCE = 60  # seconds to wait for a report that another worker has taken
# Appended to the generated text, each in the part of its key.
FINAL_WORDS = {
    "overall": "从重点领域看，先进技术设备、优质消费品进口增长较快。（演示数据，统筹岗补写）",
    "problems": "上述问题已列入市扩大进口工作联席会议调度事项。（演示数据，统筹岗补写）",
}
OPEN_WORDS = {"overall": "下一阶段重点推进金融服务和贸易平台两项工作。（演示数据，统筹岗补写）"}
RETURNED_WITH = "请先电话联系，仍不补报的再发函。（演示数据，负责人退回意见）"
CIRCULAR_WORDS = {"asked": "补报情况将在下期通报中说明。（演示数据，负责人补写）"}


def play_reports(*, at: datetime) -> bool:
    """Create the demonstration's reports once; return whether there was anything to do."""
    if not is_demonstrated() or Report.objects.exists():
        return False
    people = User.objects.in_bulk(["shangwu", "shangwu_zong", "lingdao"], field_name="username")
    by, chief, leader = people["shangwu"], people["shangwu_zong"], people["lingdao"]
    first = Notice.objects.filter(demonstrated_at__isnull=False)[:1]
    periods = Period.objects.main().filter(notice=first).newest_first()
    closed = periods.filter(state=PeriodState.CLOSED)[0]
    opened = periods.filter(state=PeriodState.OPEN)[0]
    ask = partial(request_report, at=at)
    earlier = _built(ask(by=by, kind=ReportKind.PROGRESS, period=closed))
    _add_words(earlier, FINAL_WORDS, by=by, at=at)
    _submit(earlier, by=by, at=at)
    _issue(earlier, by=chief, at=at)
    compared = _built(ask(by=by, kind=ReportKind.PROGRESS, period=opened, with_previous=True))
    _add_words(compared, OPEN_WORDS, by=by, at=at)
    compared = _built(retry_report(compared, by=by, at=at))  # so that its files have the edits
    _submit(compared, by=by, at=at)
    circular = _built(ask(by=by, kind=ReportKind.CIRCULAR, period=opened))
    _choose_all(circular, by=by, at=at)
    _submit(circular, by=by, at=at)
    _add_words(circular, CIRCULAR_WORDS, by=chief, at=at)
    _issue(circular, by=chief, at=at)
    late = Agency.objects.get(code=LATE_AGENCY)
    letter = _built(ask(by=by, kind=ReportKind.LETTER, period=opened, agency=late))
    _submit(letter, by=by, at=at)
    return_report(letter, by=chief, seen=_words_of(letter), reason=RETURNED_WITH, at=at)
    ask(by=leader, kind=ReportKind.BRIEF, period=opened)
    with transaction.atomic():  # so that no worker takes it in between
        cancel_report(ask(by=by, kind=ReportKind.LEDGER, period=closed), by=by, at=at)
    return True


def _choose_all(report: Report, *, by: User, at: datetime) -> None:
    """Praise and name all proposed agencies."""
    data = circular_data(report)
    praised = [one.code for one in praise_proposals(data)]
    named = [one.code for one in naming_proposals(data)]
    choose_agencies(report, praised=praised, named=named, with_consent=True, seen=0, by=by, at=at)


def _submit(report: Report, *, by: User, at: datetime) -> None:
    submit_report(report, by=by, seen=_words_of(report), notes_settled=True, at=at)


def _issue(report: Report, *, by: User, at: datetime) -> None:
    issue_report(report, by=by, seen=_words_of(report), at=at)
    _built(report)  # so that its files have the number


def _words_of(report: Report) -> str:
    return digest_of_words(making_for(report).document)


def _built(report: Report) -> Report:
    """Build a report here, or wait for a worker that took the job first; return it."""
    until = time.monotonic() + PATIENCE
    while not run_report(report.pk, at=now()) and time.monotonic() < until:
        report.refresh_from_db(fields=["state"])
        if not report.is_under_way:
            break
        time.sleep(0.2)
    return Report.objects.select_related("period", "issue").get(pk=report.pk)


def _add_words(report: Report, added: dict[str, str], *, by: User, at: datetime) -> None:
    said = {passage.key: passage.text for passage in passages_of(generated_for(report))}
    for key, words in added.items():
        edit_passage(report, key=key, text=f"{said[key]}\n{words}", seen=0, by=by, at=at)
