"""红线: each prohibition of 国办函〔2026〕12号 on the page has a test in this file."""

import ast
import re
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey

from agencies.choices import MailChoice
from agencies.models import Message, User
from agencies.outbound.delivery import deliver_due
from agencies.outbound.digests import send_digests
from agencies.outbound.tests.factories import KIND, make_reader
from agencies.permissions import Role
from agencies.tests.factories import NOW as MONDAY
from agencies.tests.factories import make_message
from measures.chasing.actions import chase_by_hand
from measures.chasing.job import chase
from measures.choices import FilingState, MeasureMessage, Rung
from measures.filings.submission import submit_note
from measures.models import Evidence, Filing, Urge
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    join,
    make_agency,
    make_filing,
    make_measure,
    make_period,
    make_user,
)
from policy_tracker.celery import app
from policy_tracker.tests.test_structure import modules, named_views
from reports.burden.red_lines import RED_LINES

# The page itself names what is forbidden.
SAYS_SO = ("reports.burden.red_lines",)
_COMMENT = re.compile(r"{% comment .*?{% endcomment %}|{#.*?#}", re.DOTALL)


def test_each_line_of_the_page_has_its_test_here():
    assert all(callable(globals().get(line.test)) for line in RED_LINES)
    assert len({line.test for line in RED_LINES}) == len(RED_LINES)


@pytest.mark.django_db
def test_the_page_shows_each_line(client):
    client.force_login(make_user(Role.CHIEF))
    page = client.get("/burden/red-lines/").content.decode()
    assert all(line.prohibition in page and line.kept in page for line in RED_LINES)


@cache
def nodes() -> dict[str, list[ast.AST]]:
    """Return all parts of every module, for several tests: walking through takes a second."""
    return {name: list(ast.walk(tree)) for name, tree in modules().items()}


@cache
def shown_words() -> dict[str, str]:
    """Return the texts that people may read, by file: templates, scripts, Python literals."""
    found = {}
    for pattern in ("templates/**/*.html", "static/js/*.js"):
        for path in settings.BASE_DIR.glob(pattern):
            text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
            found[str(path.relative_to(settings.BASE_DIR))] = text
    for name, parts in nodes().items():
        if name not in SAYS_SO:
            literals = (n.value for n in parts if isinstance(n, ast.Constant))
            found[name] = "\n".join(one for one in literals if isinstance(one, str))
    return found


def said_in(words: str) -> set[str]:
    return {place for place, text in shown_words().items() if re.search(words, text)}


def columns() -> set[str]:
    return {field.name for model in apps.get_models() for field in model._meta.get_fields()}


def addresses() -> set[str]:
    return {name for name, _ in named_views()} | set(app.conf.beat_schedule)


def called(parts: Iterable[ast.AST]) -> set[str]:
    """Yield the last name of every function that is called."""
    calls = (node.func for node in parts if isinstance(node, ast.Call))
    return {getattr(one, "attr", getattr(one, "id", "")) for one in calls}


def test_no_agency_is_ranked_by_points():
    assert said_in("得分|积分|打分|评分|分值|名次|排行") == set()
    names = re.compile(r"(^|_)(score|scores|points|rank|ranking|rating|grade)(_|$)")
    assert {name for name in columns() | addresses() if names.search(name)} == set()
    windows = {"Rank", "DenseRank", "PercentRank", "RowNumber", "Ntile"}
    assert {name for name, parts in nodes().items() if called(parts) & windows} == set()
    # No row of a table of agencies has a rank.
    for package in ("agency_records", "burden", "filing_status"):
        for path in (settings.BASE_DIR / "templates/reports" / package).glob("*.html"):
            assert "forloop.counter" not in path.read_text(encoding="utf-8"), path


def person_columns() -> set[str]:
    """Return the columns of business tables that refer to a person."""
    return {
        field.name
        for model in apps.get_models()
        if model._meta.app_label in ("measures", "reports")
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is User
    }


def grouped_by(node: ast.Call) -> set[str]:
    """The columns by which a query groups what it counts: .values("x").annotate(n=Count(…))."""
    if getattr(node.func, "attr", "") != "annotate":
        return set()
    counts = {"Count", "Sum", "Avg"}
    if not any(called(ast.walk(keyword.value)) & counts for keyword in node.keywords):
        return set()
    names: set[str] = set()
    chain = node.func
    while isinstance(chain, ast.Attribute):
        call = chain.value
        if not isinstance(call, ast.Call):
            break
        if getattr(call.func, "attr", "") in ("values", "values_list"):
            names |= {a.value for a in call.args if isinstance(a, ast.Constant)}
        chain = call.func
    return {str(name).split("__")[-1] for name in names}


def test_no_figure_is_about_a_person(frozen, client, db):
    people = person_columns()
    assert {"author", "by", "decided_by", "submitted_by", "requested_by"} <= people
    grouped = {
        name
        for name, parts in nodes().items()
        for node in parts
        if isinstance(node, ast.Call) and grouped_by(node) & people
    }
    assert grouped == set()
    # The account does not name anybody who wrote or decided either.
    period = make_period(opened_at=NOW)
    author = make_user(Role.LIAISON, make_agency(name="重庆海关"), name="欧阳某某")
    measure = make_measure(lead=author.memberships.get().agency)
    make_filing(measure=measure, period=period, state=FilingState.ACCEPTED, author=author)
    client.force_login(make_user(Role.COORDINATOR))
    for address in ("/burden/", "/burden/lists/filings/", "/burden/lists/returns/"):
        page = client.get(address).content.decode()
        assert "欧阳某某" not in page
    assert "重庆海关" in client.get("/burden/").content.decode()


