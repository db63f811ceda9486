"""The lost agencies of （八）, from the coordinator's form to the period's report.

Two people use the pages: entered, confirmed, filed for in the same period, with the day in its
report; undone by the same two steps, but not any more once the period has closed.
"""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import Agency
from agencies.permissions import Role
from measures.models import Filing, Gap, KeptFile, Measure, NoticeChange, Period, Snapshot
from measures.notice_changes.tests.factories import make_change
from measures.periods.actions import close_period, open_period
from measures.rules.notice_changes import PERIOD_CLOSED
from measures.tests.factories import NOW, TODAY, make_period, make_user
from reports.datasets.schema import measures_of
from reports.documents.parts.measures import measure_paragraph
from reports.tests.world import gather_progress

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen", "real_notice"),
]


@pytest.fixture
def period():
    found = make_period()
    Period.objects.filter(pk=found.pk).update(state="draft", opened_at=None)
    open_period(found, by=None, at=NOW)
    return Period.objects.get()


@pytest.fixture
def gap(period):
    return Gap.objects.get(measure__ordinal=8, kind="agencies")


@pytest.fixture
def clerk(gap):
    return signed_in(make_user(Role.COORDINATOR))


@pytest.fixture
def chief(gap):
    return signed_in(make_user(Role.CHIEF))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def paper():
    return SimpleUploadedFile("归档件第5页.pdf", b"%PDF-1.7\n%%EOF\n")


def typed(*names, **changed):
    ids = {one.short_name: str(one.pk) for one in Agency.objects.filter(short_name__in=names)}
    chosen = [ids[name] for name in names]
    return {
        "source_document": "渝府办发〔2018〕175号 纸质归档件",
        "source_place": "第5页",
        "source_on": "2018-11-30",
        "agencies": chosen,
        "agency_order": ",".join(chosen),
        "lead_basis": "first_named",
        "step": "submit",
        **changed,
    }


CHOSEN = ("重庆海关", "市商务委", "市发展改革委")


def enter(clerk, gap, **changed):
    return clerk.post(f"/gaps/{gap.pk}/", typed(*CHOSEN, evidence=[paper()], **changed))


def decide(client, change, decision="confirm", note=""):
    url = f"/notice-changes/{change.pk}/decide/"
    return client.post(url, {"decision": decision, "note": note})


def section_eight(period):
    data = gather_progress(period.pk, on=TODAY)
    return data, next(one for one in measures_of(data) if one["ordinal"] == 8)


def test_from_the_form_to_the_report_of_the_period(period, gap, clerk, chief):
    page = clerk.get(f"/gaps/{gap.pk}/").content.decode()
    assert "此处缺：责任单位清单" in page
    assert "应报由" in page
    assert enter(clerk, gap).status_code == 302
    change = NoticeChange.objects.get()
    assert decide(clerk, change).status_code == 403, "who entered it does not confirm it"
    assert decide(chief, change).status_code == 302
    filings = Filing.objects.filter(period=period, measure=gap.measure).order_by("pk")
    assert [one.agency.short_name for one in filings] == list(CHOSEN)
    measure = Measure.objects.get(ordinal=8)
    assert measure.light_cause != "unconfirmed"
    said = f"责任单位在采集的文本中缺失，{TODAY}核定，依据：渝府办发〔2018〕175号 纸质归档件"
    page = re.sub("<[^>]+>", "", clerk.get(f"/measures/{measure.pk}/").content.decode())
    assert said in page
    data, row = section_eight(period)
    assert not row["agencies_mark"]
    paragraph = measure_paragraph(data, row)
    assert paragraph.endswith("第5页（2018年11月30日）。")
    assert f"{TODAY.year}年{TODAY.month}月{TODAY.day}日核定，依据：渝府办发" in paragraph


def test_it_is_undone_by_the_same_two_steps_until_the_period_closes(period, gap, clerk, chief):
    enter(clerk, gap)
    change = NoticeChange.objects.get()
    decide(chief, change)
    reason = {"ground": "抄录了另一项的名单。"}
    url = f"/notice-changes/{change.pk}/take-back/"
    assert clerk.post(url, reason).status_code == 302
    asked = NoticeChange.objects.get(kind="take_back")
    assert decide(clerk, asked).status_code == 403
    page = chief.get(f"/gaps/{gap.pk}/").content.decode()
    assert "同意撤销，确认" in page
    assert "与来源一致，确认" not in page
    assert decide(chief, asked).status_code == 302
    assert Measure.objects.get(ordinal=8).light_cause == "unconfirmed"
    assert not section_eight(period)[1].get("known")
    assert enter(clerk, gap).status_code == 302
    again = NoticeChange.objects.get(state="waiting")
    decide(chief, again)
    Filing.objects.update(due_on=TODAY - timedelta(days=1))
    close_period(period, by=make_user(Role.COORDINATOR), at=NOW)
    assert section_eight(period)[1]["known"]
    refused = clerk.post(f"/notice-changes/{again.pk}/take-back/", reason)
    assert refused.status_code == 409
    assert PERIOD_CLOSED in refused.content.decode()


