"""The generated data are valid: the product's own check finds nothing wrong."""

import pytest
from django.db import connection

from bench.seeding import A_NOTICE, PERIODS, seed
from measures.integrity import faults
from measures.models import Filing, Measure, Note, Notice, Period, Review
from measures.tests.factories import TODAY

pytestmark = pytest.mark.django_db


def test_a_small_database_passes_all_checks() -> None:
    seed(3 * A_NOTICE, on=TODAY)
    connection.check_constraints()  # foreign keys, which were not checked row by row
    assert Measure.objects.count() == 3 * A_NOTICE
    assert Period.objects.count() == PERIODS * Notice.objects.count()
    accepted = Filing.objects.filter(state="accepted").count()
    waiting = Filing.objects.filter(state="submitted").count()
    assert accepted == Review.objects.count() > 500
    assert waiting + accepted == Note.objects.count()
    assert waiting > 0
    assert Measure.objects.filter(light_on=TODAY).count() == 3 * A_NOTICE
    assert faults(on=TODAY) == []


def test_each_copy_has_three_to_six_agencies() -> None:
    seed(3 * A_NOTICE, on=TODAY)
    copies = Measure.objects.exclude(notice=Notice.objects.order_by("pk")[0])
    assert {measure.responsibilities.count() for measure in copies} == {3, 4, 5, 6}
