"""Reading a notice with the agencies of the installation, and the two commands."""

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agencies.models import Agency
from agencies.tests.factories import make_agency
from measures.intake.places import HomePlace
from measures.intake.values import DoubtKind
from measures.notice.directory import directory_on, read_notice_text, shipped_directory
from measures.notice.load import DATA, load_agencies
from measures.tests.factories import make_another_notice, make_measure

pytestmark = pytest.mark.django_db
HEAD = "重庆市人民政府关于办好小事的意见\n渝府发〔2020〕3号\n一、办事\n"
ITEM = "（一）修路灯。修好。（{names}负责）\n"
END = "重庆市人民政府\n2020年5月1日\n"


def names_of(names: str, head: str = HEAD) -> dict[str, str | None]:
    reading = read_notice_text(head + ITEM.format(names=names) + END)
    return {body.name: body.agency for body in reading.items[0].bodies}


def test_short_and_full_names_and_aliases_are_matched() -> None:
    load_agencies()
    assert names_of("市科技局、重庆市财政局、市发改委") == {
        "市科技局": "kjj",
        "重庆市财政局": "czj",
        "市发改委": "fgw",
    }


def test_an_agency_made_without_its_place_is_of_that_of_its_notice() -> None:
    load_agencies()
    notice = make_another_notice("甘政发〔2019〕1号")
    notice.issuer = "甘棠市人民政府"
    notice.save()
    agency = make_agency(name="市财政局", code="old", full_name="市财政局")
    make_measure(lead=agency, notice=notice)
    head = HEAD.replace("重庆市", "甘棠市").replace("渝府发", "甘政发")
    assert names_of("市财政局、甘棠市财政局", head) == {"市财政局": "old", "甘棠市财政局": "old"}
    assert names_of("市财政局") == {"市财政局": "czj"}


def test_a_name_that_is_only_like_one_is_not_assigned() -> None:
    load_agencies()
    reading = read_notice_text(HEAD + ITEM.format(names="市农业局") + END)
    body = reading.items[0].bodies[0]
    assert (body.agency, body.certain) == (None, True)
    assert body.candidates
    assert [doubt.kind for doubt in reading.doubts] == [DoubtKind.UNMATCHED_NAME]


def test_a_body_of_another_city_is_not_ours_though_it_has_the_name() -> None:
    load_agencies()
    head = HEAD.replace("重庆市", "上海市").replace("渝府发", "沪府发")
    text = head + ITEM.format(names="市商务委") + END.replace("重庆", "上海")
    reading = read_notice_text(text)
    assert reading.items[0].bodies[0].agency is None
    assert DoubtKind.OTHER_PLACE in {doubt.kind for doubt in reading.doubts}


def test_agencies_made_for_other_cities_do_not_switch_the_guard_off() -> None:
    load_agencies()
    for order in range(200, 300):
        Agency.objects.create(
            code=f"n{order}",
            short_name=f"市某{order}局",
            full_name=f"市某{order}局",
            kind="municipal",
            order=order,
        )
    head = HEAD.replace("重庆市", "四川省").replace("渝府发", "川府发")
    text = head + ITEM.format(names="市商务委、市某200局") + END.replace("重庆市", "四川省")
    bodies = read_notice_text(text).items[0].bodies
    assert [body.agency for body in bodies] == [None, None]
    assert names_of("市商务委、市某200局") == {"市商务委": "sww", "市某200局": None}


def test_names_are_those_of_the_day_of_issue() -> None:
    load_agencies()
    assert directory_on(date(2019, 1, 1)).match("中国人民银行重庆市分行") == ()
    assert directory_on(date(2024, 1, 1)).match("中国人民银行重庆市分行") == ("pbc",)


def test_an_installation_without_agencies_has_the_list_that_is_shipped() -> None:
    assert directory_on(None).match("市商务委") == shipped_directory().match("市商务委") == ("sww",)
    assert shipped_directory().meant("市商务委", HomePlace("重庆", "重庆")) == ("sww",)
    assert shipped_directory().meant("市商务委", HomePlace("", "成都")) == ()


