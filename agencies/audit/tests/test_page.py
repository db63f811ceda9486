from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml.html import fromstring

from agencies.audit import trail
from agencies.choices import Outcome
from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user
from lib.origin import NO_REQUEST, Origin, origin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def _auditor(client) -> None:
    client.force_login(make_user(Role.AUDITOR))


def note(sentence="登录。", *, name="王五", action="user.create", at=NOW, **fields) -> Event:
    return trail.record(action, None, by=make_user(name=name), at=at, sentence=sentence, **fields)


def shown(client, **asked) -> list[str]:
    return [line.event.sentence for line in client.get("/audit/", asked).context["lines"]]


@pytest.mark.parametrize("role", [*(role for role in Role if role != Role.AUDITOR), None])
def test_it_is_the_auditors_alone(client, role):
    client.force_login(make_user(role))
    assert client.get("/audit/").status_code == 403


def test_a_refused_look_is_recorded_itself(client):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    client.get("/audit/")
    event = Event.objects.latest("id")
    assert (event.action, event.outcome) == ("refused agencies:audit", Outcome.REFUSED)
    client.force_login(make_user(Role.AUDITOR))
    assert "（审计）" in client.get("/audit/").content.decode()  # where it was refused


UNREADABLE = [
    # what is asked for, what the page says
    ({"number": "5"}, "请选择这个编号是什么对象的。"),
    ({"first": "2026-13-01"}, "格式填写日期"),
    ({"person": "长" * 41}, "最多40字"),
    ({"action": "no.such"}, "没有“no.such”这个选项"),
]


@pytest.mark.usefixtures("_auditor")
@pytest.mark.parametrize(("asked", "words"), UNREADABLE)
def test_a_filter_that_cannot_be_read_exports_nothing_and_says_why(client, asked, words):
    note()
    response = client.get("/audit/export/", asked, follow=True)
    assert words in response.content.decode()
    assert not Event.objects.filter(action="audit.export").exists()


@pytest.mark.usefixtures("_auditor")
def test_days_out_of_order_are_said_to_be(client):
    page = client.get("/audit/", {"first": "2026-11-23", "last": "2026-11-20"}).content.decode()
    assert "“至”早于“自”，请核对日期。" in page


@pytest.mark.usefixtures("_auditor")
def test_days_out_of_order_find_nothing_and_export_nothing(client):
    note(at=NOW - timedelta(days=400))
    asked = {"first": "2020-11-23", "last": "2020-11-20"}
    assert shown(client, **asked) == []
    response = client.get("/audit/export/", asked, follow=True)
    assert "“至”早于“自”，请核对日期。" in response.content.decode()
    assert not Event.objects.filter(action="audit.export").exists()


@pytest.mark.usefixtures("_auditor")
def test_what_was_written_later_of_an_earlier_day_stands_in_its_place(client):
    note("今天。")
    note("昨天。", at=NOW - timedelta(days=1))
    note("也是今天。")
    assert shown(client) == ["也是今天。", "今天。", "昨天。"]
    first = Event.objects.get(sentence="今天。")
    assert shown(client, before=first.pk) == ["昨天。"]


@pytest.mark.usefixtures("_auditor")
def test_a_person_is_found_by_username_too(client):
    by = make_user(username="customs_a")
    trail.record("user.create", None, by=by, at=NOW, sentence="一。")
    note("二。")
    assert shown(client, person="CUSTOMS") == ["一。"]


@pytest.mark.usefixtures("_auditor")
def test_the_exported_file_leaves_out_what_stayed(client):
    before, by = {"name": "王五", "username": "old"}, make_user()
    after = before | {"username": "new"}
    trail.record("user.create", by, by=by, at=NOW, sentence="改。", before=before, after=after)
    text = b"".join(client.get("/audit/export/").streaming_content).decode()
    assert "old → new" in text
    assert "王五 → 王五" not in text


