"""修订 on the pages: entered, confirmed by a second person, old text beside new, notified."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import Agency
from agencies.permissions import Role
from measures.models import KeptFile, Measure, NoticeChange, Section
from measures.notice_changes import revision_views
from measures.notice_changes.revising import current_roles
from measures.tests.factories import TODAY, make_filing, make_period, make_user
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen", "real_notice")]


@pytest.fixture
def measure(real_notice):
    return Measure.objects.get(ordinal=6)


@pytest.fixture
def clerk(measure):
    return signed_in(make_user(Role.COORDINATOR))


@pytest.fixture
def chief(measure):
    return signed_in(make_user(Role.CHIEF))


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def typed(measure=None, **changed):
    ids = [str(pk) for pk in current_roles(measure)] if measure else []
    return {
        "source_document": "渝府办发〔2026〕9号",
        "source_place": "第2页",
        "source_on": f"{TODAY}",
        "holds_from": f"{TODAY}",
        "title": measure.title if measure else "新增的事项",
        "text": "\n".join(measure.text) if measure else "一段。",
        "agencies": ids,
        "agency_order": ",".join(ids),
        "lead_basis": "first_named",
        "evidence": [SimpleUploadedFile("公报.pdf", b"%PDF-1.7\n%%EOF\n")],
        **changed,
    }


def decide(client, change):
    return client.post(f"/notice-changes/{change.pk}/decide/", {"decision": "confirm"})


def test_from_the_form_to_the_measure_with_both_wordings(measure, clerk, chief):
    url = f"/measures/{measure.pk}/revise/"
    assert measure.title in clerk.get(url).content.decode()
    old = measure.title
    answer = clerk.post(url, typed(measure, title=f"{old}和服务"))
    change = NoticeChange.objects.get()
    assert answer.url == f"/notice-changes/{change.pk}/"
    assert "<ins>和服务</ins>" in chief.get(answer.url).content.decode()
    assert "（六）修订待确认" in chief.get("/todo/").content.decode()
    assert decide(clerk, change).status_code == 403
    assert decide(chief, change).status_code == 302
    page = clerk.get(answer.url).content.decode()
    assert "<ins>和服务</ins>" in page
    assert f"<b>{old}</b>" in page
    page = re.sub("<[^>]+>", "", clerk.get(f"/measures/{measure.pk}/").content.decode())
    assert f"{old}和服务" in page
    assert f"自{TODAY}起，据渝府办发〔2026〕9号，第2页（{TODAY}）修订" in page
    listed = clerk.get("/revisions/").context["changes"]
    assert [one.pk for one in listed] == [change.pk]


def official_of(client, measure):
    page = parse(client.get(f"/measures/{measure.pk}/folds/official/").content.decode())
    words = ["".join(one.text_content().split()) for one in page.find_class("official")]
    return [one.text_content().strip() for one in page.iter("h3")], words


def test_original_text_and_later_changes_are_shown_separately(measure, clerk, chief):
    old, names = "".join(measure.text), "（市商务委、重庆海关负责）"
    assert official_of(clerk, measure) == ([], [old + names])
    for number, text in enumerate(("首次修订。", "再次修订。")):
        clerk.post(f"/measures/{measure.pk}/revise/", typed(measure, text=text))
        decide(chief, NoticeChange.objects.first())
        measure.refresh_from_db()
        assert official_of(clerk, measure)[1][0].startswith(old + names), number
    added = str(Agency.objects.get(short_name="市财政局").pk)
    ids = [*map(str, current_roles(measure)), added]
    said = typed(measure, agencies=ids, agency_order=",".join(ids))
    clerk.post(f"/measures/{measure.pk}/revise/", said)
    decide(chief, NoticeChange.objects.first())
    heads, (original, current) = official_of(clerk, measure)
    assert heads == ["原文", "现行内容"]
    assert original == old + names
    assert current.startswith("再次修订。（市商务委、重庆海关、市财政局负责）")


def test_a_measure_that_was_added_names_its_own_document(clerk, chief):
    section = Section.objects.get(ordinal=2)
    ids = [str(Agency.objects.get(short_name="市财政局").pk)]
    clerk.post(f"/sections/{section.pk}/add-measure/", typed(agencies=ids, agency_order=ids[0]))
    decide(chief, NoticeChange.objects.get())
    added = Measure.objects.get(ordinal=18)
    page = parse(clerk.get(f"/measures/{added.pk}/").content.decode())
    fold = page.get_element_by_id("official").getparent()
    assert fold.find_class("fold-when")[0].text_content() == "渝府办发〔2026〕9号"


def test_a_refused_form_keeps_text_and_file(measure, clerk):
    url = f"/measures/{measure.pk}/revise/"
    answer = clerk.post(url, typed(measure))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "都没有变化" in page
    assert "公报.pdf" in page
    assert KeptFile.objects.get().place == f"revise-measure:{measure.pk}"
    again = typed(measure, title="新标题")
    del again["evidence"]
    assert clerk.post(url, again).status_code == 302
    assert NoticeChange.objects.get().files.get().name == "公报.pdf"
    assert clerk.get(url).status_code == 302, "what waits is shown, not entered again"


def test_numbers_that_no_agency_has_do_not_count_in_the_order(clerk):
    section = Section.objects.get(ordinal=2)
    ids = [str(Agency.objects.get(short_name="市财政局").pk)]
    said = typed(agencies=ids, agency_order=f"{'9' * 5000},²,{ids[0]}")
    assert clerk.post(f"/sections/{section.pk}/add-measure/", said).status_code == 302


def test_a_measure_is_added_to_a_section(clerk, chief):
    section = Section.objects.get(ordinal=2)
    ids = [str(Agency.objects.get(short_name="市财政局").pk)]
    said = typed(agencies=ids, agency_order=ids[0])
    answer = clerk.post(f"/sections/{section.pk}/add-measure/", said)
    change = NoticeChange.objects.get()
    assert chief.get(answer.url).status_code == 200
    decide(chief, change)
    added = Measure.objects.get(ordinal=18)
    assert clerk.get(f"/measures/{added.pk}/").status_code == 200
    assert "（十八）" in clerk.get("/overview/").content.decode()


def test_an_ending_can_be_undone(measure, clerk, chief):
    clerk.post(f"/measures/{measure.pk}/revise/", typed(measure, ends="on"))
    change = NoticeChange.objects.get()
    decide(chief, change)
    assert Measure.objects.get(pk=measure.pk).stage == "ended"
    page = parse(clerk.get(f"/measures/{measure.pk}/?whole=1").content.decode()).text_content()
    assert "已终止，不再评定" in page
    assert "缺失了这项措施的责任单位名单" not in page
    assert "已中止" not in page
    assert "恢复终止前的进度" in clerk.get(f"/measures/{measure.pk}/revise/").content.decode()
    assert clerk.get(f"/measures/{measure.pk}/status/").status_code == 409
    answer = clerk.post(f"/notice-changes/{change.pk}/take-back/", {"ground": "未印发。"})
    asked = NoticeChange.objects.get(kind="take_back")
    assert answer.url == f"/notice-changes/{asked.pk}/"
    assert decide(chief, asked).status_code == 302
    assert Measure.objects.get(pk=measure.pk).stage != "ended"
    assert clerk.get(answer.url).status_code == 200


def test_filings_of_an_ended_measure_are_kept_and_counted(measure, clerk, chief):
    period = make_period()
    customs = Agency.objects.get(short_name="重庆海关")
    make_filing(measure=measure, agency=customs, period=period, state="accepted")
    clerk.post(f"/measures/{measure.pk}/revise/", typed(measure, ends="on"))
    decide(chief, NoticeChange.objects.get())
    page = parse(clerk.get(f"/measures/{measure.pk}/").content.decode()).text_content()
    assert "应报1＝已通过1" in page
    assert "不再承担责任的单位，本期已布置的填报仍计入应报：重庆海关" in page


@pytest.mark.parametrize("url", ["/revisions/", "/measures/{}/revise/"])
def test_pages_take_few_queries(measure, clerk, url, django_assert_max_num_queries):
    url = url.format(measure.pk)
    clerk.get(url)
    with django_assert_max_num_queries(14):
        assert clerk.get(url).status_code == 200


def test_many_measures_to_revise_are_paged(clerk, monkeypatch):
    whole = list(clerk.get("/revisions/").context["measures"])
    monkeypatch.setattr(revision_views, "PER_PAGE", 5)
    count = -(-len(whole) // 5)
    pages = [list(clerk.get(f"/revisions/?page={n + 1}").context["measures"]) for n in range(count)]
    assert count > 1
    assert sum(pages, []) == whole
