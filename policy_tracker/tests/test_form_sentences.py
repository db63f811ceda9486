"""The sentences of refused fields, and how a field shows its limit."""

from decimal import Decimal

import pytest
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from lib.forms import day_field

SENTENCES = [
    # field, typed value, sentence
    (forms.CharField(), "", "请填写这一项。"),
    (forms.CharField(max_length=3), "一二三四", "最多3字，现在是4字，请删减。"),
    (forms.CharField(min_length=3), "一", "至少3字，现在是1字，请补充。"),
    (forms.IntegerField(), "三", "请填写整数。"),
    (forms.IntegerField(max_value=100), "101", "请填写不大于100的数。"),
    (forms.IntegerField(min_value=0), "-1", "请填写不小于0的数。"),
    (forms.DecimalField(), "三", "请填写数字，不带单位。"),
    (forms.DecimalField(decimal_places=1), "1.25", "小数最多1位，请核对。"),
    (forms.DateField(), "明天", "请按 2026-11-23 的格式填写日期。"),
    (day_field("哪天"), "1900-01-01", "日期不能早于2018-01-01。"),
    (day_field("哪天"), "9999-12-31", "日期不能晚于2099-12-31。"),
    (forms.ChoiceField(choices=[("a", "甲")]), "b", "没有“b”这个选项，请重新选择。"),
    (forms.FileField(), None, "请填写这一项。"),
]


@pytest.mark.parametrize(("field", "typed", "sentence"), SENTENCES)
def test_a_refused_field_says_what_to_do(field, typed, sentence):
    with pytest.raises(forms.ValidationError) as refusal:
        field.clean(typed)
    assert refusal.value.messages == [sentence]


def test_a_limit_is_named_in_the_sentence():
    field = forms.DecimalField(
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))]
    )
    with pytest.raises(forms.ValidationError, match="请填写不大于5的数。"):
        field.clean("6")


@pytest.mark.parametrize("widget", [forms.Textarea, forms.TextInput])
def test_a_browser_does_not_cut_pasted_text(widget):
    class Words(forms.Form):
        words = forms.CharField(max_length=300, widget=widget)

    html = str(Words()["words"])
    assert 'data-limit="300"' in html
    assert "maxlength" not in html
