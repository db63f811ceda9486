"""Days and months in options, and the base of commands with --on and --dry-run."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from lib.forms import FIRST_YEAR, LAST_YEAR


def day_typed(words: str) -> date:
    """2026-11-30 → date. Raises ArgumentTypeError for other forms and days that pages refuse."""
    return _within_reason(words, words, "日期须写成2026-11-30这样")


def month_typed(words: str) -> date:
    """2026-11 → the first day of that month. Raises as day_typed does."""
    return _within_reason(f"{words}-01", words, "月份须写成2026-11这样")


def _within_reason(iso: str, words: str, form: str) -> date:
    sentence = f"{form}，在{FIRST_YEAR}年至{LAST_YEAR}年之间，不能是“{words}”。"
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        raise ArgumentTypeError(sentence) from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ArgumentTypeError(sentence)
    return found


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
