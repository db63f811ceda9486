"""Saving a row reports its constraints' messages; lights are computed at the end of a load."""

import pytest
from django.core.exceptions import ValidationError

from measures.lights.refresh import lights_at_the_end, refresh_light
from measures.models import Measure, Note
from measures.tests.factories import make_filing, make_measure, make_note

pytestmark = pytest.mark.django_db


@pytest.fixture
def note() -> Note:
    return make_note(make_filing())


def test_each_broken_check_says_its_sentence(note):
    note.claimed_percent = 101
    note.confidence = "red"
    note.submitted_at = note.saved_at
    with pytest.raises(ValidationError) as caught:
        note.validate_constraints()
    sentences = " ".join(caught.value.messages)
    assert "0到100" in sentences
    assert "须写明原因" in sentences


def test_other_constraints_are_still_asked(note):
    twin = Note(filing=note.filing, version=note.version, claimed_stage=note.claimed_stage)
    with pytest.raises(ValidationError):
        twin.validate_constraints()


def test_checks_of_excluded_fields_are_left_out(note):
    note.claimed_percent = 101
    note.validate_constraints(exclude={"claimed_percent"})


def test_within_a_load_a_light_waits_for_the_end(today):
    measure = make_measure()
    with lights_at_the_end():
        refresh_light(measure.pk, on=today)
        assert Measure.objects.get().light_on is None
    refresh_light(measure.pk, on=today)
    assert Measure.objects.get().light_on == today
