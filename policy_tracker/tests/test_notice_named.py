"""With several notices each line and page names its notice; with one nothing is added."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.inbox.messages import tell
from agencies.models import Message
from agencies.permissions import Role
from measures.choices import FilingState, MeasureMessage
from measures.coordination.tests.factories import make_item
from measures.models import Indicator, Instruction, Objection
from measures.reviews.actions import accept_note
from measures.tests.factories import (
    NOW,
    TODAY,
    make_another_notice,
    make_filing,
    make_measure,
    make_milestone,
    make_notice,
    make_period,
    make_user,
)
from policy_tracker.tests.parsing import parse
from reports.tests.reading import read, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

FIRST, SECOND = "渝府办发〔2019〕1号", "渝府办发〔2020〕9号"
OF_ONE = (
    "reports:overview",
    "reports:matrix",
    "reports:agencies",
    "reports:status",
    "reports:dates",
    "reports:trends",
    "reports:compare",
    "reports:list",
    "measures:gaps",
    "measures:revisions",
    "measures:documents",
    "measures:periods",
    "measures:period_create",
    "measures:status_sheets",
)
OF_ALL = (
    "agencies:todo",
    "agencies:inbox",
    "measures:reviews",
    "measures:reviews_decided",
    "measures:approvals",
    "measures:approvals_settled",
    "measures:objections",
    "measures:instructions",
    "measures:coordination",
    "reports:notices",
)


@pytest.fixture
def first():
    return make_filing(measure=make_measure(title="第一件事"), state=FilingState.SUBMITTED)


@pytest.fixture
def second(first):
    """Create a filing of a second notice, in a period with the same name."""
    notice = make_another_notice(SECOND)
    measure = make_measure(notice=notice, title="第二件事")
    return make_filing(
        measure=measure, period=make_period(notice=notice), state=FilingState.SUBMITTED
    )


@pytest.fixture
def coordinator(client):
    client.force_login(make_user(Role.COORDINATOR))
    return client


def named(page):
    """Return the notice named above the h1, and the one printed in the head."""
    said = page.xpath("//p[contains(@class, 'page-notice')]")
    return words(said[0]) if said else ""


def printed(page):
    return [words(one) for one in page.xpath("//span[contains(@class, 'brand-number')]")]


def addresses(filing):
    """Return the pages about objects of a filing's measure."""
    measure, period = filing.measure, filing.period
    milestone = make_milestone(measure)
    indicator = Indicator.objects.create(measure=measure, name="货值", unit="亿元", direction="up")
    told = Instruction.objects.create(
        measure=measure, text="请抓紧。", by=make_user(Role.LEADER), written_at=NOW
    )
    objection = make_objection(filing)
    return [
        reverse(f"measures:{name}", args=[*ids])
        for name, *ids in (
            ("measure", measure.pk),
            ("coordination_raise", measure.pk),
            ("coordination_item", make_item(measure=measure).pk),
            ("filing", filing.pk),
            ("period", period.pk),
            ("status", measure.pk),
            ("override_ask", measure.pk),
            ("responsibilities", measure.pk),
            ("due_date", measure.pk),
            ("milestones", measure.pk),
            ("milestone", measure.pk, milestone.pk),
            ("indicators", measure.pk),
            ("indicator", indicator.pk),
            ("indicator_edit", indicator.pk),
            ("instruction", told.pk),
            ("objection", objection.pk),
        )
    ]


def make_objection(filing):
    return Objection.objects.create(
        subject="light",
        measure=filing.measure,
        agency=filing.agency,
        agency_name=filing.agency_name,
        against="黄灯",
        text="情况不同。",
        raised_by=make_user(Role.LIAISON, filing.agency),
        raised_at=NOW,
        decide_by=TODAY + timedelta(days=7),
    )


@pytest.mark.parametrize("name", OF_ONE)
def test_a_page_about_one_notice_names_it(coordinator, second, name):
    for number, notice in ((SECOND, second.period.notice_id), (make_notice().number, None)):
        page = read(coordinator.get(reverse(name), {"notice": notice} if notice else {}))
        assert named(page) == number
        assert printed(page) == [number]


@pytest.mark.parametrize("name", OF_ALL)
def test_a_page_about_all_notices_names_none(coordinator, second, name):
    page = read(coordinator.get(reverse(name)))
    assert (named(page), printed(page)) == ("", [])


