"""单位进展情况报告 and 函: an agency's own words."""

from datetime import date
from typing import Any

import pytest

from agencies.choices import AgencyKind
from agencies.models import Agency
from agencies.permissions import Role
from lib.errors import DomainError
from lib.official.document import Document, Form
from measures.choices import Decision, FilingState
from measures.models import Filing, Note, Period, Review
from measures.tests.factories import NOW, TODAY, join, make_note, make_user
from reports.choices import FileFormat
from reports.datasets.agency_report import gather
from reports.datasets.older import as_current
from reports.datasets.schema import AgencyReportData, measures_of
from reports.documents.agency_report import document_of, file_title
from reports.documents.tests.cases import noted, words
from reports.documents.wording import contact_words
from reports.models.report import Scope

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)


def of(period: Period, code: str) -> AgencyReportData:
    agency = Agency.objects.get(code=code)
    return gather(Scope(period.pk, agency_id=agency.pk), on=TODAY)


FORMS = [
    # agency's code, noun, ending, form
    ("kjj", "报告", "特此报告。", Form.PLAIN),
    ("pbc", "函", "特此函告。", Form.LETTER),
    ("cqcustoms", "函", "特此函告。", Form.LETTER),
    ("sinosure", "函", "特此函告。", Form.LETTER),
]


@pytest.mark.parametrize(("code", "noun", "ending", "form"), FORMS)
def test_an_agency_that_is_not_subordinate_writes_a_letter(
    filed: Period, code: str, noun: str, ending: str, form: Form
) -> None:
    data = of(filed, code)
    document = document_of(data, made_on=MADE_ON)
    assert document.title == f"关于2026年前三季度扩大进口促进外贸发展工作进展情况的{noun}"
    assert (document.ending, document.form) == (ending, form)
    assert (document.addressee, document.signature) == ("重庆市商务委员会", data["agency_full"])
    assert (document.head is not None) == (noun == "函")
    assert file_title(data, FileFormat.DOCX).endswith(f"工作进展情况{noun}（{data['agency']}）")


def test_the_kind_of_the_agency_decides(filed: Period) -> None:
    Agency.objects.filter(code="kjj").update(kind=AgencyKind.CENTRAL)
    assert of(filed, "kjj")["is_letter"]


def test_the_commissions_own_report_goes_to_the_government(filed: Period) -> None:
    assert document_of(of(filed, "sww"), made_on=MADE_ON).addressee == "市人民政府"


def test_it_has_its_own_measures_and_its_own_notes_only(filed: Period) -> None:
    data = of(filed, "kjj")
    assert [m["mark"] for m in measures_of(data)] == ["（一）", "（七）", "（十二）"]
    assert {p["agency"] for m in measures_of(data) for p in m["parties"]} == {"市科技局"}
    assert data["agencies"][0]["owed"] == 3


def of_kjj(period: Period) -> Document:
    return document_of(of(period, "kjj"), made_on=MADE_ON)


def note_of(code: str, ordinal: int, **fields: object) -> Note:
    """Create another version of an agency's note, submitted unless the case says otherwise."""
    filing = Filing.objects.get(agency__code=code, measure__ordinal=ordinal)
    return make_note(filing, **{"submitted": True, **fields})  # type: ignore[arg-type]


def test_it_counts_the_measures_that_the_agency_has_and_leads(filed: Period) -> None:
    assert words(of_kjj(filed), "overall") == "我局承担3项措施。目前正在推进3项。"
    assert words(document_of(of(filed, "sww"), made_on=MADE_ON), "overall").startswith(
        "我委承担13项措施，其中牵头10项。"
    )


def test_each_measure_has_its_progress_in_the_agencys_own_voice(filed: Period) -> None:
    document = document_of(of(filed, "cqcustoms"), made_on=MADE_ON)
    paragraphs = words(document, "measures").splitlines()
    assert paragraphs[0] == "1.第（二）项“增加关系民生的产品进口”。我关已推进（二）的一件事。"
    assert [text.partition(".")[0] for text in paragraphs] == ["1", "2", "3", "4", "5", "6"]
    assert "现将我关2026年前三季度（2026年1月1日至9月30日）" in document.opening


