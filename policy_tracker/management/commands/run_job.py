"""run_job: run a daily job now, as the schedule does, or rehearse it for a day."""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.timezone import localdate, now

from agencies.accounts.unused import switch_off_unused
from agencies.models import Event, Message
from lib.rehearsal import RehearsedCommand
from lib.workdays import last_moment_of
from measures.lights.refresh import refresh_all_lights
from measures.notice_changes.revising import apply_due_revisions
from measures.periods.actions import turn_periods
from measures.periods.alternate_filing import end_turned
from reports.jobs.request import request_due_letters, request_due_reports


class Job(NamedTuple):
    label: str
    run: Callable[..., object]  # takes at=, writes to the database only


def _refresh_lights(*, at: datetime) -> None:
    refresh_all_lights(on=localdate(at))
    end_turned(at=at)


# The scheduled jobs that tell people something or change what they see; chase, send_digests and
# deliver are commands of their own.
JOBS = {
    "refresh_lights": Job("更新预警灯", _refresh_lights),
    "apply_revisions": Job("写入到期的修订", apply_due_revisions),
    "turn_periods": Job("按计划开始和关闭填报期", turn_periods),
    "switch_off_unused": Job("停用长期未登录的账号", switch_off_unused),
    "request_due_reports": Job("填报期关闭后生成报告", request_due_reports),
    "request_due_letters": Job("拟写提示函", request_due_letters),
}


class Command(RehearsedCommand):
    help = "运行一项定时任务，或演练它在某一天会办什么、告知谁。"

    dry_run_help = "只列出会办什么、告知谁和缘由，不作改动"
    only_today = "定时任务只能在当天运行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = "；".join(f"{name} {job.label}" for name, job in JOBS.items())
        parser.add_argument("job", choices=JOBS, metavar="任务", help=names)
        super().add_arguments(parser)

    def handle(self, *args: object, job: str, **options: object) -> None:  # type: ignore[override]
        self.job = JOBS[job]
        super().handle(*args, **options)  # type: ignore[arg-type]

    def run_now(self) -> None:
        self.job.run(at=now())
        self.stdout.write(f"已运行：{self.job.label}。")

    def rehearse(self, day: date) -> None:
        """Run it in a transaction that is rolled back, and print its events and messages."""
        with transaction.atomic():
            events, messages = _newest(Event), _newest(Message)
            self.job.run(at=last_moment_of(day))
            done = [event.sentence for event in Event.objects.filter(pk__gt=events).order_by("pk")]
            told = [
                f"{one.user.username} {one.user.name}：{one.sentence}"
                for one in Message.objects.filter(pk__gt=messages)
                .select_related("user")
                .order_by("pk")
            ]
            transaction.set_rollback(True)
        for line in (*done, *told):
            self.stdout.write(line)
        found = f"会办{len(done)}件，告知{len(told)}人次" if done or told else "没有要办的"
        self.stdout.write(f"{day:%Y-%m-%d}{found}。以上是演练，没有改动。")


def _newest(model: type[Event] | type[Message]) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