def test_a_page_about_one_object_names_its_notice(coordinator, second):
    for address in addresses(second):
        assert named(read(coordinator.get(address))) == SECOND, address


def test_opening_an_object_does_not_change_the_chosen_notice(coordinator, second):
    status, number = reverse("reports:status"), make_notice().number
    periods = reverse("measures:periods")
    for address in (*addresses(second), f"{periods}?notice={second.period.notice_id}"):
        coordinator.get(address)
        assert named(read(coordinator.get(status))) == number, address


def test_to_dos_link_to_their_notice_without_changing_the_choice(coordinator, second):
    page = read(coordinator.get(reverse("agencies:todo")))
    for address in page.xpath("//main//a/@href"):
        coordinator.get(address)
        assert named(read(coordinator.get(reverse("reports:status")))) == make_notice().number


def test_a_filter_keeps_the_notice_of_the_address(coordinator, second):
    asked = {"notice": second.period.notice_id}
    page = read(coordinator.get(reverse("measures:periods"), asked))
    kept = page.xpath("//form[@role='search']//input[@name='notice']/@value")
    assert kept == [str(second.period.notice_id)]
    (create,) = page.xpath("//a[contains(., '新建填报期')]/@href")
    page = read(coordinator.get(create))
    assert named(page) == SECOND
    for kind in page.xpath("//nav[@aria-label='填报期类别']/a/@href"):
        again = read(coordinator.get(reverse("measures:period_create") + kind))
        assert named(again) == SECOND


def test_the_frame_and_the_list_of_all_change_the_choice(coordinator, second):
    status = reverse("reports:status")
    page = read(coordinator.get(status))
    (address,) = page.xpath(f"//details//ul//a[contains(., '{SECOND}')]/@href")
    coordinator.get(address)
    assert named(read(coordinator.get(status))) == SECOND
    page = read(coordinator.get(reverse("reports:notices")))
    (address,) = page.xpath(f"//main//a[.='{make_notice().number}']/@href")
    coordinator.get(address)
    assert named(read(coordinator.get(status))) == make_notice().number


@pytest.mark.parametrize("name", [*OF_ONE, *OF_ALL])
def test_with_one_notice_nothing_is_added(coordinator, first, name):
    page = read(coordinator.get(reverse(name)))
    assert named(page) == ""
    assert not page.xpath("//*[contains(@class, 'of-notice')]")
    assert printed(page) == [first.period.notice.number]
    assert first.period.notice.number not in words(page.xpath("//main")[0]) or name in (
        "reports:notices",
    )


def test_a_refused_request_offers_the_same_choices(coordinator, second):
    notice = second.period.notice_id
    before = read(coordinator.get(reverse("reports:list"), {"notice": notice}))
    answer = coordinator.post(
        reverse("reports:request"), {"kind": "letter", "period": second.period_id}
    )
    assert answer.status_code == 422
    after = parse(answer.content.decode())
    for field in ("period", "section"):
        path = f"//form[@id='ask' or @method='post']//select[@name='{field}']/option/@value"
        assert after.xpath(path) == before.xpath(path)
    assert named(after) == SECOND


@pytest.mark.parametrize("name", ["measures:objections", "measures:instructions"])
def test_a_line_names_its_notice(coordinator, second, name):
    addresses(second)
    rows = [words(row) for row in read(coordinator.get(reverse(name))).xpath("//tbody/tr")]
    assert rows
    assert all(SECOND in row for row in rows)


def test_decisions_of_all_notices_are_listed(client, first, second):
    reviewer = make_user(Role.COORDINATOR)
    for filing in (first, second):
        accept_note(filing, by=reviewer, at=NOW)
    client.force_login(make_user(Role.COORDINATOR))
    decided = reverse("measures:reviews_decided")
    page = read(client.get(decided))
    rows = [words(row) for row in page.xpath("//tbody/tr")]
    assert [SECOND in row for row in rows] == ["第二件事" in row for row in rows] == [True, False]
    assert make_notice().number in rows[1]
    groups = page.xpath("//select[@name='period']/optgroup/@label")
    assert groups == [make_notice().number, SECOND]
    one = read(client.get(decided, {"period": second.period_id}))
    assert ["第二件事" in words(row) for row in one.xpath("//tbody/tr")] == [True]


