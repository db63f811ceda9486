"""The command that writes a report into a folder."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from docx import Document

from agencies.models import Event
from measures.models import Period
from measures.tests.factories import make_another_notice, make_period


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_name", [True, False])
def test_the_files_are_written_and_recorded(filed: Period, tmp_path: Path, by_name: bool) -> None:
    out, words = StringIO(), filed.label if by_name else str(filed.pk)
    call_command("build_report", "progress", period=words, out=tmp_path / "there", stdout=out)
    names = sorted(path.name for path in (tmp_path / "there").iterdir())
    assert names == [
        "2026年前三季度扩大进口促进外贸发展工作进展情况台账.xlsx",
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告.docx",
        "2026年前三季度扩大进口促进外贸发展工作进展情况报告.pdf",
    ]
    assert len(out.getvalue().splitlines()) == 3
    after = Event.objects.get(action="report.export").after
    assert after["files"]
    assert len(after["digest"]) == 64


@pytest.mark.django_db
def test_an_unknown_period_is_refused_with_a_list_of_existing_ones(tmp_path: Path) -> None:
    period = make_period()
    known = f"现有：{period.pk}（2026年前三季度，{period.notice.number}）。"
    with pytest.raises(CommandError, match=f"没有“去年”.*{known}"):
        call_command("build_report", "progress", period="去年", out=tmp_path)


@pytest.mark.django_db
def test_a_name_that_two_notices_have_is_refused_with_their_numbers(tmp_path: Path) -> None:
    one, other = make_period(), make_period(notice=make_another_notice("渝府办发〔2019〕1号"))
    known = "、".join(f"{it.pk}（{it.label}，{it.notice.number}）" for it in (other, one))
    sentence = f"叫“2026年前三季度”的填报期不止一个，请写编号：{known}。"
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("build_report", "progress", period=one.label, out=tmp_path)


EVERY_KIND = [
    ("progress", {}, {"xlsx", "docx", "pdf"}),
    ("circular", {"praise": ["全部"], "name": ["zscqj"], "with_consent": True}, {"docx", "pdf"}),
    ("ledger", {}, {"xlsx"}),
    ("agency", {"agency": "kjj"}, {"docx", "pdf"}),
    ("letter", {"agency": "重庆海关"}, {"docx", "pdf"}),
    ("brief", {}, {"docx", "pdf"}),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "options", "suffixes"), EVERY_KIND)
def test_every_kind_is_written(
    filed: Period, tmp_path: Path, kind: str, options: dict[str, Any], suffixes: set[str]
) -> None:
    call_command(
        "build_report", kind, period=filed.label, out=tmp_path, stdout=StringIO(), **options
    )
    paths = list(tmp_path.iterdir())
    assert {path.suffix.removeprefix(".") for path in paths} == suffixes
    if kind == "circular":
        docx = next(path for path in paths if path.suffix == ".docx")
        text = "".join(paragraph.text for paragraph in Document(str(docx)).paragraphs)
        assert "经市政府同意，现将" in text
        assert "按时报送、全部审核通过，予以表扬。" in text
        assert "：市知识产权局（未报1件）。" in text


REFUSED = [
    ("", {}, "请写明报告类别。可用：progress（进展情况报告）、circular（情况通报）"),
    ("memo", {}, "没有“memo”这类报告"),
    ("progress", {"period": None}, "请用 --period 写明填报期"),
    ("progress", {"out": None}, "请用 --out 写明写到哪个文件夹"),
    ("progress", {"section": "9"}, "没有第9部分，文件共5个部分"),
    ("progress", {"section": "甲"}, "没有第甲部分"),
    ("progress", {"agency": "kjj"}, "进展情况报告不能只写一个单位"),
    ("circular", {"section": "1"}, "情况通报不能只写一个部分"),
    ("ledger", {"section": "1", "agency": "kjj"}, "只能用一个"),
    ("ledger", {"formats": ["pdf"]}, "工作台账没有 pdf 格式。可用：xlsx"),
    ("letter", {}, "提示函须用 --agency 写明单位。现有：市商务委（sww）"),
    ("letter", {"agency": "某局"}, "没有“某局”这个责任单位"),
    ("letter", {"agency": "kjj"}, "没有逾期未报的进展，不需要提示函"),
    ("brief", {"praise": ["kjj"]}, "只用于情况通报，专题简报请去掉"),
    (
        "circular",
        {"praise": ["sww"]},
        "“sww”不在可以表扬的单位之列。可以表扬的有：市科技局（按时报送3件、全部通过）",
    ),
    ("circular", {"name": ["kjj"]}, "“kjj”不在可以点名的单位之列"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("kind", "options", "sentence"), REFUSED)
def test_a_report_that_cannot_be_built_is_refused_with_a_sentence(
    filed: Period, tmp_path: Path, kind: str, options: dict[str, Any], sentence: str
) -> None:
    usual: dict[str, Any] = {"period": filed.label, "out": tmp_path}
    with pytest.raises(CommandError, match=re.escape(sentence)):
        call_command("build_report", *filter(None, [kind]), **usual | options)
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
def test_a_folder_that_cannot_be_written_is_named(filed: Period, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(CommandError, match="不能写到“.*taken”"):
        call_command("build_report", "ledger", period=filed.label, out=taken)
