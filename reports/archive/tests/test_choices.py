"""表扬和点名 of a circular: chosen by its drafters, version by version, until it is issued."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError, StaleError
from lib.official.document import digest_of_words
from measures.chasing.tests.factories import make_urge
from measures.choices import Rung
from measures.models import Filing, Period
from measures.tests.factories import NOW, make_user
from reports.archive.choices import choose_agencies
from reports.archive.edit import edit_passage
from reports.archive.issue import issue_report, withdraw_report
from reports.archive.submit import submit_report
from reports.archive.tests.test_pages import signed_in
from reports.choices import ReportState
from reports.conftest import make_done
from reports.documents.tests.cases import words
from reports.jobs.build import run_report
from reports.jobs.request import request_report
from reports.kinds import generated_for, making_for
from reports.models import CircularChoice, Report
from reports.tests.reading import read

pytestmark = pytest.mark.django_db
PRAISE = "市科技局（3件）按时报送、全部审核通过，予以表扬。"


def drafted(period: Period, kind: str = "circular") -> Report:
    """Create a draft circular with its dataset, as if its files had been written."""
    by = make_user(Role.COORDINATOR)
    return make_done(request_report(by=by, kind=kind, period=period, at=NOW))


def choose(report: Report, role: Role = Role.COORDINATOR, **values: Any) -> CircularChoice | None:
    usual: dict[str, Any] = {"praised": [], "named": [], "with_consent": False, "seen": 0}
    return choose_agencies(report, by=make_user(role), at=NOW, **usual | values)


def submit(report: Report) -> None:
    words_read = digest_of_words(making_for(report).document)
    by = make_user(Role.COORDINATOR)
    submit_report(report, by=by, seen=words_read, notes_settled=True, at=NOW)


def praise_in(report: Report) -> str:
    return words(making_for(Report.objects.get(pk=report.pk)).document, "filings")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF])
def test_the_draft_names_the_chosen_agencies(filed: Period, role: Role) -> None:
    report = drafted(filed)
    assert "表扬" not in praise_in(report)
    choice = choose(report, role, praised=["kjj"], named=["zscqj", "cqcustoms"], with_consent=True)
    assert choice is not None
    assert (choice.version, choice.named) == (1, ["cqcustoms", "zscqj"])  # in protocol order
    assert praise_in(report).endswith(PRAISE)
    assert PRAISE in words(generated_for(report), "filings")  # what 修改文字 starts from
    event = Event.objects.get(action="report.choose")
    assert event.sentence == (
        "2026年前三季度情况通报选定表扬和点名（第1版）："
        "表扬市科技局；点名重庆海关、市知识产权局；写明“经市政府同意”。"
    )
    assert event.after["praised"] == ["kjj"]


@pytest.mark.parametrize(
    "role",
    [Role.LEADER, Role.LIAISON, Role.AGENCY_HEAD, Role.SYSTEM_ADMIN, Role.AUDITOR],
)
def test_nobody_else_can_choose(filed: Period, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        choose(drafted(filed), role, praised=["kjj"])
    assert not CircularChoice.objects.exists()


def test_only_a_circular_has_choices(filed: Period) -> None:
    with pytest.raises(PermissionDenied):
        choose(drafted(filed, "brief"))


def test_an_agency_that_may_not_be_praised_cannot_be_chosen(filed: Period) -> None:
    with pytest.raises(DomainError, match="不在可以表扬的单位之列"):
        choose(drafted(filed), praised=["cqcustoms"])
    with pytest.raises(DomainError, match="不在可以点名的单位之列"):
        choose(drafted(filed), named=["kjj"])


def test_choosing_again_adds_a_version_and_the_last_one_is_effective(filed: Period) -> None:
    report = drafted(filed)
    choose(report, praised=["kjj"])
    assert choose(report, praised=["kjj"], seen=1) is None  # nothing changes
    again = choose(report, seen=1)
    assert again is not None
    assert again.version == 2
    assert "表扬" not in praise_in(report)
    assert [event.before.get("praised") for event in Event.objects.filter(action="report.choose")]


def test_a_choice_made_meanwhile_by_another_is_not_overwritten(filed: Period) -> None:
    report = drafted(filed)
    choose(report, praised=["kjj"])
    with pytest.raises(StaleError, match="又改了表扬和点名，您的选择没有保存"):
        choose(report, named=["cqcustoms"])
    assert CircularChoice.objects.get().praised == ["kjj"]


def test_the_refusal_names_the_earlier_person_and_beijing_time(filed: Period) -> None:
    report, night = drafted(filed), datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    chosen = {"praised": ["kjj"], "named": [], "with_consent": False}
    choose_agencies(report, **chosen, seen=0, by=make_user(Role.CHIEF), at=night)
    with pytest.raises(StaleError, match="于11-26 01:30又改了"):
        choose(report, named=["cqcustoms"])


def test_the_database_keeps_every_version(filed: Period) -> None:
    report = drafted(filed)
    choose(report, praised=["kjj"])
    row = CircularChoice.objects.get()
    for act in (row.delete, lambda: CircularChoice.objects.update(praised=[])):
        with pytest.raises(InternalError), transaction.atomic():
            act()
    row.pk = None
    with pytest.raises(IntegrityError, match="circularchoice_version_once"), transaction.atomic():
        row.save(force_insert=True)


def test_after_the_chief_issues_it_no_choice_changes(filed: Period) -> None:
    report, chief = drafted(filed), make_user(Role.CHIEF)
    submit(report)
    read_before = digest_of_words(making_for(report).document)
    choose(report, Role.CHIEF, praised=["kjj"])
    with pytest.raises(DomainError, match="有改动"):
        issue_report(report, by=chief, seen=read_before, at=NOW)
    seen = digest_of_words(making_for(report).document)
    issue_report(report, by=chief, seen=seen, at=NOW)
    Report.objects.update(state=ReportState.DONE)
    with pytest.raises(DomainError, match="已经签发或撤回"):
        choose(report, Role.CHIEF, seen=1)
    with pytest.raises(InternalError, match="final circular"), transaction.atomic():
        CircularChoice.objects.create(report=report, version=2, by=chief, at=NOW)
    assert praise_in(report).endswith(PRAISE)


def test_while_it_waits_to_be_signed_only_the_signer_can_choose(filed: Period) -> None:
    report = drafted(filed)
    submit(report)
    with pytest.raises(DomainError, match="已送审，等待签发期间不能改动"):
        choose(report, praised=["kjj"])
    answer = signed_in().post(f"/reports/{report.pk}/choose/", {"version": 0})
    assert answer.status_code == 409
    assert choose(report, Role.CHIEF, praised=["kjj"]) is not None


def test_a_dropped_draft_accepts_no_choice(filed: Period) -> None:
    report = drafted(filed)
    withdraw_report(report, by=make_user(Role.COORDINATOR), reason="重拟。", at=NOW)
    with pytest.raises(DomainError, match="已经签发或撤回"):
        choose(report, praised=["kjj"])


def test_the_page_offers_the_proposals_with_their_facts(filed: Period) -> None:
    report = drafted(filed)
    client = signed_in()
    page = read(client.get(f"/reports/{report.pk}/"))
    offered = {
        box.get("value"): " ".join(box.getparent().text_content().split())
        for box in page.xpath("//input[@type='checkbox']")
    }
    assert offered["kjj"] == "市科技局（按时报送3件、全部通过）"
    assert offered["cqcustoms"] == "重庆海关（未报1件，逾期1个工作日）"
    assert "sww" not in offered
    assert "尚未选定" in page.xpath("string(//section[@aria-labelledby='choices'])")
    sent = {"praised": ["kjj"], "named": ["cqcustoms"], "with_consent": "on", "version": 0}
    answer = client.post(f"/reports/{report.pk}/choose/", sent)
    assert answer["Location"] == f"/reports/{report.pk}/"
    page = read(client.get(f"/reports/{report.pk}/"))
    assert len(page.xpath("//input[@type='checkbox'][@checked]")) == 3
    assert "写明“经市政府同意”" in page.xpath("string(//section[@aria-labelledby='choices']/p[1])")


def test_a_notified_candidate_that_still_owes_is_marked(filed: Period) -> None:
    report = drafted(filed)
    filing = Filing.objects.chased().filter(period=filed, agency__code="cqcustoms").first()
    assert filing is not None
    make_urge(filing, Rung.CIRCULAR)
    words_ = read(signed_in().get(f"/reports/{report.pk}/")).text_content()
    assert "重庆海关（未报1件，逾期1个工作日；催报后仍未报，通报候选）" in words_
    assert words_.count("通报候选") == 1


def test_of_two_concurrent_choices_the_second_sees_the_first(filed: Period) -> None:
    report = drafted(filed)
    choose(report, praised=["kjj"])
    client = signed_in()
    sent = {"named": ["cqcustoms"], "version": 0}
    answer = client.post(f"/reports/{report.pk}/choose/", sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "又改了表扬和点名，您的选择没有保存" in text
    assert (
        'name="version" value="1"' in text
    )  # the other's choice is shown above; saving again replaces it
    again = client.post(f"/reports/{report.pk}/choose/", sent | {"version": 1})
    assert again.status_code == 302
    assert CircularChoice.objects.first().named == ["cqcustoms"]  # type: ignore[union-attr]


def test_an_agency_that_was_not_proposed_is_refused_with_a_sentence(filed: Period) -> None:
    report = drafted(filed)
    answer = signed_in().post(f"/reports/{report.pk}/choose/", {"praised": ["sww"], "version": 0})
    assert answer.status_code == 422
    assert "“sww”不在所列单位之中" in answer.content.decode()


@pytest.mark.parametrize(("role", "status"), [(Role.LEADER, 404), (Role.LIAISON, 404)])
def test_people_who_may_not_see_drafts_see_no_choices(
    filed: Period, role: Role, status: int
) -> None:
    report = drafted(filed)
    answer = signed_in(role).post(f"/reports/{report.pk}/choose/", {"version": 0})
    assert answer.status_code == status


def test_an_edited_part_says_that_choices_no_longer_change_it(filed: Period) -> None:
    report, chief = drafted(filed), make_user(Role.CHIEF)
    edit_passage(report, key="filings", text="另写。", seen=0, by=chief, at=NOW)
    text = signed_in().get(f"/reports/{report.pk}/").content.decode()
    assert "“一、报送情况”的文字已手工修改，下面的选择不会改动它" in text
    submit(report)
    assert "下面的选择" not in signed_in().get(f"/reports/{report.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_files_written_before_the_choice_are_marked_as_stale(filed: Period) -> None:
    by = make_user(Role.COORDINATOR)
    report = request_report(by=by, kind="circular", period=filed, at=NOW)
    assert run_report(report.pk, at=NOW)
    report.refresh_from_db()
    client = signed_in()
    assert "文字又有修改" not in client.get(f"/reports/{report.pk}/").content.decode()
    choose(report, praised=["kjj"])
    assert "文字又有修改" in client.get(f"/reports/{report.pk}/").content.decode()
