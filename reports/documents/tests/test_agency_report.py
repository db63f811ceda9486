"""单位进展情况报告 and 函: an agency's own words."""

from datetime import date

import pytest

from agencies.choices import AgencyKind
from agencies.models import Agency
from agencies.permissions import Role
from lib.official.document import Form
from measures.choices import FilingState
from measures.models import Filing, Period
from measures.tests.factories import TODAY, join, make_user
from reports.choices import FileFormat
from reports.datasets.agency_report import gather
from reports.datasets.schema import AgencyReportData, measures_of
from reports.documents.agency_report import document_of, file_title
from reports.documents.tests.cases import noted, part, words
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
def test_who_is_not_subordinate_writes_a_letter(
    filed: Period, code: str, noun: str, ending: str, form: Form
) -> None:
    data = of(filed, code)
    document = document_of(data, made_on=MADE_ON)
    assert document.title == f"关于2026年前三季度扩大进口促进外贸发展工作进展情况的{noun}"
    assert (document.ending, document.form) == (ending, form)
    assert (document.addressee, document.signature) == ("市商务委", data["agency_full"])
    assert (document.head is not None) == (noun == "函")
    assert file_title(data, FileFormat.DOCX).endswith(f"工作进展情况{noun}（{data['agency']}）")


def test_the_kind_of_the_agency_decides(filed: Period) -> None:
    Agency.objects.filter(code="kjj").update(kind=AgencyKind.CENTRAL)
    assert of(filed, "kjj")["is_letter"]


def test_what_the_commission_itself_reports_goes_to_the_government(filed: Period) -> None:
    assert document_of(of(filed, "sww"), made_on=MADE_ON).addressee == "市人民政府"


def test_it_has_its_own_measures_and_its_own_notes_only(filed: Period) -> None:
    data = of(filed, "kjj")
    assert [m["mark"] for m in measures_of(data)] == ["（一）", "（七）", "（十二）"]
    assert {p["agency"] for m in measures_of(data) for p in m["parties"]} == {"市科技局"}
    assert data["agencies"][0]["owed"] == 3


def test_how_much_it_bears_and_leads(filed: Period) -> None:
    assert words(document_of(of(filed, "kjj"), made_on=MADE_ON), "overall") == (
        "我单位承担3项措施。截至2026年11月23日，尚未启动3项、占100.0%。\n"
        "本期应报3件，已通过3件、占100.0%。\n按报送时间统计，按时报送3件，按时率100.0%。"
    )
    assert "我单位承担15项措施，其中牵头10项。" in words(
        document_of(of(filed, "sww"), made_on=MADE_ON), "overall"
    ) or "其中牵头10项" in words(document_of(of(filed, "sww"), made_on=MADE_ON), "overall")


def test_each_measure_has_its_progress_or_says_why_not(filed: Period) -> None:
    below = part(document_of(of(filed, "cqcustoms"), made_on=MADE_ON), "measures").parts
    assert below[0].heading == "（一）增加关系民生的产品进口"
    assert below[0].paragraphs[0] == "重庆海关已推进（二）的一件事。"
    assert below[-1].paragraphs[0] == "本期未报送进展情况。"
    assert below[0].paragraphs[1] == (
        "对应文件第（二）项，我单位为责任单位；进度：未启动；预警：绿灯（正常·已审核）。"
    )


EMPTY = [
    ("problems", "本期没有需要反映的问题。"),
    ("help", "本期没有需协调事项。"),
    ("next", "本期未填写下一步工作打算。"),
]


@pytest.mark.parametrize(("key", "sentence"), EMPTY)
def test_an_empty_part_says_so(filed: Period, key: str, sentence: str) -> None:
    assert words(document_of(of(filed, "kjj"), made_on=MADE_ON), key) == sentence


NOT_ALL = [
    ("problems", "已通过的进展没有反映问题；"),
    ("help", "已通过的进展没有提出需协调事项；"),
    ("next", "已通过的进展没有填写下一步工作打算；"),
]


@pytest.mark.parametrize(("key", "start"), NOT_ALL)
def test_what_is_not_accepted_yet_is_not_told_as_nothing(
    filed: Period, key: str, start: str
) -> None:
    own = Filing.objects.filter(agency__code="kjj")
    own.filter(measure__ordinal=1).update(state=FilingState.SUBMITTED, accepted_note=None)
    own.filter(measure__ordinal=7).update(
        state=FilingState.PENDING, accepted_note=None, first_submitted_at=None
    )
    assert words(document_of(of(filed, "kjj"), made_on=MADE_ON), key) == (
        f"{start}尚未报送1件；待审核1件，内容未纳入。"
    )


def test_where_nothing_is_accepted_it_says_so(filed: Period) -> None:
    own = Filing.objects.filter(agency__code="kjj")
    own.update(state=FilingState.PENDING, accepted_note=None, first_submitted_at=None)
    assert words(document_of(of(filed, "kjj"), made_on=MADE_ON), "problems") == (
        "本期尚无已通过的进展；尚未报送3件。"
    )


def test_its_problems_are_told_without_its_name(filed: Period) -> None:
    data = noted(of(filed, "kjj"), 1, problems="融资难")
    assert words(document_of(data, made_on=MADE_ON), "problems") == (  # type: ignore[arg-type]
        "存在以下问题：\n（一）：融资难。"
    )


def test_the_primary_liaison_is_the_contact(filed: Period) -> None:
    agency = Agency.objects.get(code="kjj")
    first = make_user(name="联络员甲", office_phone="023-63151111")
    join(first, Role.LIAISON, agency, is_deputy=False)  # beside the deputies who filed
    assert document_of(of(filed, "kjj"), made_on=MADE_ON).contact == (
        "（联系人：联络员甲，联系电话：023-63151111）"
    )


CONTACTS = [
    (None, ""),
    ({"name": "甲", "phone": ""}, "（联系人：甲）"),
    ({"name": "甲", "phone": "63151111"}, "（联系人：甲，联系电话：63151111）"),
]


@pytest.mark.parametrize(("contact", "expected"), CONTACTS)
def test_what_is_not_known_of_the_contact_is_left_out(contact, expected) -> None:  # type: ignore[no-untyped-def]
    assert contact_words(contact) == expected
