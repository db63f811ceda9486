"""Evidence files: stored under random names, frozen with the note, copied to the next version."""

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from agencies.models import Event
from lib.errors import DomainError
from measures.choices import EvidenceKind, FilingState
from measures.filings import evidence as verbs
from measures.filings.drafts import save_note
from measures.filings.evidence import read_evidence, remove_evidence
from measures.filings.submission import hand_in_note, submit_note, withdraw_note
from measures.models import Evidence, Note
from measures.reviews.corrections import correct_note
from measures.rules.tests.files import PDF
from measures.rules.uploads import Upload
from measures.tests.factories import (
    NOW,
    content,
    make_evidence,
    make_filing,
    make_note,
    make_user,
)

pytestmark = pytest.mark.django_db
S = FilingState


def upload(data: bytes = PDF, name: str = "统计表.pdf") -> Upload:
    return Upload(name, EvidenceKind.PDF, ContentFile(data))


def stored() -> set[str]:
    """Return the names in the folder of stored files."""
    folder = settings.MEDIA_ROOT / "evidence"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.fixture
def draft(measure, people):
    """Create a draft of the liaison."""
    return make_filing(measure=measure, state=S.DRAFT, author=people.liaison)


def save(filing, by, *uploads, revision=1):
    return save_note(filing, by=by, content=content(), revision=revision, uploads=uploads, at=NOW)


def test_a_file_is_stored_under_a_random_name_with_its_digest(draft, people):
    note = save(draft, people.liaison, upload())
    row = Evidence.objects.get()
    assert (row.note, row.name, row.kind, row.size) == (note, "统计表.pdf", "pdf", len(PDF))
    assert row.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (row.uploaded_by, row.uploaded_at) == (people.liaison, NOW)
    assert "统计表" not in row.file.name
    assert len(row.file.name.removeprefix("evidence/")) == 32
    assert read_evidence(row) == PDF


def test_each_file_leaves_an_event(draft, people):
    save(draft, people.liaison, upload(), upload(PDF + b" ", "另一份.pdf"))
    events = list(Event.objects.filter(action="evidence.add").order_by("pk"))
    assert [event.after["name"] for event in events] == ["统计表.pdf", "另一份.pdf"]
    assert events[0].after["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_the_same_file_twice_is_stored_once_and_the_others_beside_it(draft, people):
    save(draft, people.liaison, upload())
    before = stored()
    other = upload(b"%PDF-1 other", "另一份.pdf")
    save(draft, people.liaison, other, upload(name="改名.pdf"), revision=2)
    assert [row.name for row in Evidence.objects.order_by("pk")] == ["统计表.pdf", "另一份.pdf"]
    assert len(stored() - before) == 1


def test_no_more_than_are_allowed(draft, people, settings):
    settings.EVIDENCE_PER_NOTE = 2
    before = stored()
    with pytest.raises(DomainError, match="每项填报最多上传2份材料"):
        save(draft, people.liaison, *(upload(PDF + bytes([n])) for n in range(3)))
    assert not Evidence.objects.exists()
    assert stored() == before


def test_a_full_disk_is_told_and_leaves_nothing_behind(draft, people, monkeypatch):
    def fill(name, content):
        (settings.MEDIA_ROOT / "evidence").mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / name).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    before = stored()
    monkeypatch.setattr(default_storage, "save", fill)
    with pytest.raises(DomainError, match="^服务器没有存下这份材料，请稍后重试"):
        save(draft, people.liaison, upload())
    assert stored() == before


def test_what_cannot_be_handed_in_leaves_no_file_behind(draft, people):
    before = stored()
    with pytest.raises(DomainError):
        hand_in_note(
            draft,
            by=people.liaison,
            content=content(progress=""),
            revision=1,
            uploads=[upload()],
            at=NOW,
        )
    assert not Evidence.objects.exists()
    assert stored() == before


def test_removed_from_a_draft_the_file_goes_too(draft, people, django_capture_on_commit_callbacks):
    row = make_evidence(draft.notes.get())
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(row, by=people.liaison, at=NOW)
    assert not Evidence.objects.exists()
    assert not default_storage.exists(row.file.name)
    assert Event.objects.get().action == "evidence.remove"


def test_once_handed_in_it_stays(draft, people):
    row = make_evidence(draft.notes.get())
    submit_note(draft, by=people.liaison, at=NOW)
    with pytest.raises(DomainError, match="“已报送”的填报不能填写"):
        remove_evidence(row, by=people.liaison, at=NOW)


@pytest.mark.parametrize("who", ["head", "other_liaison", "coordinator", "leader"])
def test_only_the_agencys_liaison_removes(draft, people, who):
    row = make_evidence(draft.notes.get())
    with pytest.raises(PermissionDenied):
        remove_evidence(row, by=getattr(people, who), at=NOW)


def returned_with_file(measure, people):
    filing = make_filing(measure=measure)
    note = make_note(filing, author=people.liaison)
    row = make_evidence(note)
    moment = NOW - timedelta(days=1)
    Note.objects.update(submitted_by=people.liaison, submitted_at=moment, left_at=moment)
    filing.state, filing.first_submitted_at = S.RETURNED, moment
    filing.save()
    return filing, row


def test_after_a_return_the_next_version_has_rows_of_its_own_for_the_same_files(measure, people):
    filing, row = returned_with_file(measure, people)
    later = save(filing, people.liaison, revision=0)
    copy = later.evidence.get()
    assert copy.pk != row.pk
    assert (copy.file.name, copy.sha256, copy.name) == (row.file.name, row.sha256, row.name)


def test_removed_from_the_next_version_the_earlier_one_keeps_it(
    measure, people, django_capture_on_commit_callbacks
):
    filing, row = returned_with_file(measure, people)
    save(filing, people.liaison, revision=0)
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(row, by=people.liaison, at=NOW)  # as the page before the saving names it
    assert list(Evidence.objects.all()) == [row]
    assert default_storage.exists(row.file.name)


def test_withdrawing_and_correcting_carry_it_on(draft, people):
    make_evidence(draft.notes.get())
    submit_note(draft, by=people.liaison, at=NOW)
    copy = withdraw_note(draft, by=people.liaison, at=NOW)
    assert copy.evidence.count() == 1
    note = submit_note(draft, by=people.liaison, at=NOW)
    draft.refresh_from_db()
    draft.state, draft.accepted_note = S.ACCEPTED, note
    draft.save()
    assert correct_note(draft, by=people.liaison, reason="数据有误。", at=NOW).evidence.count() == 1


def test_an_altered_or_lost_file_is_not_handed_out(draft):
    row = make_evidence(draft.notes.get())
    path = settings.MEDIA_ROOT / row.file.name
    path.write_bytes(b"altered")
    with pytest.raises(DomainError, match=verbs.ALTERED):
        read_evidence(row)
    path.unlink()
    with pytest.raises(DomainError, match=verbs.GONE):
        read_evidence(row)


def test_the_database_keeps_what_is_behind_a_submitted_note(draft, people):
    row = make_evidence(draft.notes.get())
    submit_note(draft, by=people.liaison, at=NOW)
    for attempt in (row.delete, lambda: make_evidence(row.note, b"%PDF-later")):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            attempt()
    assert Evidence.objects.get() == row


def test_no_row_is_ever_changed(draft):
    make_evidence(draft.notes.get())
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Evidence.objects.update(name="改名.pdf", uploaded_by=make_user())