@pytest.mark.usefixtures("_auditor")
class TestTrail:
    def test_newest_first_and_looking_leaves_no_trace(self, client):
        note("一。")
        note("二。")
        assert shown(client) == ["二。", "一。"]
        assert Event.objects.count() == 2

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ({"person": "王"}, ["三。", "一。"]),
            ({"action": "user.unlock"}, ["二。"]),
            ({"action": "refused"}, ["三。"]),
            ({"outcome": "refused"}, ["三。"]),
            ({"person": "王", "outcome": "done"}, ["一。"]),
            ({"first": "2026-11-23"}, ["三。", "二。"]),
            ({"last": "2026-11-22"}, ["一。"]),
            ({"first": "2026-11-22", "last": "2026-11-22"}, ["一。"]),
            ({"first": "昨天"}, ["三。", "二。", "一。"]),
            ({"before": "x"}, ["三。", "二。", "一。"]),
            ({"person": "钱"}, []),
            ({"source": "inside"}, ["二。", "一。"]),
            ({"source": "outside"}, ["三。"]),
            ({"source": "x"}, ["三。", "二。", "一。"]),
            ({"agency": "x"}, ["三。", "二。", "一。"]),
            ({"target": "x"}, ["三。", "二。", "一。"]),
            ({"number": "7"}, ["三。", "二。", "一。"]),
        ],
    )
    def test_the_address_narrows_it(self, client, asked, expected):
        note("一。", at=NOW - timedelta(days=1))
        note("二。", name="赵六", action="user.unlock")
        token = origin.set(Origin("10.1.2.3", "a-request"))
        note("三。", action="refused agencies:audit", outcome=Outcome.REFUSED)
        origin.reset(token)
        assert shown(client, **asked) == expected

    @pytest.mark.parametrize(
        ("place", "source"),
        [
            (NO_REQUEST, "后台任务或命令"),
            (Origin("10.1.2.3", "a-request"), "10.1.2.3"),
            (Origin(None, "a-request"), "未知"),
        ],
    )
    def test_each_row_says_where_it_came_from(self, client, place, source):
        token = origin.set(place)
        note("一。")
        origin.reset(token)
        row = fromstring(client.get("/audit/").content.decode()).xpath("//tbody/tr")[0]
        assert row.xpath("td[@data-label='来源']")[0].text_content().strip() == source
        text = b"".join(client.get("/audit/export/").streaming_content).decode()
        assert f",{source}," in text

    def test_each_row_opens_to_before_and_after(self, client):
        person = make_user(name="王五")
        trail.record(
            "user.set_active",
            person,
            by=None,
            at=NOW,
            sentence="停用了账号“wangwu”。",
            before={"is_active": True},
            after={"is_active": False},
        )
        page = client.get("/audit/").content.decode()
        assert "<dt>启用</dt>" in page
        assert "是 → 否" in page
        assert "启用或停用账号" in page

    def test_what_was_typed_cannot_become_markup(self, client):
        note("<script>alert(1)</script>")
        page = client.get("/audit/").content.decode()
        assert "&lt;script&gt;alert(1)" in page

    def test_fifteen_on_a_page_and_the_next_keeps_the_filter(self, client):
        for number in range(16):
            note(f"第{number}条。")
        response = client.get("/audit/?person=王")
        assert len(response.context["lines"]) == 15
        before = response.context["next_before"]
        assert f"?person=%E7%8E%8B&amp;before={before}" in response.content.decode()
        assert shown(client, person="王", before=before) == ["第0条。"]

    def test_an_older_page_is_no_filter(self, client):
        assert not client.get("/audit/?before=9").context["asked"]
        assert client.get("/audit/?person=王&before=9").context["asked"] == ["人员：王"]

    def test_fifteen_exactly_have_no_next_page(self, client):
        for _ in range(15):
            note()
        assert client.get("/audit/").context["next_before"] is None

    def test_an_empty_list_says_so(self, client):
        assert "没有符合条件的记录" in client.get("/audit/?person=钱").content.decode()

    def test_cost_does_not_grow(self, client):
        note()
        client.get("/audit/")  # the first page of a session also saves the session
        with CaptureQueriesContext(connection) as few:
            client.get("/audit/")
        for _ in range(19):
            note()
        with CaptureQueriesContext(connection) as many:
            client.get("/audit/")
        assert len(many) == len(few)

    def test_nothing_can_be_sent(self, client):
        assert client.post("/audit/").status_code == 405
