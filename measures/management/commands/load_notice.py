"""load_notice: bring in the agencies, the calendar and the notice."""

from django.core.management.base import BaseCommand

from measures.actions import notice as loading
from measures.models import Notice


class Command(BaseCommand):
    """Safe to run again: what is there stays as it is."""

    help = "载入单位、工作日历和文件；已有的保持不变，可重复执行。"

    def handle(self, *args: object, **options: object) -> None:
        """Load all three and say what came new."""
        agencies = loading.load_agencies()
        workdays = loading.load_workdays()
        before = Notice.objects.count()
        notice = loading.load_notice()
        news = "新载入" if Notice.objects.count() > before else "已有，未改动"
        self.stdout.write(f"单位：新增{agencies}个。")
        self.stdout.write(f"工作日历：新增{workdays}天。")
        self.stdout.write(f"文件{notice}：{news}。")
