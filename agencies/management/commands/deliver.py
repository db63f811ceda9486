"""`manage.py deliver`: send queued e-mails and 待办, as the job does every minute."""

from datetime import date

from django.utils.timezone import localtime, now

from agencies.choices import OutboxState
from agencies.models import OutboxItem
from agencies.outbound.channels import channels_on
from agencies.outbound.delivery import deliver_due, due_on, void_because
from lib.rehearsal import RehearsedCommand


class Command(RehearsedCommand):
    help = "发送已到时间的邮件和政务平台待办。"

    dry_run_help = "只列出会发送什么，不发送"
    only_today = "发送只能在当天进行"

    def run_now(self) -> None:
        ends = deliver_due(at=now())
        words = "，".join(f"{OutboxState(state).label}{n}件" for state, n in sorted(ends.items()))
        self.stdout.write(f"{words or '没有到时间的'}。")

    def rehearse(self, day: date) -> None:
        """Print to whom, which kind and why; never a message's text."""
        if not channels_on():
            self.stdout.write("邮件和政务平台待办都没有启用，什么也不发送。")
            return
        rows = list(due_on(day))
        for item in rows:
            self.stdout.write(_line(item))
        self.stdout.write(f"{day:%Y-%m-%d}会发送{len(rows)}件。")


def _line(item: OutboxItem) -> str:
    kind = f"（{item.message.about.label}）" if item.message else ""
    said = f"{localtime(item.created_at):%m-%d %H:%M}产生，第{item.attempts + 1}次发送"
    why = void_because(item)
    end = f"不再发送：{why}" if why else said
    whom = f"{item.user.username} {item.user.name}"
    return f"{item.get_channel_display()} {item.what.label}{kind} → {whom}：{end}"
