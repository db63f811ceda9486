"""refresh_lights: work out every light, as the job after midnight does."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate

from lib.rehearsal import day_typed
from measures.lights.refresh import refresh_all_lights


class Command(BaseCommand):
    help = "重新评定全部措施的预警灯。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=day_typed, help="按哪一天评定（YYYY-MM-DD）")

    def handle(self, *args: object, on: date | None = None, **options: object) -> None:
        day = on or localdate()
        count = refresh_all_lights(on=day)
        self.stdout.write(f"已按{day:%Y-%m-%d}评定{count}项措施的预警灯。")
