"""Filters of the list, its folds, and the content of the export."""

import csv
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qsl

import pytest
from django.db import connection

from agencies.audit import trail, views
from agencies.audit.seals import seal_events
from agencies.choices import Outcome
from agencies.models import AgencyName, Event, Seal
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_agency, make_user
from measures.tests.factories import make_filing, make_measure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture(autouse=True)
def _auditor(client) -> None:
    client.force_login(make_user(Role.AUDITOR, name="审计员"))


def note(sentence, target=None, *, by=None, action="user.create", **fields) -> Event:
    return trail.record(action, target, by=by, at=NOW, sentence=sentence, **fields)


def shown(client, **asked) -> list[str]:
    return [line.sentence for line in client.get("/audit/", asked).context["lines"]]


def exported(client, **asked) -> list[list[str]]:
    answer = client.get("/audit/export/", asked)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def test_by_agency_what_its_people_did_and_what_was_done_about_it(client):
    customs, other = make_agency(name="重庆海关"), make_agency(name="海关")
    filing = make_filing(measure=make_measure(lead=customs))
    note("一。", by=make_user(Role.LIAISON, customs))
    note("二。", by=make_user(Role.LIAISON, other))
    note("三。", filing, by=make_user(Role.COORDINATOR), action="filing.save")
    assert shown(client, agency=customs.pk) == ["三。", "一。"]
    assert shown(client, agency=other.pk) == ["二。"]


def test_by_agency_under_the_name_it_bore_that_day(client):
    agency = make_agency(name="市商贸委")
    note("一。", by=make_user(Role.LIAISON, agency))
    AgencyName.objects.filter(agency=agency).update(valid_to=NOW.date() - timedelta(days=1))
    AgencyName.objects.create(agency=agency, short_name="市新委", valid_from=NOW.date())
    agency.short_name = "市新委"
    agency.save()
    assert shown(client, agency=agency.pk) == ["一。"]


def test_by_measure_with_its_filings_and_by_one_thing(client):
    measure, other = make_measure(), make_measure()
    filing = make_filing(measure=measure)
    note("一。", measure, action="measure.status")
    note("二。", filing, action="filing.save")
    note("三。", other, action="measure.status")
    assert shown(client, measure=measure.pk) == ["二。", "一。"]
    one = {"target": "measures.filing", "number": filing.pk}
    assert shown(client, **one) == ["二。"]
    assert shown(client, target="measures.measure") == ["三。", "一。"]
    assert client.get("/audit/", one).context["asked"] == [
        "对象：填报任务",
        f"对象编号：{filing.pk}",
    ]
    page = client.get("/audit/", {"number": filing.pk}).content.decode()
    assert "请选择这个编号是什么对象的。" in page
    assert f'href="/audit/object/measures.filing/{filing.pk}/"' in page


class TestObject:
    def test_its_whole_history_stands_on_one_page(self, client):
        person = make_user(name="王五")
        note("登录。", person, action="user.sign_in")
        note("新建。", person)
        note("别的。", make_user())
        answer = client.get(f"/audit/object/agencies.user/{person.pk}/")
        assert [line.sentence for line in answer.context["lines"]] == ["新建。", "登录。"]
        assert f"<h1>人员，编号{person.pk}</h1>" in answer.content.decode()
        rows = exported(client, **dict(parse_qsl(answer.context["export"])))
        assert [row[5] for row in rows[1:]] == ["新建。", "登录。"]

    def test_older_ones_are_on_the_next_page(self, client):
        person = make_user()
        for number in range(16):
            note(f"{number}。", person)
        page = f"/audit/object/agencies.user/{person.pk}/"
        before = client.get(page).context["next_before"]
        answer = client.get(page, {"before": before})
        assert [line.sentence for line in answer.context["lines"]] == ["0。"]

    @pytest.mark.parametrize("thing", ["agencies.user/0", "gone.model/1", f"gone.model/{10**30}"])
    def test_what_has_no_history_is_not_found(self, client, thing):
        assert client.get(f"/audit/object/{thing}/").status_code == 404


