"""Short lists in the query of the row that they belong to."""

from datetime import date

import pytest
from django.db.models import OuterRef

from agencies.models import Agency
from agencies.tests.factories import make_agency
from lib.arrays import among, array_of, from_array
from measures.models import Measure, Milestone, StatusUpdate
from measures.tests.factories import NOW, make_dated_measure, make_milestone, make_user

pytestmark = pytest.mark.django_db
OWN = Milestone.objects.filter(measure=OuterRef("pk"))


def test_arrays_keep_order_and_types_in_one_query(
    django_assert_num_queries,
):
    measure, other = make_dated_measure(), make_dated_measure()
    late = make_milestone(measure, title="后", due_on=date(2026, 12, 1), planned_percent=80)
    early = make_milestone(measure, title="先", due_on=date(2026, 6, 1))
    names = ("id", "title", "due_on", "planned_percent", "is_done", "agency_id")
    rows = Measure.objects.annotate(found=array_of(OWN.order_by("due_on"), *names))
    with django_assert_num_queries(1):
        found = {row.pk: from_array(Milestone, row.found) for row in rows}
    assert found == {measure.pk: [early, late], other.pk: []}
    for got, made in zip(found[measure.pk], (early, late), strict=True):
        assert [getattr(got, name) for name in names] == [getattr(made, name) for name in names]


def test_a_datetime_is_read_back_unchanged():
    measure = make_dated_measure()
    update = StatusUpdate.objects.create(
        measure=measure, stage="under_way", percent=50, reason="据报。", by=make_user(), at=NOW
    )
    rows = StatusUpdate.objects.filter(measure=OuterRef("pk"))
    (row,) = Measure.objects.annotate(found=array_of(rows, "id", "at"))
    (got,) = from_array(StatusUpdate, row.found)
    assert (got, got.at) == (update, NOW)


def test_a_list_of_an_empty_queryset_is_empty():
    make_dated_measure()
    (row,) = Measure.objects.annotate(found=array_of(OWN.none(), "id"))
    assert from_array(Milestone, row.found) == []


@pytest.mark.parametrize("count", [0, 1, 3])
def test_any_number_of_keys_is_one_parameter(count):
    made = [make_agency().pk for _ in range(3)]
    rows = Agency.objects.filter(pk__in=among(made[:count])).order_by("pk")
    assert list(rows.values_list("pk", flat=True)) == made[:count]
    assert len(rows.query.sql_with_params()[1]) == 1