def test_the_capture_fed_in_raw_yields_what_is_left_of_the_notice() -> None:
    load_agencies()
    reading = read_notice_text((DATA / "capture.txt").read_text(encoding="utf-8"))
    assert [item.ordinal for item in reading.items] == list(range(1, 18))
    assert [item.ordinal for item in reading.items if not item.title] == [9, 10, 12, 16]
    assert [item.ordinal for item in reading.items if not item.bodies] == [8, 9, 11, 15]
    lost = [item.ordinal for item in reading.items if item.text_lost]
    assert lost == [8, 9, 10, 11, 12, 13, 15, 16, 17]
    assert sum(len(item.bodies) for item in reading.items) == 53
    assert all(body.agency for item in reading.items for body in item.bodies)
    sections = [doubt for doubt in reading.doubts if doubt.kind is DoubtKind.NO_SECTION_TITLE]
    assert len(sections) == 1


def test_import_notice_prints_the_reading_as_json(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(HEAD + ITEM.format(names="市科技局") + END, encoding="utf-8")
    out = StringIO()
    call_command("import_notice", str(file), "--dry-run", "--json", stdout=out)
    read = json.loads(out.getvalue())
    assert list(read) == ["number", "title", "issuer", "issued_on", "items", "doubts"]
    assert read["issued_on"] == "2020-05-01"
    keys = ["ordinal", "section", "title", "text", "lines", "agencies", "deadline", "commitments"]
    assert list(read["items"][0]) == keys
    assert read["items"][0]["agencies"] == [
        {
            "name": "市科技局",
            "role": "lead",
            "basis": "first_named",
            "certain": True,
            "lines": [4],
            "agency": {"code": "kjj", "name": "市科技局"},
        }
    ]


def test_import_notice_says_of_no_body_of_another_city_that_it_is_ours(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    text = HEAD.replace("重庆", "成都").replace("渝府", "成府") + ITEM.format(names="市科技局")
    file.write_text(text + END.replace("重庆", "成都"), encoding="utf-8")
    out, table = StringIO(), StringIO()
    call_command("import_notice", str(file), "--dry-run", "--json", stdout=out)
    call_command("import_notice", str(file), "--dry-run", stdout=table)
    read = json.loads(out.getvalue())
    assert read["items"][0]["agencies"][0]["agency"] is None
    assert [one["kind"] for one in read["doubts"]] == ["other_place"]
    assert "市科技局（牵头，名录未定）" in table.getvalue()


def test_import_notice_prints_a_table_and_where_to_confirm(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(HEAD + ITEM.format(names="市科技局") + END, encoding="utf-8")
    out, told = StringIO(), StringIO()
    call_command("import_notice", str(file), stdout=out, stderr=told)
    assert "（一）\t办事\t修路灯\t市科技局（牵头）" in out.getvalue()
    assert "文件导入" in told.getvalue()


def test_import_notice_refuses_with_the_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b" ")
    with pytest.raises(CommandError, match="空文件"):
        call_command("import_notice", str(file))


def test_check_readings_compares_a_folder_with_its_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + ITEM.format(names="市科技局") + END, encoding="utf-8")
    table = "file\titems\tlists\tlinks_first5\na.txt\t1\t1\t1\nb.txt\t2\t2\t2\n"
    (tmp_path / "MANIFEST.tsv").write_text(table, encoding="utf-8")
    out = StringIO()
    call_command("check_readings", str(tmp_path), stdout=out)
    assert "a.txt\t1/1\t1/1\t1/1" in out.getvalue()
    assert "条目：读出1/3，33.3%。" in out.getvalue()


def test_check_readings_refuses_a_folder_without_a_table(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"MANIFEST\.tsv"):
        call_command("check_readings", str(tmp_path))