def test_plain_sign_ins_are_folded_and_refused_ones_are_not(client):
    note("登录。", action="user.sign_in")
    note("密码错误。", action="user.sign_in", outcome=Outcome.REFUSED)
    assert shown(client) == ["密码错误。"]
    assert "正常的登录、退出已收起" in client.get("/audit/").content.decode()
    assert shown(client, sign_ins="on") == ["密码错误。", "登录。"]
    assert "收起正常的登录、退出" in client.get("/audit/?sign_ins=on").content.decode()
    assert shown(client, action="user.sign_in") == ["密码错误。", "登录。"]


@pytest.mark.parametrize("stored", ["已同意。。", "已同意。", "已同意"])
def test_a_sentence_ends_once(client, stored):
    note(stored)
    assert shown(client) == ["已同意。"]


def test_one_refusal_is_one_row(client):
    admin = make_user(Role.SECURITY_ADMIN)
    client.force_login(admin)
    client.post(f"/accounts/{admin.pk}/unlock/")
    member = admin.memberships.get()
    client.post(f"/accounts/{admin.pk}/memberships/{member.pk}/end/")
    assert Event.objects.filter(outcome=Outcome.REFUSED).count() == 1


class TestExport:
    def test_it_has_the_rows_of_the_list_in_words(self, client):
        person = make_user(Role.COORDINATOR, name="王五")
        note("退回甲：内部的话。", by=person, action="filing.return")
        note("二。", by=make_user(name="赵六"))
        head, row = exported(client, person="王五")
        assert head[:4] == ["编号", "时间", "人员", "单位与角色"]
        assert row[1:6] == ["2026-11-23 10:00:00", "王五", "市商务委 统筹岗", "退回", "退回甲。"]

    def test_it_is_an_event_that_names_what_was_asked(self, client):
        exported(client, person="王五", outcome="done")
        event = Event.objects.get(action="audit.export")
        assert event.actor_name == "审计员"
        assert event.sentence == "导出审计记录（人员：王五，结果：成功）。"

    def test_each_row_names_its_seal_and_the_seals_stand_at_the_end(self, client):
        note("一。")
        note("二。", action="user.unlock")
        seal_events(at=NOW, most=1)
        note("三。")
        rows = exported(client, action="user.create")
        assert [row[-2] for row in rows[:3]] == ["封存编号", "", "1"]
        seal = Seal.objects.get(number=1)
        assert rows[3] == []
        assert rows[4][0] == "封存编号"
        last = str(seal.last_id)
        assert rows[5:] == [
            ["1", "2026-11-23 10:00:00", last, last, "1", seal.how.label, "", seal.digest]
        ]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@"])
    def test_no_cell_is_a_formula(self, client, start):
        note(f"{start}1+1")
        assert exported(client, action="user.create")[1][5] == f"'{start}1+1。"

    def test_it_is_bounded_and_says_so(self, client, monkeypatch):
        monkeypatch.setattr(views, "EXPORT_MOST", 3)
        monkeypatch.setattr(views, "BATCH", 2)
        for number in range(4):
            note(f"{number}。")
        rows = exported(client, action="user.create")
        assert [row[5] for row in rows[1:4]] == ["3。", "2。", "1。"]
        assert "请缩小日期范围" in rows[4][0]
        assert len(rows) == 5

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
    def test_nobody_else_takes_it(self, client, role):
        client.force_login(make_user(role))
        assert client.get("/audit/export/").status_code == 403


def test_a_kind_that_hardly_ever_occurs_is_looked_up_and_not_read_for():
    """With ten million events a sequential scan would take seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # it would be cheapest without rows
    assert "event_by_action" in Event.objects.matching(action="filing.write_off").explain()