def test_a_closed_period_does_not_change(period, gap, clerk, chief):
    Filing.objects.update(due_on=TODAY - timedelta(days=1))
    Filing.objects.update(due_on=TODAY - timedelta(days=9))
    close_period(period, by=make_user(Role.COORDINATOR), at=NOW - timedelta(days=1))
    before = section_eight(period)
    pages = ["/overview/", "/matrix/"]
    was = [clerk.get(url, {"period": period.pk}).content.decode().count("待核对") for url in pages]
    enter(clerk, gap)
    decide(chief, NoticeChange.objects.get())
    title = Gap.objects.get(measure__ordinal=12, kind="title")
    change = make_change(title, by=make_user(Role.COORDINATOR))
    decide(chief, change)
    assert Measure.objects.get(ordinal=12).title == change.title
    assert section_eight(period) == before
    now = [clerk.get(url, {"period": period.pk}).content.decode().count("待核对") for url in pages]
    assert now == was
    assert change.title not in clerk.get("/overview/", {"period": period.pk}).content.decode()
    snapshot = Snapshot.objects.get(measure__ordinal=12)
    assert snapshot.title_label == "落实进口税收优惠政策"


def test_a_refused_form_loses_neither_text_nor_file(period, gap, clerk):
    answer = enter(clerk, gap, source_place="")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "请填写页码或网址" in page
    assert "归档件第5页.pdf" in page
    assert KeptFile.objects.get().name == "归档件第5页.pdf"
    assert clerk.post(f"/gaps/{gap.pk}/", typed(*CHOSEN)).status_code == 302
    assert NoticeChange.objects.get().files.get().name == "归档件第5页.pdf"
    assert not KeptFile.objects.exists()


def test_a_draft_may_be_incomplete_and_can_be_continued(period, gap, clerk):
    answer = clerk.post(f"/gaps/{gap.pk}/", {"step": "save", "source_place": "第5页"})
    assert answer.status_code == 302
    assert 'value="第5页"' in clerk.get(f"/gaps/{gap.pk}/").content.decode()
    assert enter(clerk, gap).status_code == 302
    assert NoticeChange.objects.get().state == "waiting"


def test_waiting_and_returned_changes_are_to_dos(period, gap, clerk, chief):
    enter(clerk, gap)
    assert "（八）补录责任单位待确认" in chief.get("/todo/").content.decode()
    change = NoticeChange.objects.get()
    assert decide(chief, change, "return").status_code == 422
    assert decide(chief, change, "return", "少一家。").status_code == 302
    assert "（八）补录责任单位被退回" in clerk.get("/todo/").content.decode()
    assert "少一家。" in clerk.get(f"/gaps/{gap.pk}/").content.decode()
    listed = clerk.get("/gaps/", {"state": "returned"}).context["gaps"]
    assert [one.pk for one in listed] == [gap.pk]


def test_nobody_else_sees_an_unconfirmed_change(period, gap, clerk, chief):
    enter(clerk, gap)
    leader = signed_in(make_user(Role.LEADER))
    assert "第5页" not in leader.get(f"/gaps/{gap.pk}/").content.decode()
    decide(chief, NoticeChange.objects.get())
    assert "第5页" in leader.get(f"/gaps/{gap.pk}/").content.decode()


@pytest.mark.parametrize("state", ["nothing", "returned", "filled"])
def test_the_page_takes_few_queries(
    period, gap, clerk, chief, state, django_assert_max_num_queries
):
    if state != "nothing":
        enter(clerk, gap)
        change = NoticeChange.objects.get()
        decide(chief, change, "confirm" if state == "filled" else "return", "少一家。")
    clerk.get(f"/gaps/{gap.pk}/")  # the first page of a session saves it
    with django_assert_max_num_queries(14):
        assert clerk.get(f"/gaps/{gap.pk}/").status_code == 200
