"""chase: tell what is due, as the job does within working hours, or only say what it would tell."""

from datetime import date

from django.utils.timezone import now

from lib.rehearsal import RehearsedCommand
from lib.workdays import is_workday
from measures.chasing.job import chase, rehearse
from measures.models import Workday


class Command(RehearsedCommand):
    help = "按催报阶梯提醒和催报。"

    dry_run_help = "只列出会发给谁，不发送"
    only_today = "催报只能在当天发送"

    def run_now(self) -> None:
        done = chase(at=now())
        self.stdout.write(f"已向{done.agencies}个单位的{done.people}人催报{done.filings}项填报。")

    def rehearse(self, day: date) -> None:
        if not is_workday(day, Workday.objects.as_calendar()):
            self.stdout.write(f"{day:%Y-%m-%d}不是工作日，不催报。")
            return
        count = 0
        for found in rehearse(on=day):
            count += 1
            who = f"{found.person.username} {found.person}"
            self.stdout.write(f"{who}：{found.why}。{found.sentence}")
        self.stdout.write(f"{day:%Y-%m-%d}会向{count}人催报。")
