"""全部提交: ready drafts are submitted as shown, the others are reported with a reason."""

import pytest

from agencies.models import Event, Message
from measures.choices import FilingState
from measures.filings.at_once import submit_seen
from measures.filings.submission import approve_note, set_inner_approval
from measures.models import Note
from measures.reviews.actions import accept_note
from measures.tests.factories import NOW, make_filing, make_measure, make_user

pytestmark = pytest.mark.django_db
S = FilingState


@pytest.fixture
def drafts(agency, people):
    """Create three drafts of the liaison."""
    return [
        make_filing(measure=make_measure(lead=agency), state=S.DRAFT, author=people.liaison)
        for _ in range(3)
    ]


def states(filings):
    for filing in filings:
        filing.refresh_from_db()
    return [filing.state for filing in filings]


def test_all_go_each_with_its_event(drafts, people):
    done = submit_seen(dict.fromkeys(drafts, 1), by=people.liaison, at=NOW)
    assert states(drafts) == [S.SUBMITTED] * 3
    assert (len(done.went), done.stayed) == (3, [])
    assert Event.objects.filter(action="filing.submit").count() == 3


def test_what_cannot_go_stays_with_its_sentence_and_holds_up_nobody(drafts, people):
    Note.objects.filter(filing=drafts[0]).update(progress="")
    Note.objects.filter(filing=drafts[1]).update(confidence="red")
    done = submit_seen(dict.fromkeys(drafts, 1), by=people.liaison, at=NOW)
    assert states(drafts) == [S.DRAFT, S.DRAFT, S.SUBMITTED]
    assert [filing for filing, _ in done.stayed] == drafts[:2]
    assert "尚未填写进展情况，请填写后再提交。" in done.stayed[0][1]
    assert done.stayed[1][1] == "自评“有风险”或“难以完成”时须写明原因。"


def test_what_was_saved_since_it_was_seen_stays(drafts, people):
    Note.objects.filter(filing=drafts[0]).update(revision=2)
    done = submit_seen(dict.fromkeys(drafts, 1), by=people.liaison, at=NOW)
    assert states(drafts) == [S.DRAFT, S.SUBMITTED, S.SUBMITTED]
    assert done.stayed[0][1].endswith("在您打开页面后又有保存，请查看后再提交。")


def test_somebody_without_the_right_submits_nothing(drafts):
    done = submit_seen(dict.fromkeys(drafts, 1), by=make_user(), at=NOW)
    assert states(drafts) == [S.DRAFT] * 3
    assert {sentence for _, sentence in done.stayed} == {"您没有报送这一项的权限。"}


def test_what_goes_at_once_calls_each_reviewer_once(drafts, agency, people):
    submit_seen(dict.fromkeys(drafts, 1), by=people.liaison, at=NOW)
    called = Message.objects.in_inbox().get(user=people.coordinator)
    period = drafts[0].period
    marks = "".join(filing.measure.mark for filing in drafts)
    assert called.sentence == f"{agency}提交了{period}进展3项：{marks}，待审核。"
    assert called.url == f"/reviews/?period={period.pk}&agency={agency.pk}"
    for filing in drafts:
        assert Message.objects.in_inbox().filter(pk=called.pk).exists()
        accept_note(filing, by=people.coordinator, at=NOW)
    assert not Message.objects.in_inbox().filter(pk=called.pk).exists()


def test_the_head_is_called_once_and_done_when_all_have_left(drafts, agency, people):
    set_inner_approval(agency, by=people.head, needed=True, at=NOW)
    submit_seen(dict.fromkeys(drafts, 1), by=people.liaison, at=NOW)
    called = Message.objects.in_inbox().filter(user=people.head)
    assert called.count() == 1
    for filing in drafts:
        assert called.count() == 1
        approve_note(filing, by=people.head, at=NOW)
    assert called.count() == 0
    assert Message.objects.in_inbox().filter(user=people.coordinator).count() == 3


def test_one_that_goes_alone_is_named(drafts, people):
    submit_seen({drafts[0]: 1}, by=people.liaison, at=NOW)
    called = Message.objects.in_inbox().get(user=people.coordinator)
    assert called.url == f"/reviews/{drafts[0].pk}/"
