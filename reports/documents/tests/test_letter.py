"""提示函: what is late, by how many working days, and by when it is asked for."""

from datetime import date, timedelta

import pytest

from agencies.models import Agency
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
    assert document.title == "关于报送2026年前三季度扩大进口促进外贸发展工作进展情况的提示函"
    assert document.addressee == "重庆海关"
    assert document.signature == "重庆市商务委员会"
    assert document.head is not None
    assert document.head.number == "渝商务提示〔2026〕3号"
    assert file_title(data, FileFormat.DOCX) == (
        "2026年前三季度扩大进口促进外贸发展工作进展报送提示函（重庆海关）"
    )


# The filings were due on 2026-11-22, a Sunday; the count begins the day after.
LATE = [(1, 1), (5, 5), (6, 5), (7, 5), (8, 6)]


@pytest.mark.parametrize(("days", "workdays"), LATE)
def test_it_counts_working_days(filed: Period, days: int, workdays: int) -> None:
    data = to(filed, on=date(2026, 11, 22) + timedelta(days=days))
    assert words(document_of(data, made_on=MADE_ON), "late") == (
        "（十七）加快改善营商环境（你单位为责任单位），应于2026年11月22日前报送，"
        f"已逾期{workdays}个工作日。"
    )


def test_it_asks_for_filing_within_five_working_days(filed: Period) -> None:
    asked = words(document_of(to(filed), made_on=MADE_ON), "asked")
    assert asked.startswith("请你单位于2026年11月30日前通过扩大进口工作跟踪平台补报；")


def test_after_closing_it_can_still_be_filed(filed: Period) -> None:
    Period.objects.filter(pk=filed.pk).update(state="closed", closed_at=NOW)
    asked = words(document_of(to(filed), made_on=MADE_ON), "asked")
    assert asked.startswith(
        "本期填报已关闭，仍可补报。请你单位于2026年11月30日前通过扩大进口工作跟踪平台补报；"
    )


def test_its_filings_are_counted_in_the_four_parts(filed: Period) -> None:
    data = to(filed)
    assert {count["key"]: count["count"] for count in data["filings"]} == {
        "accepted": 6,
        "waiting": 0,
        "mending": 0,
        "unfiled": 1,
    }
    assert "你单位本期应报7件，已通过6件、未报1件；尚有1项未按要求报送" in (
        document_of(data, made_on=MADE_ON).opening
    )


def test_what_is_still_owed_of_earlier_periods_is_named(filed: Period) -> None:
    earlier = make_period(
        Quarter(2026, 2), state="closed", due_on=TODAY - timedelta(days=130), closed_at=NOW
    )
    agency = Agency.objects.get(code="cqcustoms")
    for ordinal in (2, 17):
        measure = Measure.objects.get(ordinal=ordinal)
        make_filing(measure=measure, period=earlier, agency=agency, due_on=earlier.due_on)
    document = document_of(to(filed), made_on=MADE_ON)
    assert words(document, "late").endswith("\n此前各期仍欠报：2026年上半年（二）、（十七）。")
    assert "补报本期和此前各期欠报的进展；" in words(document, "asked")
    write_off = {"written_off_at": NOW, "written_off_by": make_user(), "written_off_reason": "重复"}
    Filing.objects.filter(period=earlier, measure__ordinal=2).update(**write_off)
    assert to(filed)["earlier"] == [{"period": "2026年上半年", "marks": ["（十七）"]}]


def test_what_was_written_off_is_asked_for_no_more(filed: Period) -> None:
    write_off = {"written_off_at": NOW, "written_off_by": make_user(), "written_off_reason": "重复"}
    Filing.objects.filter(agency__code="cqcustoms", measure__ordinal=17).update(**write_off)
    with pytest.raises(DomainError, match="这一期逾期未报的有：市知识产权局。"):
        to(filed)


@pytest.mark.parametrize("is_closed", [False, True])
def test_letter_and_circular_of_one_day_count_the_same_days(filed: Period, is_closed: bool) -> None:
    if is_closed:
        close_period(filed, by=make_user(Role.COORDINATOR), at=NOW)
    day = TODAY + timedelta(days=30)
    days = to(filed, on=day)["late"][0]["workdays"]
    circular = gather_circular(Scope(filed.pk), on=day)
    assert days > 20
    assert {a["agency"]: a["workdays_late"] for a in circular["agencies"]}["重庆海关"] == days


def test_several_are_numbered(filed: Period) -> None:
    filing = Filing.objects.filter(agency__code="cqcustoms", measure__ordinal=2)
    filing.update(state=FilingState.PENDING, accepted_note=None, first_submitted_at=None)
    data = to(filed)
    assert "；尚有2项未按要求报送" in document_of(data, made_on=MADE_ON).opening
    items = words(document_of(data, made_on=MADE_ON), "late").splitlines()
    assert items[0].startswith("1.（二）")
    assert items[0].endswith("；")
    assert items[1].startswith("2.（十七）")


def test_what_was_sent_back_and_not_mended_in_time_is_late_too(filed: Period) -> None:
    filing = Filing.objects.filter(agency__code="kjj", measure__ordinal=1)
    filing.update(state=FilingState.RETURNED, accepted_note=None, mend_by=TODAY - timedelta(days=3))
    assert "退回后应于2026年11月20日前补正，已逾期1个工作日" in words(
        document_of(to(filed, "kjj"), made_on=MADE_ON), "late"
    )


NOT_LATE = ["accepted", "due_today", "mended_by_today", "waived"]


@pytest.mark.parametrize("case", NOT_LATE)
def test_where_nothing_is_late_there_is_no_letter(filed: Period, case: str) -> None:
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


def test_where_nothing_is_late_it_says_whose_is(filed: Period) -> None:
    with pytest.raises(DomainError, match="这一期逾期未报的有：重庆海关、市知识产权局。"):
        to(filed, "kjj")


def test_the_commission_does_not_write_to_itself(filed: Period) -> None:
    with pytest.raises(DomainError, match="不向自己发提示函"):
        to(filed, "sww")
