"""提示函: what is late, by how many working days, and the new due date."""

from datetime import date, timedelta

import pytest

from agencies.models import Agency, User
from agencies.permissions import Role
from lib.errors import DomainError
from lib.official.document import Form
from measures.choices import FilingState
from measures.models import Filing, Measure, Period
from measures.periods.actions import close_period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_filing, make_period, make_user
from reports.choices import FileFormat
from reports.datasets.circular import gather as gather_circular
from reports.datasets.letter import gather
from reports.datasets.schema import LetterData
from reports.documents.letter import document_of, file_title
from reports.documents.tests.cases import words
from reports.models.report import Scope

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 27)


def to(period: Period, code: str = "cqcustoms", *, on: date = TODAY) -> LetterData:
    agency = Agency.objects.get(code=code)
    return gather(Scope(period.pk, agency_id=agency.pk), on=on)


def test_it_is_a_letter_from_the_commission_to_the_agency(filed: Period) -> None:
    data = to(filed)
    document = document_of(data, made_on=MADE_ON, number="渝商务提示〔2026〕3号")
    assert document.form == Form.LETTER
    assert document.title == "关于商请报送2026年前三季度扩大进口促进外贸发展工作进展情况的函"
    assert document.addressee == "中华人民共和国重庆海关"
    assert document.signature == "重庆市商务委员会"
    assert document.head is not None
    assert document.head.number == "渝商务提示〔2026〕3号"
    assert file_title(data, FileFormat.DOCX) == (
        "2026年前三季度扩大进口促进外贸发展工作进展报送提示函（重庆海关）"
    )


TONES = [
    # name, kind, what it is called, how the title ends, how it is asked, the last line
    ("市农业农村委", "municipal", "贵委", "的提示函", "请", "特此函达。"),
    ("市科技局", "municipal", "贵局", "的提示函", "请", "特此函达。"),
    ("市政府口岸物流办", "municipal", "贵办", "的提示函", "请", "特此函达。"),
    ("万州区", "district", "贵区", "的提示函", "请", "特此函达。"),
    ("忠县", "district", "贵县", "的提示函", "请", "特此函达。"),
    ("两江新区管委会", "zone", "贵区", "的提示函", "请", "特此函达。"),
    ("重庆海关", "central", "贵关", "的函", "商请", "特此函达，请予支持为盼。"),
    ("人行重庆营管部", "central", "贵行", "的函", "商请", "特此函达，请予支持为盼。"),
    ("人行重庆市分行", "central", "贵行", "的函", "商请", "特此函达，请予支持为盼。"),
    ("中国信保重庆营管部", "enterprise", "贵公司", "的函", "商请", "特此函达，请予支持为盼。"),
]


@pytest.mark.parametrize(("name", "kind", "you", "noun", "ask", "ending"), TONES)
def test_its_tone_depends_on_the_agency_s_relation_to_the_sender(
    filed: Period, name: str, kind: str, you: str, noun: str, ask: str, ending: str
) -> None:
    data = to(filed)
    data["agency"], data["agency_kind"] = name, kind
    document = document_of(data, made_on=MADE_ON)
    assert document.title.endswith(noun)
    assert f"，{you}应报送7项，" in document.opening
    assert words(document, "asked").startswith(f"{ask}{you}于2026年11月30日前")
    assert document.ending == ending
    assert "你单位" not in str(document)


# The filings were due on 2026-11-22, a Sunday; counting starts the next day.
LATE = [(1, 1), (5, 5), (6, 5), (7, 5), (8, 6)]


@pytest.mark.parametrize(("days", "workdays"), LATE)
def test_it_counts_working_days(filed: Period, days: int, workdays: int) -> None:
    data = to(filed, on=date(2026, 11, 22) + timedelta(days=days))
    assert words(document_of(data, made_on=MADE_ON), "late") == (
        f"第（十七）项“加快改善营商环境”，逾期{workdays}个工作日。"
    )


