"""`manage.py rotate_data_keys`: encrypt with the newest key what older keys encrypted."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from agencies.accounts.data_keys import encrypt_anew
from lib.errors import DomainError


class Command(BaseCommand):
    help = "用DATA_KEYS的第一个密钥重新加密电话等信息；此前须重新启动全部进程。"

    def handle(self, *args: object, **options: object) -> None:
        try:
            count = encrypt_anew(at=now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"已重新加密{count}项；DATA_KEYS里第一个以外的密钥可以删去，备份仍需要的请另存。"
        )
