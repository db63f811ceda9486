"""The middleware around every request."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse

from agencies.models import Event, User
from agencies.permissions import Role
from agencies.tests.factories import join
from measures.tests.factories import NOW, make_agency, make_filing, make_measure, make_user
from policy_tracker.middleware import _warn_of_no_address
from policy_tracker.navigation import entries_for

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def agency():
    return make_agency()


@pytest.fixture
def liaison(client, agency):
    user = make_user(Role.LIAISON, agency)
    with time_machine.travel(NOW, tick=False):
        client.force_login(user)
        client.get("/filings/")
    return user


def status_after(client, **later):
    with time_machine.travel(NOW + timedelta(**later), tick=False):
        return client.get("/filings/").status_code


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (30, 200), (31, 302)])
def test_a_session_ends_after_thirty_idle_minutes(client, liaison, minutes, status):
    assert status_after(client, minutes=minutes) == status


@pytest.mark.parametrize(("minutes", "status"), [(-30, 200), (-31, 302)])
def test_nor_does_a_clock_that_was_set_back_keep_it_open(client, liaison, minutes, status):
    assert status_after(client, minutes=0) == 200
    assert status_after(client, minutes=minutes) == status
    if status == 200:  # and its idle minutes start again
        assert status_after(client, minutes=1) == 302


def test_a_session_ends_after_ten_hours_however_busy(client, liaison):
    for quarter_hours in range(1, 41):
        assert status_after(client, minutes=15 * quarter_hours) == 200
    assert status_after(client, minutes=601) == 302


def test_a_form_whose_session_ended_keeps_its_text(client, liaison, agency):
    filing = make_filing(measure=make_measure(lead=agency))
    sent = {f"f{filing.pk}-progress": "写了一个小时的话。", f"f{filing.pk}-revision": 0}
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        response = client.post(reverse("measures:filing_save", args=[filing.pk]), sent)
    page = response.content.decode()
    assert response.status_code == 403
    assert "写了一个小时的话。" in page
    assert "进展情况" in page
    assert not filing.notes.exists()


@pytest.mark.parametrize(("holds_another", "status"), [(False, 403), (True, 404)])
def test_a_person_who_lost_a_post_while_writing_keeps_the_text(
    client, liaison, agency, holds_another, status
):
    filing = make_filing(measure=make_measure(lead=agency))
    liaison.memberships.update(valid_from=NOW - 2 * DAY, valid_to=NOW - DAY)
    if holds_another:
        join(liaison, Role.LIAISON, make_agency())
    with time_machine.travel(NOW, tick=False):
        sent = {f"f{filing.pk}-progress": "写了一个小时的话。"}
        answer = client.post(f"/filings/{filing.pk}/save/", sent)
    assert answer.status_code == status
    assert "写了一个小时的话。" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (InterfaceError, 503), (IntegrityError, 500)]
)
def test_without_the_database_a_page_says_so_and_gives_the_text_back(
    client, liaison, error, status
):
    def away(*_):
        raise error

    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = client.post("/filings/1/save/", {"f1-progress": "写了一个小时的话。"})
    assert answer.status_code == status
    assert ("写了一个小时的话。" in answer.text) == (status == 503)


def test_a_database_that_goes_while_the_session_is_stored_is_no_bad_request(client, liaison):
    """The session stores each minute when its person was active."""

    def away(execute, sql, *rest):
        if sql.startswith("UPDATE") and "usersession" in sql:
            raise OperationalError
        return execute(sql, *rest)

    assert status_after(client, minutes=0) == 200
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        assert status_after(client, minutes=2) == 503


def test_a_stale_token_gives_the_text_back_and_no_secret(agency):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.LIAISON, agency))
    sent = {"f1-progress": "没有丢的话。", "password": "Geheim-2026", "csrfmiddlewaretoken": "x"}
    response = client.post("/filings/1/save/", sent)
    page = response.content.decode()
    assert response.status_code == 403
    assert "没有丢的话。" in page
    assert "Geheim-2026" not in page


def test_a_one_time_password_opens_nothing_but_the_form_for_a_new_one(client):
    client.force_login(make_user(Role.LEADER, must_change_password=True))
    response = client.get("/overview/")
    assert (response.status_code, response.url) == (302, "/password/")
    assert client.get("/password/").status_code == 200


def test_pages_of_signed_in_people_are_never_stored(client, liaison):
    with time_machine.travel(NOW, tick=False):
        assert client.get("/filings/")["Cache-Control"] == "no-store"


def test_every_answer_forbids_foreign_and_inline_scripts(client):
    policy = client.get("/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_refusal_is_recorded_with_person_address_and_page(client):
    user = make_user(Role.LEADER)
    client.force_login(user)
    client.post("/periods/1/open/", REMOTE_ADDR="10.1.2.3")
    event = Event.objects.get(outcome="refused")
    assert (event.actor, event.address) == (user, "10.1.2.3")
    assert event.after == {"method": "POST", "path": "/periods/1/open/"}
    assert event.request_id


def test_the_forms_of_a_page_share_one_token(client):
    client.force_login(make_user(Role.LEADER))
    page = client.get("/password/").content.decode()
    tokens = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert len(tokens) > 1
    assert len(set(tokens)) == 1


def test_an_address_is_not_compared_with_all_patterns_of_another_app():
    with pytest.raises(Resolver404) as unknown:
        resolve("/nothing/")
    assert len(unknown.value.args[0]["tried"]) < 25


@pytest.mark.parametrize("path", ["/nothing/", "/measures/1/nothing/", "/reports/1/nothing/"])
def test_an_unknown_address_is_404_in_the_product_s_look(client, path):
    client.force_login(make_user(Role.LEADER))
    response = client.get(path)
    assert response.status_code == 404
    assert "扩大进口工作跟踪平台" in response.content.decode()


def test_an_anonymous_request_takes_at_most_one_query(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        assert client.get("/login/").status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get("/overview/").status_code == 302


def test_people_without_a_role_land_on_their_inbox(client):
    client.force_login(make_user())
    assert client.get("/").url == "/inbox/"


PLACES = [
    # role, path, current group, current page
    (Role.COORDINATOR, "/periods/3/", "填报期", "填报期"),
    (Role.COORDINATOR, "/calendar/", "填报期", "工作日历"),
    (Role.COORDINATOR, "/gaps/", "填报期", "原文核对"),
    (Role.COORDINATOR, "/status/", "总览", "措施与单位"),
    (Role.COORDINATOR, "/compare/", "总览", "指标与趋势"),
    (Role.COORDINATOR, "/reviews/decided/", "审核", "审核"),
    (Role.COORDINATOR, "/measures/3/", "总览", "总览"),
    (Role.LEADER, "/overview/", "总览", None),
    (Role.LEADER, "/measures/3/", "总览", None),
    (Role.LEADER, "/matrix/", "措施与单位", "措施与单位"),
    (Role.LEADER, "/agencies/3/", "措施与单位", "措施与单位"),
    (Role.LEADER, "/status/", "措施与单位", "措施与单位"),
    (Role.LEADER, "/dates/", "措施与单位", "节点与期限"),
    (Role.LEADER, "/trends/", "指标与趋势", None),
    (Role.LEADER, "/instructions/3/", "等您定的事", "批示"),
    (Role.LEADER, "/coordination/decisions/", "等您定的事", "等您定的事"),
    (Role.LEADER, "/gaps/", None, None),
    (Role.LIAISON, "/filings/3/", "本期应报", "本期应报"),
    (Role.LIAISON, "/inbox/", None, None),
]


@pytest.mark.parametrize(("role", "path", "group", "page"), PLACES)
def test_the_frame_marks_the_current_page(role, path, group, page):
    entries = entries_for(make_user(role), path)
    current = [entry for entry in entries if entry.current]
    assert [entry.label for entry in current] == ([group] if group else [])
    here = [p.label for entry in current for p in entry.pages if p.current]
    assert here == ([page] if page else [])


def test_a_leader_s_menu_has_six_entries_and_no_clerical_work():
    labels = [entry.label for entry in entries_for(make_user(Role.LEADER), "/overview/")]
    assert labels == ["今日待办", "总览", "措施与单位", "指标与趋势", "等您定的事", "报告"]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF, Role.LIAISON, Role.AGENCY_HEAD])
def test_for_others_the_pages_to_read_are_one_group_with_the_same_names(role):
    to_do, reading, *_ = entries_for(make_user(role, make_agency()), "/overview/")
    assert to_do.label == "今日待办"
    labels = [page.label for page in reading.pages]
    decides = ["等您定的事"] if role == Role.CHIEF else []
    shown = ["总览", "措施与单位", "节点与期限", "指标与趋势", "批示", "需协调事项", *decides]
    assert labels == shown


@pytest.mark.parametrize(
    ("role", "landing"),
    [
        (Role.COORDINATOR, "/todo/"),
        (Role.CHIEF, "/todo/"),
        (Role.LIAISON, "/filings/"),
        (Role.AGENCY_HEAD, "/filings/"),
        (Role.LEADER, "/overview/"),
        (Role.SYSTEM_ADMIN, "/accounts/"),
        (Role.SECURITY_ADMIN, "/accounts/"),
        (Role.AUDITOR, "/audit/"),
    ],
)
def test_everybody_lands_on_their_work_with_at_most_six_entries(client, role, landing):
    client.force_login(make_user(role))
    assert client.get("/").url == landing
    page = client.get(landing)
    assert page.status_code == 200
    assert 1 <= len(page.context["frame"].entries) <= 6
    assert User.objects.count() == 1


def test_a_body_of_200_mb_is_refused_by_its_length_and_never_read(client):
    class Unread(BytesIO):
        def read(self, *_):
            raise AssertionError("the body was read")

    address = reverse("measures:filing_save", args=[1])
    request = RequestFactory().post(address, b"", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(200 * 1024 * 1024)
    request.META["wsgi.input"] = request._stream = Unread()
    client.handler.load_middleware()
    response = client.handler.get_response(request)
    assert response.status_code == 413
    assert "合计超过64MB，没有接收，也没有保存" in response.content.decode()


@pytest.mark.parametrize(("length", "answer"), [("1024", 404), ("x", 413), ("67108865", 413)])
def test_only_a_length_within_the_limit_is_accepted(db, client, length, answer):
    response = client.generic("POST", "/nowhere/", b"a=1", CONTENT_LENGTH=length)
    assert response.status_code == answer


@pytest.mark.parametrize(
    "address", ["/%00", "/todo/%00", "/help/%00/", "/audit/object/%00/1/", "/api/filings/%00/"]
)
@pytest.mark.parametrize("role", [None, Role.LIAISON], ids=["nobody", "liaison"])
def test_no_address_has_a_nul_which_no_table_stores(client, role, address):
    if role:
        client.force_login(make_user(role, make_agency()))
    answer = client.get(address)
    assert answer.status_code == 400
    assert "请求的地址、方式或Cookie里有不能用的字符" in answer.content.decode()


@pytest.mark.parametrize("address", ["/login/", "/todo/", "/nothing/"])
@pytest.mark.parametrize(
    ("method", "cookie"),
    [("GET", 'sessionid="a\\000bcdefgh"'), ("GET", 'csrftoken="\\000"'), ("X" * 11, "")],
    ids=["session", "token", "method"],
)
def test_nor_has_a_cookie_and_a_method_is_a_short_word(method, cookie, address):
    answer = Client(enforce_csrf_checks=True).generic(method, address, HTTP_COOKIE=cookie)
    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["rot13", "unicode_escape", "gbk", "undefined"])
def test_only_utf_8_is_read(client, charset):
    form = f"application/x-www-form-urlencoded; charset={charset}"
    response = client.generic("POST", "/login/", b"username=a", content_type=form)
    assert response.status_code == 400


def test_a_button_s_address_opened_as_a_page_says_what_to_do(client, liaison):
    with time_machine.travel(NOW, tick=False):
        response = client.get("/filings/submit/")
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "回到原来的页面再按一次" in response.content.decode()


@pytest.mark.parametrize("path", ["/measures/1/", "/indicators/1/", "/values/1/withdraw/"])
def test_pages_of_a_measure_belong_to_the_menu_entry_of_the_overview(path):
    entries = entries_for(make_user(Role.LIAISON), path)
    assert [entry.label for entry in entries if entry.current] == ["总览"]


@pytest.mark.parametrize(
    ("role", "label"), [(Role.LIAISON, "Excel填报"), (Role.COORDINATOR, "工作台账")]
)
def test_the_result_of_a_sheet_belongs_to_the_menu_entry_of_its_list(role, label):
    entries = entries_for(make_user(role), "/sheets/1/")
    pages = next(entry.pages for entry in entries if entry.current)
    assert [page.label for page in pages if page.current] == [label]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("1.2.3.4:5678", "1.2.3.4"),
        ("9.9.9.9, 1.2.3.4:5678", "1.2.3.4"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("unknown", None),
        ("", None),
        ("x" * 300, None),
    ],
)
def test_a_forwarded_address_is_read_without_its_port_or_ignored(
    client, settings, forwarded, address
):
    settings.TRUST_FORWARDED_FOR = True
    data = {"username": "nobody", "password": "x"}
    assert client.post("/login/", data, HTTP_X_FORWARDED_FOR=forwarded).status_code == 422
    assert Event.objects.get().address == address


def test_a_request_without_an_address_is_logged_once(client, caplog):
    _warn_of_no_address.cache_clear()
    for _ in range(2):
        assert client.get("/login/", REMOTE_ADDR="").status_code == 200
    assert caplog.text.count("TRUST_FORWARDED_FOR=1") == 1