def test_it_requires_filing_within_five_working_days(filed: Period) -> None:
    asked = words(document_of(to(filed), made_on=MADE_ON), "asked")
    assert asked.startswith("商请贵关于2026年11月30日前通过扩大进口工作跟踪平台报送；")


def test_after_closing_it_can_still_be_filed(filed: Period) -> None:
    Period.objects.filter(pk=filed.pk).update(state="closed", closed_at=NOW)
    asked = words(document_of(to(filed), made_on=MADE_ON), "asked")
    assert asked.startswith("商请贵关于2026年11月30日前通过扩大进口工作跟踪平台补报；")


def test_it_states_how_many_filings_of_how_many_are_missing(filed: Period) -> None:
    data = to(filed)
    assert {count["key"]: count["count"] for count in data["filings"]} == {
        "accepted": 6,
        "waiting": 0,
        "mending": 0,
        "unfiled": 1,
    }
    assert document_of(data, made_on=MADE_ON).opening.endswith(
        "2026年前三季度工作进展情况应于2026年11月22日前报送。"
        "截至2026年11月23日，贵关应报送7项，尚有1项未报送。"
    )


def test_if_all_filings_are_missing_it_says_so(filed: Period) -> None:
    unfile("nyncw", 3)
    assert document_of(to(filed, "nyncw"), made_on=MADE_ON).opening.endswith(
        "贵委应报送的1项尚未报送。"
    )


def test_debts_of_earlier_periods_are_listed(filed: Period) -> None:
    earlier = make_period(
        Quarter(2026, 2), state="closed", due_on=TODAY - timedelta(days=130), closed_at=NOW
    )
    agency = Agency.objects.get(code="cqcustoms")
    for ordinal in (2, 17):
        measure = Measure.objects.get(ordinal=ordinal)
        make_filing(measure=measure, period=earlier, agency=agency, due_on=earlier.due_on)
    document = document_of(to(filed), made_on=MADE_ON)
    assert words(document, "late").endswith(
        "\n另有2026年上半年第（二）项“增加关系民生的产品进口”、第（十七）项未报送，请一并补报。"
    )
    write_off = {"written_off_at": NOW, "written_off_by": make_user(), "written_off_reason": "重复"}
    Filing.objects.filter(period=earlier, measure__ordinal=2).update(**write_off)
    assert to(filed)["earlier"] == [
        {
            "period": "2026年上半年",
            "measures": [{"mark": "（十七）", "title": "加快改善营商环境", "title_mark": ""}],
        }
    ]


def test_written_off_filings_are_not_requested(filed: Period) -> None:
    write_off = {"written_off_at": NOW, "written_off_by": make_user(), "written_off_reason": "重复"}
    Filing.objects.filter(agency__code="cqcustoms", measure__ordinal=17).update(**write_off)
    with pytest.raises(DomainError, match="这一期逾期未报的有：市知识产权局。"):
        to(filed)


@pytest.mark.parametrize("is_closed", [False, True])
def test_letter_and_circular_of_one_day_have_equal_day_counts(
    filed: Period, is_closed: bool
) -> None:
    if is_closed:
        close_period(filed, by=make_user(Role.COORDINATOR), at=NOW)
    day = TODAY + timedelta(days=30)
    circular = gather_circular(Scope(filed.pk), on=day)
    # After closing, a circular is as of that day; a letter is as of its own day.
    assert circular["told_on"] == (TODAY if is_closed else day).isoformat()
    days = to(filed, on=date.fromisoformat(circular["told_on"]))["late"][0]["workdays"]
    assert (days > 20) is not is_closed
    assert {a["agency"]: a["workdays_late"] for a in circular["agencies"]}["重庆海关"] == days


def unfile(code: str, *ordinals: int) -> None:
    filings = Filing.objects.filter(agency__code=code, measure__ordinal__in=ordinals)
    filings.update(state=FilingState.PENDING, accepted_note=None, first_submitted_at=None)


