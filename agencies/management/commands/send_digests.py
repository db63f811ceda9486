"""`manage.py send_digests`: queue the day's digests, as the job does within working hours."""

from datetime import date

from django.utils.timezone import now

from agencies.choices import OutboxChannel
from agencies.contributions import working_days
from agencies.outbound.channels import channels_on
from agencies.outbound.digests import people_due, send_digests
from lib.rehearsal import RehearsedCommand
from lib.workdays import is_workday, last_moment_of


class Command(RehearsedCommand):
    help = "生成当天的每日摘要邮件。"

    dry_run_help = "只列出会发给谁，不生成"
    only_today = "摘要只能在当天生成"

    def run_now(self) -> None:
        self.stdout.write(f"已生成{send_digests(at=now())}封摘要。")

    def rehearse(self, day: date) -> None:
        """Print to whom and how many messages; never a message's text."""
        if OutboxChannel.EMAIL not in channels_on():
            self.stdout.write("邮件没有启用，不发摘要。")
            return
        if not is_workday(day, working_days()):
            self.stdout.write(f"{day:%Y-%m-%d}不是工作日，不发摘要。")
            return
        people = list(people_due(at=last_moment_of(day)))
        for person in people:
            self.stdout.write(f"{person.username} {person.name}：{person.to_tell}条未读")
        self.stdout.write(f"{day:%Y-%m-%d}会发{len(people)}封摘要。")
