"""The base of commands with --on and --dry-run: they run a daily job or print its effect."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from lib.arguments import day_typed


class RehearsedCommand(BaseCommand):
    """Takes --on DAY and --dry-run. The job runs only for today; other days need --dry-run."""

    dry_run_help: str
    only_today: str  # the refusal of another day, up to the semicolon

    def run_now(self) -> None:
        raise NotImplementedError

    def rehearse(self, day: date) -> None:
        """Print what would be done on the day, and to whom; change nothing."""
        raise NotImplementedError

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=day_typed, help="哪一天（YYYY-MM-DD），只用于演练")
        parser.add_argument("--dry-run", action="store_true", help=self.dry_run_help)

    def handle(
        self, *args: object, on: date | None = None, dry_run: bool = False, **options: object
    ) -> None:
        if dry_run:
            self.rehearse(on or localdate())
            return
        if on is not None and on != localdate():
            raise CommandError(f"{self.only_today}；--on 其他日期须与 --dry-run 同用。")
        self.run_now()
