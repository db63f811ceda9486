"""The database refuses to change a submitted note and to delete any note."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from measures.choices import FilingState
from measures.models import Note
from measures.tests.factories import NOW, make_evidence, make_filing, make_note, make_user

pytestmark = pytest.mark.django_db
S = FilingState
DAY = timedelta(days=1)


@pytest.fixture
def submitted(db):
    """Create a submitted note."""
    return make_filing(state=S.SUBMITTED).notes.get()


CHANGES = [
    {"progress": "改过的。"},
    {"problems": "改过的。"},
    {"claimed_stage": "nearly_done"},
    {"confidence": "red", "confidence_reason": "改过的。"},
    {"submitted_at": None, "submitted_by": None, "left_at": None},
    {"version": 9},
    {"saved_at": NOW + DAY},
    {"left_at": NOW + DAY},
    {"left_at": None},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: "-".join(change))
def test_a_submitted_note_never_changes(submitted, change):
    before = Note.objects.values().get()
    with pytest.raises(DatabaseError, match="a submitted note never changes"), transaction.atomic():
        Note.objects.update(**change)
    assert Note.objects.values().get() == before


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE measures_note SET progress = 'x'", "a submitted note never changes"),
        ("UPDATE measures_note SET approved_by_id = author_id", "a submitted note never changes"),
        ("DELETE FROM measures_note", "Cannot delete rows from measures_note"),
    ],
)
def test_nor_by_plain_sql(submitted, sql, words):
    with pytest.raises(DatabaseError, match=words), transaction.atomic():
        connection.cursor().execute(sql)
    assert Note.objects.values().get()["progress"] == submitted.progress


def test_a_note_is_never_deleted_not_even_a_draft():
    make_note(make_filing(state=S.RETURNED))
    for note in Note.objects.all():
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            note.delete()


def test_that_a_correction_was_dropped_is_added_once_and_then_nothing_changes():
    note = make_note(make_filing(state=S.ACCEPTED), correction_reason="口径有误。")
    Note.objects.filter(pk=note.pk).update(dropped_by=note.author, dropped_at=NOW)
    for change in ({"progress": "改过的。"}, {"dropped_at": NOW + DAY}, {"left_at": NOW}):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**change)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        make_evidence(note)


def test_that_it_left_the_agency_is_added_once():
    note = make_filing(state=S.IN_AGENCY).notes.get()
    head = make_user()
    Note.objects.update(left_at=NOW, approved_by=head)
    note.refresh_from_db()
    assert (note.left_at, note.approved_by) == (NOW, head)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Note.objects.update(approved_by=make_user())
