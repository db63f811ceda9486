"""`manage.py create_admins`: create those of the three administrators who do not exist yet."""

from collections.abc import Iterable

from django.core.management.base import BaseCommand, CommandError
from django.db import ProgrammingError
from django.utils import timezone

from agencies.accounts.people import create_admins
from agencies.models import Agency


def lines_about(made: Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        "三类管理员已建立。以下一次性密码只显示这一次，请立即记下并分别交给本人，首次登录须改密码：",
        *(f"    {username:<12}{password}    {label}" for username, label, password in made),
    ]


class Command(BaseCommand):
    help = "建立系统、安全、审计三类管理员，并显示一次性密码。"

    def handle(self, **_: object) -> None:
        try:
            made = create_admins(at=timezone.now())
        except (Agency.DoesNotExist, ProgrammingError) as error:  # no row, or not even a table
            raise CommandError("请先运行 manage.py prepare 建立数据库结构、载入单位。") from error
        if made:
            self.stdout.write("\n".join(lines_about(made)))
        else:
            self.stdout.write("三类管理员均已设置，没有新建账号。")
