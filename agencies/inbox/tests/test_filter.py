import pytest

from agencies.choices import AgencyMessage
from agencies.models import User
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_message, make_user, sign_in
from measures.choices import MeasureMessage
from measures.tests.factories import make_filing, make_measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client) -> User:
    return sign_in(client, Role.COORDINATOR)


def found(client, query: str) -> list[str]:
    return [message.sentence for message in client.get(f"/inbox/?{query}").context["page"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=account", ["账号已启用。"]),
        ("kind=nonsense", ["账号已启用。", "通过了三季度进展。", "退回了三季度进展。"]),
        ("q=三季度", ["通过了三季度进展。", "退回了三季度进展。"]),
        ("q=三季度 退回", ["退回了三季度进展。"]),
        ("q=四季度", []),
        ("read=unread", ["账号已启用。", "退回了三季度进展。"]),
        ("read=unread&q=进展", ["退回了三季度进展。"]),
        ("read=read", ["通过了三季度进展。"]),
        ("settled=1", ["办结的。"]),
        ("settled=1&q=进展", ["通过了三季度进展。", "退回了三季度进展。"]),
        ("q=办结", ["办结的。"]),
        ("q=办结&read=unread", []),
    ],
)
def test_the_inbox_is_filtered_by_kind_words_and_unread(client, person, query, expected):
    make_message(person, kind=MeasureMessage.RETURNED, sentence="退回了三季度进展。")
    make_message(person, kind=MeasureMessage.ACCEPTED, sentence="通过了三季度进展。", read_at=NOW)
    make_message(person, kind=AgencyMessage.ACCOUNT, sentence="账号已启用。")
    make_message(person, sentence="办结的。", settled_at=NOW)
    make_message(make_user(), kind=AgencyMessage.ACCOUNT, sentence="别人的三季度。")
    assert found(client, query) == expected


def test_a_measures_filter_finds_messages_naming_or_linking_it(client, person):
    measure, other = make_measure(), make_measure()
    filing, theirs = make_filing(measure=measure), make_filing(measure=other)
    for about, sentence in ((measure, "其"), (other, "彼")):
        make_message(person, sentence=f"{sentence}一：{about}。", url="/inbox/")
        make_message(person, sentence=f"{sentence}二。", url=f"/measures/{about.pk}/#dates")
    for one, sentence in ((filing, "其"), (theirs, "彼")):
        make_message(person, sentence=f"{sentence}三。", url=f"/reviews/{one.pk}/")
        make_message(person, sentence=f"{sentence}四。", url=f"/filings/?period=1#filing-{one.pk}")
        make_message(person, sentence=f"{sentence}五。", url=f"/filings/{one.pk}0/")
    sentences = found(client, f"measure={measure.pk}")
    assert sorted(sentence[:2] for sentence in sentences) == ["其一", "其三", "其二", "其四"]


def test_an_unknown_measure_does_not_filter(client, person):
    make_message(person)
    assert len(found(client, "measure=0")) == 1


def test_only_people_who_may_read_measures_can_filter_by_them(client):
    measure = make_measure()
    person = make_user(Role.SYSTEM_ADMIN)
    client.force_login(person)
    page = client.get("/inbox/").content.decode()
    assert str(measure) not in page
    assert "批示" not in page
    assert "交接" in page


def test_nothing_found_says_so(client, person):
    make_message(person)
    page = client.get("/inbox/?q=没有的词").content.decode()
    assert "没有符合条件的消息" in page
    assert "清除筛选" in page
