"""帮助: what each page is for, first steps by role, what the lights mean; and 界面元件."""

import re
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm, Role
from lib.charts.bars import StackedPart, stacked_bar
from lib.forms import DayInput
from lib.http import UserRequest
from measures.choices import Confidence, FilingState, Light, PeriodState, ResponsibilityRole, Stage
from measures.models import LightThresholds
from measures.rules.thresholds import thresholds_on
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


class Topic(NamedTuple):
    slug: str
    title: str
    about: str
    roles: tuple[Role, ...] = ()


FIRST_STEPS = (
    Topic("liaison", "联络员入门", "把本单位本期应报的进展报上来", (Role.LIAISON,)),
    Topic("head", "分管领导入门", "审核本单位的进展，查看本单位的措施", (Role.AGENCY_HEAD,)),
    Topic("coordinator", "统筹岗入门", "开填报期、审核、更新进度、出报告", (Role.COORDINATOR,)),
    Topic("chief", "负责人入门", "审批办结、时限、预警灯调整，签发通报和提示函", (Role.CHIEF,)),
    Topic("leader", "市领导入门", "十秒钟看清进展、滞后和变化", (Role.LEADER,)),
    Topic(
        "admin",
        "管理员入门",
        "账号、角色、锁定和审计",
        (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR),
    ),
)
TOPICS = (
    Topic("lights", "预警灯和标记", "红黄绿灰各是什么意思，怎样评定"),
    Topic("pages", "各个页面", "每一页回答什么问题，谁能看"),
    Topic("accounts", "账号与密码", "登录、锁定、一次性密码、显示设置"),
    Topic("privacy", "个人信息", "处理哪些个人信息，谁能看到，怎样更正"),
)
ALL = {topic.slug: topic for topic in (*FIRST_STEPS, *TOPICS)}


@require_safe
def help_index(request: UserRequest) -> HttpResponse:
    own = [topic for topic in FIRST_STEPS if request.user.roles & set(topic.roles)]
    context = {
        "own": own,
        "others": [topic for topic in FIRST_STEPS if topic not in own],
        "topics": TOPICS,
        "is_staff": any(request.user.can_anywhere(p) for p in (Perm.KEEP_NOTICE, Perm.KEEP_PEOPLE)),
    }
    return render(request, "help/index.html", context)


@require_safe
def help_page(request: UserRequest, slug: str) -> HttpResponse:
    topic = ALL.get(slug)
    if topic is None:
        raise Http404
    context = {
        "topic": topic,
        "lights": list(Light),
        "limits": thresholds_on(LightThresholds.objects.as_scale(), localdate()),
        "stages": list(Stage),
        "states": list(FilingState),
        "roles": list(ResponsibilityRole),
        "months": settings.AUDIT_KEEP_MONTHS,
        "may": {perm.name.lower(): request.user.can_anywhere(perm) for perm in Perm},
    }
    return render(request, f"help/{topic.slug}.html", context)


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


@allowed_to(*STAFF, methods=SAFE)
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
