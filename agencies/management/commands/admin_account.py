"""`manage.py admin_account`: change an administrator's account if no two others can."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencies.accounts.people import demand_administrator, renew_password, switch
from agencies.accounts.second_factor import remove_factor
from agencies.choices import AdminStep
from agencies.models import User
from lib.errors import DomainError

ON_THE_MACHINE = "在服务器上用命令"


class Command(BaseCommand):
    help = (
        "重置管理员密码（显示一次性密码，同时解除锁定）或两步验证，停用、启用管理员账号。"
        "例：manage.py admin_account reset sysadmin"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        steps = "、".join(f"{step.value} {step.label}" for step in AdminStep)
        parser.add_argument("step", choices=AdminStep.values, help=f"办理事项：{steps}")
        parser.add_argument("username", help="管理员的账号，如 sysadmin、secadmin、auditor")

    def handle(self, *, step: str, username: str, **_: object) -> None:
        at = timezone.now()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有账号“{username}”。")
        try:
            demand_administrator(user, on=timezone.localdate(at))
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        if step == AdminStep.RESET:
            password = renew_password(user, by=None, told=ON_THE_MACHINE, how=ON_THE_MACHINE, at=at)
            self.stdout.write(
                f"“{username}”的一次性密码，只显示这一次，首次登录须改密码：\n    {password}"
            )
            return
        if step == AdminStep.FACTOR:
            self._remove_factor(user, at)
            return
        active = step == AdminStep.ON
        switch(user, active=active, by=None, told=ON_THE_MACHINE, how=ON_THE_MACHINE, at=at)
        self.stdout.write(f"已{AdminStep(step).of(f'“{username}”')}。")

    def _remove_factor(self, user: User, at: datetime) -> None:
        try:
            remove_factor(user, by=None, told=ON_THE_MACHINE, how=ON_THE_MACHINE, at=at)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"已{AdminStep.FACTOR.of(f'“{user.username}”')}。")
