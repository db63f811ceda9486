"""Forms as templates write them: their fields, their buttons, and where they are sent."""

import re

import pytest
from django import forms
from django.template import Context, Template


class Wish(forms.Form):
    day = forms.DateField(label="日期")
    reason = forms.CharField(label="理由")


TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="abc">'
WRITTEN = [
    (
        '{% send "保存" %}',
        '<div class="form-actions">'
        '<button class="btn btn-primary" type="submit">保存</button></div>',
    ),
    (
        '{% send "删除" "/x/" css="" confirm="删吗？" %}',
        '<div class="form-actions">'
        '<button class="btn" type="submit" data-confirm="删吗？" data-confirm-yes="删除">'
        "删除</button>"
        '<a class="btn" href="/x/">返回</a></div>',
    ),
    (
        '{% send "办理" "agencies:inbox" confirm="办吗？" yes="办" listed="all" back="收件箱" %}',
        '<div class="form-actions"><button class="btn btn-primary" type="submit"'
        ' data-confirm="办吗？" data-confirm-yes="办" data-confirm-list="all">办理</button>'
        '<a class="btn" href="/inbox/">收件箱</a></div>',
    ),
    (
        '{% act "撤回" "measures:measure" 7 css="btn-small" form_css="block" %}',
        f'<form method="post" class="block" action="/measures/7/">{TOKEN}'
        '<button class="btn btn-small" type="submit">撤回</button></form>',
    ),
    (
        '{% hidden do="role" at=7 %}',
        '<input type="hidden" name="do" value="role"><input type="hidden" name="at" value="7">',
    ),
    (
        "{% hidden name=label %}",
        '<input type="hidden" name="name" value="&lt;b&gt;">',
    ),
    (
        "{% postform form %}甲{% endpostform %}",
        f'<form method="post" data-guard novalidate>{TOKEN}甲</form>',
    ),
    (
        '{% postform form "measures:measure" 7 css="narrow" guard=False %}甲{% endpostform %}',
        f'<form method="post" class="narrow" action="/measures/7/" novalidate>{TOKEN}甲</form>',
    ),
]


@pytest.mark.parametrize(("source", "shown"), WRITTEN)
def test_a_form_and_its_buttons_are_written_by_tags(source: str, shown: str):
    context = Context({"form": Wish(), "csrf_token": "abc", "label": "<b>"})
    assert Template(source).render(context) == shown


def test_a_label_from_a_variable_is_escaped():
    shown = Template("{% send label %}").render(Context({"label": "<b>"}))
    assert 'type="submit">&lt;b&gt;</button>' in shown


def test_the_errors_of_a_refused_form_are_its_first_part():
    context = Context({"form": Wish({"day": "x", "reason": "因故"}), "csrf_token": "abc"})
    shown = Template("{% postform form %}甲{% endpostform %}").render(context)
    assert re.search(r'csrfmiddlewaretoken.*role="alert".*#id_day.*甲</form>', shown, re.DOTALL)


def test_fields_are_written_in_the_order_and_width_that_are_named():
    context = Context({"form": Wish()})
    shown = Template('{% grid form "half:reason" "day" %}').render(context)
    assert shown.startswith('<div class="form-grid"><div class="field is-half">')
    assert shown.index("id_reason") < shown.index("id_day")
    fields = Template('{% fields form "half:reason" "day" %}').render(context)
    assert shown == f'<div class="form-grid">{fields}</div>'