def test_with_one_notice_decisions_are_listed_by_period(client, first):
    accept_note(first, by=make_user(Role.COORDINATOR), at=NOW)
    client.force_login(make_user(Role.COORDINATOR))
    page = read(client.get(reverse("measures:reviews_decided")))
    assert not page.xpath("//optgroup")
    assert page.xpath("//select[@name='period']/option/@selected")
    assert "各文件" not in words(page)
    assert "第一件事" in words(page.xpath("//tbody")[0])


def test_a_message_names_its_notice(client, second):
    reader = make_user(Role.COORDINATOR)
    item = make_item(measure=second.measure)
    Message.objects.all().delete()  # the messages to the reader
    ids = (second.pk, second.measure_id, item.pk)
    for name, pk in zip(("review", "measure", "coordination_item"), ids, strict=True):
        url = reverse(f"measures:{name}", args=[pk])
        tell([reader], kind=MeasureMessage.SUBMITTED, sentence="报来一项。", url=url, at=NOW)
    url = f"{reverse('measures:my_filings')}?period={second.period_id}"
    tell([reader], kind=MeasureMessage.SUBMITTED, sentence="开始填报。", url=url, at=NOW)
    client.force_login(reader)
    page = read(client.get(reverse("agencies:inbox")))
    told = [words(one) for one in page.xpath("//li[contains(@class, 'inbox-item')]")]
    assert len(told) == 4
    assert all(SECOND in one for one in told), told
    groups = page.xpath("//select[@name='measure']/optgroup/@label")
    assert groups == [make_notice().number, SECOND]


def test_requests_to_others_name_their_notice(client, first, second):
    leader = make_user(Role.LEADER)
    for filing in (first, second):
        make_item(measure=filing.measure, leader=leader)
    client.force_login(leader)
    listed = read(client.get(reverse("measures:coordination"))).xpath("//tbody/tr")
    assert sorted(SECOND in words(row) for row in listed) == [False, True]
    assert all(SECOND in words(row) or make_notice().number in words(row) for row in listed)
    asked = read(client.get(reverse("measures:decisions"))).xpath("//article")
    assert sorted(SECOND in words(one) for one in asked) == [False, True]
    assert [SECOND in words(one) for one in asked] == ["第二件事" in words(one) for one in asked]


def test_an_audit_event_names_its_notice(client, first, second):
    for filing in (first, second):
        accept_note(filing, by=make_user(Role.COORDINATOR), at=NOW)
    client.force_login(make_user(Role.AUDITOR))
    page = read(client.get(reverse("agencies:audit")))
    rows = [words(row) for row in page.xpath("//tbody/tr") if "通过" in words(row)]
    assert [SECOND in row for row in rows[:2]] == [True, False]
    groups = page.xpath("//select[@name='measure']/optgroup/@label")
    assert groups == [make_notice().number, SECOND]
    narrowed = read(client.get(reverse("agencies:audit"), {"measure": second.measure_id}))
    assert "第二件事" in words(narrowed.xpath("//main")[0])


def test_filings_waiting_for_review_name_their_notice(coordinator, first, second):
    page = read(coordinator.get(reverse("measures:review", args=[second.pk])))
    lines = [words(line) for line in page.xpath("//li[@class='queue-row']")]
    assert [SECOND in line for line in lines] == ["第二件事" in line for line in lines]
    assert all(SECOND in line or make_notice().number in line for line in lines)
    assert SECOND in words(page.xpath("//section[contains(@class, 'panel')]")[0])
    for name in ("period", "section"):
        groups = page.xpath(f"//select[@name='{name}']/optgroup")
        numbers = [one.get("label") for one in groups]
        assert sorted(numbers) == sorted([make_notice().number, SECOND]), name
        assert all(one.xpath("option") for one in groups), name
        # Such a long option would be wider than a phone.
        assert "〔" not in "".join(
            words(one) for one in page.xpath(f"//select[@name='{name}']//option")
        )


def test_messages_about_a_decision_name_the_notice(coordinator, second):
    sent = {"version": second.notes.get().version, "status": "keep"}
    address = reverse("measures:review_accept", args=[second.pk])
    page = read(coordinator.post(address, sent, follow=True))
    (said,) = page.xpath("//li[contains(@class, 'message')]")
    assert f"已通过{second.agency_name}{second.measure}（{SECOND}）的进展" in words(said)
