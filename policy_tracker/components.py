"""界面元件: every component of the design in all its states, on one page for the staff."""

import re

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.charts.bars import StackedPart, stacked_bar
from lib.forms import DayInput
from lib.http import UserRequest
from measures.choices import Confidence, FilingState, Light, PeriodState, Stage
from reports.choices import ReportState

STAFF = (Perm.KEEP_NOTICE, Perm.KEEP_PEOPLE)
LISTS = {
    "进度": Stage,
    "填报": FilingState,
    "完成预期": Confidence,
    "填报期": PeriodState,
    "报告": ReportState,
}
COUNTS = {"red": 2, "yellow": 4, "green": 5, "waiting": 2, "grey": 4}
_ICON = re.compile(r'<symbol id="([a-z0-9-]+)"')


class SampleForm(forms.Form):
    words = forms.CharField(label="文字", max_length=20, help_text="不超过20字")
    text = forms.CharField(
        label="多行文字",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    day = forms.DateField(label="日期", widget=DayInput())
    light = forms.ChoiceField(label="下拉选择", choices=Light)
    stage = forms.ChoiceField(label="单选", choices=Stage, widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="我已核对")


@require_safe
@allowed_to(*STAFF)
def components(request: UserRequest) -> HttpResponse:
    parts = [StackedPart(one.value, one.label, one.tone, one.shape) for one in Light]
    context = {
        "lights": list(Light),
        "tones": [(name, list(choices)) for name, choices in LISTS.items()],
        "blank": SampleForm(auto_id="blank_%s"),
        # Not an invalid day: browsers log an error on the console for it.
        "form": SampleForm({"words": "过" * 21, "day": ""}, auto_id="refused_%s"),
        "page": Paginator(range(120), 20).get_page(3),
        "segments": stacked_bar(COUNTS, parts),
        "icons": _icons(),
    }
    return render(request, "help/components.html", context)


def _icons() -> list[str]:
    sprite = settings.BASE_DIR / "static" / "img" / "icons.svg"
    return _ICON.findall(sprite.read_text(encoding="utf-8"))
