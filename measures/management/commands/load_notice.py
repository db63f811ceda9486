"""load_notice: bring in the agencies, the calendar and the notice."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures.notice.load import load_basis


class Command(BaseCommand):
    help = "载入单位、工作日历和文件；已有的保持不变，可重复执行。"

    def handle(self, *args: object, **options: object) -> None:
        loaded = load_basis(at=timezone.now())
        self.stdout.write(f"单位：新增{loaded.agencies}个。")
        self.stdout.write(f"工作日历：新增{loaded.workdays}天。")
        self.stdout.write(f"通知载明的节点和指标：新增{loaded.promises}个。")
        self.stdout.write(f"文件{loaded.notice}：{'新载入' if loaded.is_new else '已有，未改动'}。")