def test_several_items_are_numbered_and_their_lateness_is_stated_once(filed: Period) -> None:
    unfile("cqcustoms", 2, 10)
    document = document_of(to(filed), made_on=MADE_ON)
    assert "贵关应报送7项，尚有3项未报送（逾期1个工作日）。" in document.opening
    assert words(document, "late") == (
        "1.第（二）项“增加关系民生的产品进口”；\n2.第（十）项；\n3.第（十七）项“加快改善营商环境”。"
    )
    assert any("第（十）项的标题" in note for note in document.editor_notes)


def test_an_item_with_another_lateness_states_its_own(filed: Period) -> None:
    unfile("cqcustoms", 2, 10)
    Filing.objects.filter(agency__code="cqcustoms", measure__ordinal=2).update(
        due_on=TODAY - timedelta(days=10)
    )
    document = document_of(to(filed), made_on=MADE_ON)
    assert "尚有3项未报送（除注明的外逾期1个工作日）。" in document.opening
    assert words(document, "late").splitlines()[:2] == [
        "1.第（二）项“增加关系民生的产品进口”，应于2026年11月13日前报送，逾期6个工作日；",
        "2.第（十）项；",
    ]


def test_a_returned_note_not_corrected_in_time_is_late_too(filed: Period) -> None:
    filing = Filing.objects.filter(agency__code="kjj", measure__ordinal=1)
    filing.update(state=FilingState.RETURNED, accepted_note=None, mend_by=TODAY - timedelta(days=3))
    document = document_of(to(filed, "kjj"), made_on=MADE_ON)
    assert "贵局应报送3项，尚有1项退回后未补正。" in document.opening
    assert words(document, "late").endswith("，退回后逾期1个工作日未补正。")


def test_measures_that_it_leads_are_marked(filed: Period) -> None:
    unfile("nyncw", 3)
    document = document_of(to(filed, "nyncw"), made_on=MADE_ON)
    assert words(document, "late").startswith(
        "第（三）项“扩大优质农产品和重要资源性产品进口”（牵头），逾期"
    )


def test_it_ends_with_the_contact(filed: Period) -> None:
    notes = document_of(to(filed), made_on=MADE_ON).editor_notes
    assert any(
        note.endswith("没有登记办公电话，请本人在“个人设置”填写，或在此补上。") for note in notes
    )
    first = User.objects.holding(Role.COORDINATOR, on=TODAY).order_by("memberships__pk")[0]
    User.objects.filter(pk=first.pk).update(phone="13800001111", office_phone="023-67890001")
    document = document_of(to(filed), made_on=MADE_ON)
    assert document.contact == f"（联系人：{first.name}，电话：023-67890001）"
    assert not document.editor_notes


NOT_LATE = ["accepted", "due_today", "mended_by_today", "waived"]


@pytest.mark.parametrize("case", NOT_LATE)
def test_there_is_no_letter_if_nothing_is_late(filed: Period, case: str) -> None:
    filing = Filing.objects.filter(agency__code="cqcustoms", measure__ordinal=17)
    changes = {
        "accepted": {},
        "due_today": {"due_on": TODAY},
        "mended_by_today": {
            "state": FilingState.RETURNED,
            "first_submitted_at": NOW,
            "mend_by": TODAY,
        },
        "waived": {"state": FilingState.WAIVED, "waived_reason": "不涉及", "waived_at": NOW},
    }[case]
    if changes:
        filing.update(**changes)
    code = "kjj" if case == "accepted" else "cqcustoms"
    with pytest.raises(DomainError, match="没有逾期未报的进展"):
        to(filed, code)


def test_without_late_filings_the_refusal_names_late_agencies(filed: Period) -> None:
    with pytest.raises(
        DomainError, match="这一期逾期未报的有：重庆海关、市知识产权局。"
    ) as refused:
        to(filed, "kjj")
    assert refused.value.audited.endswith("没有逾期未报的进展，不需要提示函。")


def test_the_commission_gets_no_letter_from_itself(filed: Period) -> None:
    with pytest.raises(DomainError, match="不向自己发提示函"):
        to(filed, "sww")
