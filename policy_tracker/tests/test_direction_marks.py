"""Invisible direction marks, which change how a text is read, are never stored."""

import json

import pytest
from django.urls import reverse

from agencies.permissions import Role
from lib.text import all_without_direction, without_direction
from measures.choices import FilingState
from measures.filings.submission import submit_note
from measures.models import Note, Review
from measures.sheets.keys import plain
from measures.tests.factories import NOW, make_agency, make_filing, make_measure, make_user

MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
TYPED = f"已完成{MARKS}90%，见《方案》。"
KEPT = "已完成90%，见《方案》。"


@pytest.mark.parametrize("mark", MARKS)
def test_each_mark_is_removed(mark):
    assert without_direction(f"甲{mark}乙") == "甲乙"


@pytest.mark.parametrize("text", ["", "进口额", "第一行\n第二行", "𠮷", "a\u200bb", "（三）"])
def test_other_texts_stay_as_they_are(text):
    assert without_direction(text) == text


def test_lists_and_mappings_are_searched_and_other_values_are_kept():
    sent = {"a\u202e": [TYPED, 1, None, {"b": TYPED}], "c": True}
    assert all_without_direction(sent) == {"a": [KEPT, 1, None, {"b": KEPT}], "c": True}


def test_a_cell_of_a_sheet_is_read_without_them():
    assert plain(TYPED) == KEPT


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_a_form_saves_text_without_them(client):
    agency = make_agency()
    filing = make_filing(measure=make_measure(lead=agency))
    client.force_login(make_user(Role.LIAISON, agency))
    said = {"progress": TYPED, "claimed_stage": "under_way", "confidence": "green", "revision": 0}
    address = reverse("measures:filing_save", args=[filing.pk])
    client.post(address, {f"f{filing.pk}-{name}": value for name, value in said.items()})
    assert Note.objects.get().progress == KEPT


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen")
def test_the_api_reads_text_without_them(client):
    agency = make_agency()
    filing = make_filing(measure=make_measure(lead=agency), state=FilingState.DRAFT)
    submit_note(filing, by=make_user(Role.LIAISON, agency), at=NOW)
    client.force_login(make_user(Role.COORDINATOR))
    body = json.dumps({"version": 1, "comment": TYPED})
    address = f"/api/filings/{filing.pk}/return/"
    assert client.post(address, body, content_type="application/json").status_code == 200
    assert Review.objects.get().comment == KEPT
