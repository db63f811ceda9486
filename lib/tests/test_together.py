"""Several questions in one statement give what each gives alone."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import models
from django.db.models import Count, F, Prefetch, Value

from agencies.models import Agency, Event, Membership, User
from lib.together import fetch_together, hand_out
from measures.models import Filing, Gap, Indicator, IndicatorValue, Measure, Note, Snapshot
from measures.tests.factories import make_filing, make_measure

APPS = ("agencies", "measures", "reports")
OURS = [model for app in APPS for model in apps.get_app_config(app).get_models()]


def told(row):
    """All that an instance holds, its related instances too."""
    if not isinstance(row, models.Model):
        return row
    own = {name: value for name, value in vars(row).items() if name != "_state"}
    related = {name: told(value) for name, value in row._state.fields_cache.items()}
    return own, related, {name: type(value) for name, value in own.items()}


@pytest.mark.usefixtures("played", "db")
def test_every_model_comes_back_as_if_asked_alone(django_assert_num_queries):
    together = [model.objects.order_by("pk")[:40] for model in OURS]
    with django_assert_num_queries(1):
        fetch_together(*together)
        held = [list(rows) for rows in together]
    alone = [list(model.objects.order_by("pk")[:40]) for model in OURS]
    assert sum(bool(rows) for rows in alone) > 25
    for model, one, other in zip(OURS, held, alone, strict=True):
        assert [told(row) for row in one] == [told(row) for row in other], model


@pytest.mark.usefixtures("played", "db")
@pytest.mark.parametrize(
    "ask",
    [
        lambda: Filing.objects.select_related("period__notice", "accepted_note").order_by("-pk"),
        lambda: Indicator.objects.with_figures().order_by("pk"),
        lambda: Filing.objects.annotate(half=Value(Decimal("0.50")), n=Count("notes")),
        lambda: IndicatorValue.objects.values_list("value", "as_of").order_by("-as_of", "pk"),
        lambda: Snapshot.objects.values("sentence", "agencies").order_by("pk")[3:9],
        lambda: Note.objects.only("progress").order_by("pk"),
        lambda: Note.objects.defer("progress").order_by("pk"),
        lambda: Event.objects.filter(sentence__contains="%")[:5],
        lambda: Membership.objects.annotate(day=F("valid_from")).order_by("pk"),
        lambda: User.objects.filter(pk__in=[]),
    ],
    ids=[
        "joined",
        "with a word's prefetch",
        "annotated",
        "a list of values",
        "a slice of values",
        "some columns",
        "all but some columns",
        "a sign that SQL knows",
        "a column twice",
        "none",
    ],
)
def test_joins_annotations_slices_and_values_come_back_the_same(ask):
    asked = ask()
    fetch_together(asked, Gap.objects.all())
    assert [told(row) for row in asked] == [told(row) for row in ask()]


def test_order_is_kept_and_rows_of_the_same_thing_stay_apart(db):
    ids = [make_measure().pk for _ in range(3)]
    some = Measure.objects.filter(pk__in=ids)
    up, down = some.order_by("pk"), some.order_by("-pk")
    fetch_together(up, down)
    assert [measure.pk for measure in up] == ids
    assert [measure.pk for measure in down] == ids[::-1]


def test_what_has_no_rows_is_empty_and_what_can_have_none_costs_nothing(
    db, django_assert_num_queries
):
    empty, never = Gap.objects.filter(kind="x"), Gap.objects.none()
    with django_assert_num_queries(1):
        fetch_together(empty, never)
        assert (list(empty), list(never)) == ([], [])
    with django_assert_num_queries(0):
        fetch_together()
        fetch_together(Gap.objects.none())


def test_what_a_question_prefetches_is_asked_after_it(db, django_assert_num_queries):
    filing = make_filing()
    found = Agency.objects.filter(pk=filing.agency_id).prefetch_related(
        Prefetch("filings", Filing.objects.all(), "own")
    )
    with django_assert_num_queries(2):
        fetch_together(found, Gap.objects.all())
        assert [one for agency in found for one in agency.own] == [filing]


def test_asking_anew_asks_anew(db):
    found = Measure.objects.filter(title="新的一件事")
    fetch_together(found)
    make_measure(title="新的一件事")
    assert len(found) == 0
    assert len(found.all()) == 1


def test_what_was_asked_beside_its_parents_is_handed_out_to_them_in_its_order(db):
    first, second = make_filing(), make_filing()
    filings = Filing.objects.order_by("pk")
    measures = Measure.objects.filter(pk__in=[first.measure_id, second.measure_id])
    lone = make_measure()
    parents = [*measures, lone]
    hand_out(parents, filings, by="measure_id", to="own")
    assert [parent.own for parent in parents if parent == first.measure] == [[first]]
    assert lone.own == []
