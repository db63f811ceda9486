"""Saving a draft: the current version, or the next one."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError, StaleError
from measures.choices import FilingState, PeriodState
from measures.filings.content import NOTE_FIELDS
from measures.filings.drafts import save_note
from measures.models import Note
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, content, make_filing, make_period, make_user

pytestmark = pytest.mark.django_db
S = FilingState


def save(filing, by, revision=0, **fields):
    return save_note(filing, by=by, content=content(**fields), revision=revision, at=NOW)


def test_the_first_saving_makes_version_1(measure, people):
    filing = make_filing(measure=measure)
    note = save(filing, people.liaison, progress="已开行班列12列。")
    filing.refresh_from_db()
    assert filing.state == S.DRAFT
    assert (note.version, note.revision, note.author) == (1, 1, people.liaison)
    assert (note.progress, note.saved_at, note.submitted_at) == ("已开行班列12列。", NOW, None)


def test_saving_again_changes_the_same_version(measure, people):
    filing = make_filing(measure=measure)
    save(filing, people.liaison)
    note = save(filing, people.liaison, revision=1, progress="改过的。")
    assert Note.objects.get() == note
    assert (note.version, note.revision, note.progress) == (1, 2, "改过的。")


def test_after_a_return_the_next_version_begins_and_the_old_one_stays(measure, people):
    filing = make_filing(measure=measure, state=S.RETURNED)
    old = Note.objects.values().get()
    note = save(filing, people.liaison)
    assert note.version == 2
    assert Note.objects.filter(version=1).values().get() == old


def test_the_event_holds_all_that_was_typed(measure, people):
    filing = make_filing(measure=measure)
    save(filing, people.liaison, progress="已开行班列12列。")
    event = only_event()
    assert (event.action, event.actor, event.at) == ("filing.save", people.liaison, NOW)
    assert event.sentence == f"保存了{filing}第1版草稿。"
    assert event.after == dict(content(progress="已开行班列12列。"))
    assert set(event.after) == set(NOTE_FIELDS)
    assert told() == set()


def test_the_event_holds_what_was_so_before(measure, people):
    filing = make_filing(measure=measure)
    save(filing, people.liaison, progress="已开行班列12列。")
    save(filing, people.liaison, revision=1, progress="已开行班列13列。")
    first, second = Event.objects.filter(action="filing.save").order_by("pk")
    assert first.before == {}
    assert second.before == first.after
    assert second.after["progress"] == "已开行班列13列。"


@pytest.mark.parametrize(
    "who", ["head", "other_liaison", "other_head", "coordinator", "chief", "leader", "auditor"]
)
def test_only_the_agencys_liaison_writes(measure, people, who):
    filing = make_filing(measure=measure)
    with pytest.raises(PermissionDenied):
        save(filing, getattr(people, who))
    assert not Note.objects.exists()


@pytest.mark.parametrize("state", [S.IN_AGENCY, S.SUBMITTED, S.ACCEPTED, S.WAIVED])
def test_what_was_handed_in_is_not_written_on(measure, people, state):
    filing = make_filing(measure=measure, state=state)
    with pytest.raises(
        DomainError, match=f"^“{state.label}”的填报不能填写，请刷新页面查看最新状态。$"
    ):
        save(filing, people.liaison)


def test_who_saw_an_older_saving_is_told_who_saved_since(measure, agency, people):
    filing = make_filing(measure=measure)
    deputy = make_user(Role.LIAISON, agency, name="李四")
    save(filing, deputy, progress="先保存的。")
    with pytest.raises(StaleError, match="^李四已在您打开页面后保存过这项填报，您的内容尚未保存。"):
        save(filing, people.liaison, revision=0)
    assert Note.objects.get().progress == "先保存的。"


def test_who_saw_a_version_that_was_handed_in_since_is_told(measure, people):
    filing = make_filing(measure=measure, state=S.RETURNED)
    with pytest.raises(StaleError, match="^这项填报已有变动，请返回页面查看最新内容后再保存。$"):
        save(filing, people.liaison, revision=1)


def test_a_closed_period_takes_first_words(measure, people):
    filing = make_filing(measure=measure, period=make_period(state=PeriodState.CLOSED))
    assert save(filing, people.liaison).version == 1


def test_a_closed_period_lets_returned_notes_be_mended(measure, people):
    period = make_period(state=PeriodState.CLOSED)
    filing = make_filing(measure=measure, period=period, state=S.RETURNED)
    assert save(filing, people.liaison).version == 2


def test_an_empty_draft_may_be_kept(measure, people):
    assert save(make_filing(measure=measure), people.liaison, progress="").progress == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"claimed_percent": 101},
        {"claimed_stage": "done"},
        {"claimed_stage": "suspended"},
        {"confidence": "blue"},
    ],
)
def test_impossible_content_is_refused(measure, people, fields):
    with pytest.raises(ValidationError):
        save(make_filing(measure=measure), people.liaison, **fields)


def test_a_liaison_of_yesterday_writes_no_more(measure, agency):
    former = make_user(Role.LIAISON, agency)
    former.memberships.update(valid_to=NOW.date() - timedelta(days=30))
    with pytest.raises(PermissionDenied):
        save(make_filing(measure=measure), former)
