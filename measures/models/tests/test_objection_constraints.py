"""Database constraints of waivers, objections and remarks."""

import pytest
from django.db import IntegrityError, transaction

from measures.choices import FilingState
from measures.models import Filing, Objection, Remark
from measures.tests.factories import NOW, make_filing, make_user
from measures.tests.request_factories import make_objection

pytestmark = pytest.mark.django_db
S = FilingState


def refuses(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": S.WAIVED},
        {"state": S.WAIVED, "waived_at": NOW},
        {"state": S.PENDING, "waived_reason": "本期不涉及。"},
    ],
)
def test_waived_is_with_a_reason_and_a_moment_or_not_at_all(fields):
    make_filing()
    refuses("filing_waived_has_reason", lambda: Filing.objects.update(**fields))


def test_one_open_objection_an_agency_and_subject():
    filing = make_filing(state=S.RETURNED)
    first = make_objection(filing)
    refuses("objection_one_open", lambda: make_objection(filing))
    decided = {"decided_by": make_user(), "decided_at": NOW, "answer": "维持。"}
    Objection.objects.filter(pk=first.pk).update(state="dismissed", **decided)
    make_objection(filing)


def test_one_open_objection_to_a_light():
    light = {"subject": "light", "filing": None, "contested_by": None}
    filing = make_filing()
    Objection.objects.filter(pk=make_objection(filing).pk).update(**light)
    second = make_objection(filing)
    refuses("objection_one_open", lambda: Objection.objects.filter(pk=second.pk).update(**light))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("objection_return_has_filing", {"filing": None}),
        ("objection_return_has_filing", {"contested_by": None}),
        ("objection_return_has_filing", {"subject": "light"}),
        ("objection_says_something", {"text": ""}),
        ("objection_decided_with_answer", {"state": "upheld"}),
        ("objection_decided_with_answer", {"answer": "维持。"}),
        ("objection_decided_with_answer", {"state": "unknown"}),
    ],
)
def test_an_objection_is_whole(name, fields):
    make_objection(make_filing(state=S.RETURNED))
    refuses(name, lambda: Objection.objects.update(**fields))


def test_a_remark_says_something():
    filing = make_filing()
    fields = {"by": make_user(), "post": "市商务委统筹岗", "at": NOW, "text": ""}
    refuses("remark_says_something", lambda: Remark.objects.create(filing=filing, **fields))