def test_nothing_counts_signing_in_or_reading():
    assert said_in("登录率|登录次数|阅读率|已读率|在线时长|活跃度|活跃率") == set()
    names = re.compile(r"login_count|logins_total|visits|page_views|online|read_rate|read_count")
    assert {name for name in columns() | addresses() if names.search(name)} == set()
    # Administrators see when an account was last used, to close unused ones.
    last = {place for place in said_in("last_login") if place.startswith("templates/")}
    assert all(place.startswith("templates/agencies/accounts/") for place in last)
    # Sign-ins are recorded at sign-in and shown in the audit trail, but counted nowhere.
    places = ("agencies.sign_in", "agencies.audit", "agencies.models.audit", "agencies.accounts")
    assert all(name.startswith(places) for name in said_in(r"^user\.sign_in$|\nuser\.sign_in\n"))


def test_nobody_has_to_check_in():
    assert said_in("打卡|签到|定位考勤|geolocation") == set()
    names = re.compile(r"check_?in(_|s|$)|punch|attendance|latitude|longitude|location")
    assert {name for name in columns() | addresses() if names.search(name)} == set()


@pytest.mark.usefixtures("frozen", "db")
def test_no_photo_is_asked_for():
    assert said_in(r"getUserMedia|mediaDevices|\scapture[=\s>]|拍照|摄像") == set()
    # A note without files is submitted like any other.
    filing = make_filing(state=FilingState.DRAFT)
    assert not Evidence.objects.exists()
    submit_note(filing, by=filing.notes.get().author, at=NOW)
    filing.refresh_from_db()
    assert filing.state == FilingState.SUBMITTED


@pytest.mark.usefixtures("frozen", "db")
def test_what_is_asked_twice_is_named_before_opening(client):
    agency = make_agency(name="市商务委")
    period = make_period(state="draft")
    for _ in range(2):
        make_indicator(make_measure(lead=agency), asked=True, name="展会意向进口额")
    client.force_login(make_user(Role.COORDINATOR))
    sentence = "市商务委的“展会意向进口额”在（一）（二）各要填一次"
    page = client.get(f"/periods/{period.pk}/").content.decode()
    assert page.count(sentence) == 2  # on the page, and in the question before opening
    assert "问了两处的1个数" in client.get(f"/burden/periods/{period.pk}/").content.decode()


@pytest.fixture
def mail_on(settings):
    settings.EMAIL_IS_ON = True
    settings.DEFAULT_FROM_EMAIL = "platform@office.example"
    settings.SITE_URL = "https://policy.example"


@pytest.mark.usefixtures("db", "mail_on")
def test_nothing_leaves_outside_working_hours(mailoutbox):
    senders = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "urlopen", "HTTPSConnection"}
    sending = {name for name, parts in nodes().items() if called(parts) & senders}
    assert sending
    assert all(name.startswith(("agencies.outbound", "lib.addresses")) for name in sending)
    earlier = {
        "kind": KIND,
        "sentence": "您的账号已启用。",
        "created_at": MONDAY - timedelta(days=3),
    }
    make_message(make_reader(MailChoice.DIGEST), **earlier)
    for day in (-2, -1, 0):  # Saturday and Sunday, and the night before the week begins
        for hour in range(24 if day else 9):
            at = (MONDAY + timedelta(days=day)).replace(hour=hour)
            assert send_digests(at=at) == 0
            assert not deliver_due(at=at)
    at = MONDAY.replace(hour=9)
    assert send_digests(at=at) == 1
    deliver_due(at=at)
    assert len(mailoutbox) == 1


@pytest.mark.usefixtures("db", "mail_on")
def test_a_person_gets_one_digest_a_day(mailoutbox):
    reader = make_reader(MailChoice.DIGEST)
    for minute in range(0, 300, 50):
        at = MONDAY + timedelta(minutes=minute)
        make_message(reader, kind=KIND, sentence="您的账号已启用。", created_at=at)
        send_digests(at=at)
        deliver_due(at=at)
    assert len(mailoutbox) == 1


@pytest.mark.usefixtures("frozen", "db")
def test_a_person_is_chased_once_a_day_by_hand_too():
    """One who acts for two agencies, on three days: by the ladder and by hand, either first."""
    agencies = [make_agency(), make_agency()]
    liaison = make_user(Role.LIAISON, agencies[0])
    join(liaison, Role.LIAISON, agencies[1])
    period, coordinator = make_period(), make_user(Role.COORDINATOR)
    days = [NOW.date() - timedelta(days) for days in (3, 4, 20)]  # of different rungs
    for agency in agencies:
        for due_on in days:
            make_filing(measure=make_measure(lead=agency), period=period, due_on=due_on)
    late = {
        agency: [f.pk for f in Filing.objects.filter(agency=agency).order_by("-due_on")]
        for agency in agencies
    }
    for day in range(3):
        at = NOW + timedelta(days=day)
        with time_machine.travel(at, tick=False):
            if day == 1:  # by hand first, then the ladder
                chase_by_hand(late[agencies[0]][2:], by=coordinator, at=at)
            chase(at=at)
            for hour, agency in enumerate(agencies, start=1):
                chase_by_hand(
                    late[agency][day : day + 1], by=coordinator, at=at + timedelta(hours=hour)
                )
            chase(at=at + timedelta(hours=4))
        told = Message.objects.filter(user=liaison, kind=MeasureMessage.CHASE)
        assert told.filter(created_at__date=at.date()).count() == 1
    assert Urge.objects.filter(rung=Rung.MANUAL).count() > 3
