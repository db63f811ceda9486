"""The command that writes a report into a folder."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Event
from measures.models import Period
from measures.tests.factories import make_period


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_name", [True, False])
def test_the_files_are_written_and_noted(filed: Period, tmp_path: Path, by_name: bool) -> None:
    out, words = StringIO(), filed.label if by_name else str(filed.pk)
    call_command("build_report", "progress", period=words, out=tmp_path / "there", stdout=out)
    names = sorted(path.name for path in (tmp_path / "there").iterdir())
    assert names == [
        "2026年前三季度扩大进口促进外贸发展工作进展情况台账.xlsx",
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告.docx",
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告.pdf",
    ]
    assert len(out.getvalue().splitlines()) == 3
    assert Event.objects.get(action="report.export").after["files"]


@pytest.mark.django_db
def test_a_period_that_does_not_exist_is_named_with_those_that_do(tmp_path: Path) -> None:
    make_period()
    with pytest.raises(CommandError, match="没有“去年”.*现有：2026年前三季度"):
        call_command("build_report", "progress", period="去年", out=tmp_path)
