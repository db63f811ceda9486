"""The selects of a page query each list of choices once."""

from django import forms

from agencies.models import Agency
from agencies.tests.factories import make_agency
from lib.forms import fill_selects


class Choosing(forms.Form):
    """A form with a required select, an optional one, and one without rows."""

    one = forms.ModelChoiceField(Agency.objects.order_by("order"), empty_label=None)
    other = forms.ModelChoiceField(Agency.objects.order_by("-order"), required=False)
    none = forms.ModelChoiceField(Agency.objects.none(), required=False)
    word = forms.CharField()


def test_the_same_list_is_queried_once(db, django_assert_num_queries):
    first, second = make_agency(order=1), make_agency(order=2)
    form, again = Choosing(), Choosing(prefix="again")
    with django_assert_num_queries(2):  # two lists in two forms
        fill_selects(form, again)
        page = str(form["one"]) + str(again["other"]) + str(form["none"])
    assert page.index(first.short_name) < page.index(second.short_name)
    assert [value for value, _ in form.fields["one"].choices] == [first.pk, second.pk]
    assert [value for value, _ in again.fields["other"].choices] == ["", second.pk, first.pk]
    assert [value for value, _ in form.fields["none"].choices] == [""]


def test_a_chosen_value_is_still_checked_against_the_rows(db):
    agency = make_agency()
    form = Choosing({"one": str(agency.pk), "word": "x"})
    fill_selects(form)
    assert form.is_valid()
    assert form.cleaned_data["one"] == agency
    assert f'value="{agency.pk}" selected' in str(form["one"])