def test_it_is_never_rated_by_the_lights_of_the_product(filed: Period) -> None:
    for code in ("kjj", "cqcustoms", "sww"):
        document = document_of(of(filed, code), made_on=MADE_ON)
        assert not document.annexes
        for word in (
            "灯",
            "预警",
            "滞后",
            "序时",
            "通过",
            "采用",
            "审核",
            "纳入",
            "你单位",
            "我单位",
        ):
            assert word not in str(document._replace(editor_notes=())), (code, word)


def test_unfiled_measures_are_left_out_and_listed_for_the_editor(filed: Period) -> None:
    document = document_of(of(filed, "cqcustoms"), made_on=MADE_ON)
    assert words(document, "overall") == (
        "我关承担7项措施。本函反映其中6项的进展情况，目前正在推进6项。"
    )
    assert "第（十七）项" not in str(document._replace(editor_notes=()))
    assert "第（十七）项本期没有报送进展，文中没有写。" in document.editor_notes


def test_without_any_filing_there_is_no_report(filed: Period) -> None:
    filings = Filing.objects.filter(agency__code="zscqj", period=filed)
    assert {filing.state for filing in filings} == {FilingState.PENDING}
    with pytest.raises(DomainError, match="市知识产权局在2026年前三季度还没有报送进展"):
        of(filed, "zscqj")


def test_a_draft_does_not_count_as_filed(filed: Period) -> None:
    note_of("zscqj", 17, submitted=False, progress="写了一半")
    with pytest.raises(DomainError, match="还没有报送进展"):
        of(filed, "zscqj")


def test_a_note_that_waits_for_review_is_included(filed: Period) -> None:
    note_of("zscqj", 17, progress="我局办理备案3件。")
    document = document_of(of(filed, "zscqj"), made_on=MADE_ON)
    assert [one.heading for one in document.parts] == ["一、工作进展情况"]
    assert words(document, "measures") == "第（十七）项“加快改善营商环境”。我局办理备案3件。"


def test_a_single_measure_has_one_heading(filed: Period) -> None:
    data: Any = of(filed, "kjj")
    for section in data["sections"]:
        for measure in section["measures"]:
            if measure["ordinal"] != 1:
                measure["parties"][0]["note"] = None
    document = document_of(data, made_on=MADE_ON)
    assert [one.heading for one in document.parts] == ["一、工作进展情况"]
    assert words(document, "measures").startswith(
        "我局承担3项措施。本报告反映其中1项的进展情况。\n第（一）项“"
    )


def test_the_last_submitted_version_counts_whatever_the_decision(filed: Period) -> None:
    note_of("kjj", 1, progress="改过的文字。", submitted=True)
    Filing.objects.filter(agency__code="kjj", measure__ordinal=1).update(
        state=FilingState.SUBMITTED
    )
    assert "改过的文字。" in words(of_kjj(filed), "measures")
    note_of("kjj", 1, progress="又在改。", submitted=False)  # a later draft
    assert "又在改" not in words(of_kjj(filed), "measures")


def test_a_withdrawn_version_is_not_included(filed: Period) -> None:
    note_of("kjj", 1, progress="已撤回的文字。")
    note_of("kjj", 1, progress="撤回后的草稿。", submitted=False)
    told = words(of_kjj(filed), "measures")
    assert "第（一）项“扩大先进技术设备和关键零部件进口”。我局已推进" in told  # the accepted one
    assert "撤回" not in told


def test_returned_filings_are_listed_for_the_editor(filed: Period) -> None:
    returned = note_of("kjj", 1, progress="被退回的文字。")
    by = make_user()
    Review.objects.create(
        note=returned,
        begun_by=by,
        begun_at=NOW,
        decided_by=by,
        decided_at=NOW,
        decision=Decision.RETURN,
        comment="请补数据",
    )
    note_of("kjj", 1, submitted=False, progress="在改。")
    Filing.objects.filter(agency__code="kjj", measure__ordinal=1).update(
        state=FilingState.RETURNED, accepted_note=None, mend_by=TODAY
    )
    document = of_kjj(filed)
    assert "被退回的文字。" in words(document, "measures")
    assert "第（一）项的进展已被退回，文中用的是退回前的文字，请改后再发。" in document.editor_notes


def test_an_empty_part_is_left_out_and_listed_for_the_editor(filed: Period) -> None:
    document = of_kjj(filed)
    assert [one.key for one in document.parts] == ["overall", "measures"]
    assert "报送的进展没有写存在的问题、下一步工作打算，文中没有这一部分，需要的请补上。" in (
        document.editor_notes
    )


def test_its_problems_name_their_measures(filed: Period) -> None:
    data = noted(noted(of(filed, "kjj"), 1, problems="融资难"), 2, problems="本单位人手不足")
    assert words(document_of(data, made_on=MADE_ON), "problems") == (  # type: ignore[arg-type]
        "一是第（一）项“扩大先进技术设备和关键零部件进口”方面，融资难；\n"
        "二是第（七）项“做好中国国际进口博览会采购交易工作”方面，我局人手不足。"
    )


def test_more_than_nine_points_are_numbered_with_figures(filed: Period) -> None:
    data: Any = of(filed, "sww")
    for n in range(1, 12):
        data = noted(data, n, next_steps=f"推进第{n}件事")
    steps = words(document_of(data, made_on=MADE_ON), "next").splitlines()
    assert steps[0].startswith("1.第（一）项")
    assert steps[10].startswith("11.第（")


def test_a_letter_may_contain_requests_and_addresses_its_recipient(filed: Period) -> None:
    data = noted(of(filed, "cqcustoms"), 1, help_needed="请市商务委协调场地")
    document = document_of(data, made_on=MADE_ON)  # type: ignore[arg-type]
    assert words(document, "help") == ("第（二）项“增加关系民生的产品进口”方面，请贵委协调场地。")
    assert document.ending == "特此函达，请予支持为盼。"


def test_a_report_contains_no_requests(filed: Period) -> None:
    data = noted(
        of(filed, "kjj"),
        1,
        problems="融资难。建议出台政策。",
        next_steps="继续推进。",
        help_needed="请市商务委协调",
    )
    document = document_of(data, made_on=MADE_ON)  # type: ignore[arg-type]
    said = str(document._replace(editor_notes=()))
    assert "请" not in said
    assert "建议" not in said
    assert words(document, "problems").endswith("融资难。")
    assert words(document, "next").endswith("继续推进。\n有关需协调的事项已另行报送。")
    assert any(
        note.startswith("第（一）项中请示、请求的内容没有写入报告，请另行行文：建议出台政策。")
        for note in document.editor_notes
    )


def test_an_older_dataset_can_be_used(filed: Period) -> None:
    data: Any = of(filed, "kjj")
    data["schema"] = 3  # at that time its notes were the accepted ones
    assert as_current(data) == data


def test_the_primary_liaison_is_the_contact(filed: Period) -> None:
    agency = Agency.objects.get(code="kjj")
    first = make_user(name="联络员甲", office_phone="023-63151111")
    join(first, Role.LIAISON, agency, is_deputy=False)  # besides the deputies who filed
    assert document_of(of(filed, "kjj"), made_on=MADE_ON).contact == (
        "（联系人：联络员甲，电话：023-63151111）"
    )


CONTACTS = [
    (None, ""),
    ({"name": "甲", "phone": ""}, "（联系人：甲）"),
    ({"name": "甲", "phone": "63151111"}, "（联系人：甲，电话：63151111）"),
]


@pytest.mark.parametrize(("contact", "expected"), CONTACTS)
def test_unknown_details_of_the_contact_are_left_out(contact, expected) -> None:  # type: ignore[no-untyped-def]
    assert contact_words(contact) == expected
