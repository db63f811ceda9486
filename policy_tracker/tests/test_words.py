"""How words and days are written on every page."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.base import TextNode
from django.template.loader import render_to_string
from django.utils.timezone import get_default_timezone

from lib.marks import whole_days
from policy_tracker.templatetags.words import counted

SENTENCES = [
    ("没有日期", "没有日期"),
    (
        "完成时限由2027-03-31延至2027-12-31",
        "完成时限由<time>2027-03-31</time>延至<time>2027-12-31</time>",
    ),
    ("2026-11-23截止", "<time>2026-11-23</time>截止"),
    ("<b>2026-11-23", "&lt;b&gt;<time>2026-11-23</time>"),
    ("渝商务〔2026〕1号", "渝商务〔2026〕1号"),
    (
        "预警灯人工认定为●预警，至2027-01-10",
        '预警灯人工认定为<span class="nowrap">●预警</span>，至<time>2027-01-10</time>',
    ),
]


@pytest.mark.parametrize(("sentence", "shown"), SENTENCES)
def test_no_day_and_no_light_in_a_sentence_is_broken_over_lines(sentence, shown):
    assert whole_days(sentence) == shown


COUNTS = [(None, "—"), (0, '<span class="muted">0</span>'), (1, "1"), (12, "12")]


@pytest.mark.parametrize(("number", "shown"), COUNTS)
def test_a_count_of_zero_is_muted(number, shown):
    assert counted(number) == shown


def test_breadcrumbs_name_what_is_above_the_parent():
    above = 'above="账号" above_page="agencies:accounts"'
    shown = Template(f'{{% crumbs "交接" "张三" "measures:measure" 3 {above} %}}').render(Context())
    parts = ['<a href="/accounts/">账号</a>', '<a href="/measures/3/">张三</a>', ">交接<"]
    assert parts == sorted(parts, key=shown.index)


def test_breadcrumbs_without_a_parent_are_not_shown():
    assert "<nav" not in render_to_string("components/crumbs.html", {"here": "报告"})


def test_breadcrumbs_name_the_parents():
    way = {"parent": "总览", "parent_url": "/overview/", "here": "单位"}
    assert "总览" in render_to_string("components/crumbs.html", way)


PAGES_WITH_ONE_PARENT = [
    ('{% crumbs "新建" "填报期" "measures:periods" %}', "/periods/", "填报期", "新建"),
    ('{% crumbs "节点" name "measures:measure" 3 %}', "/measures/3/", "&lt;一&gt;", "节点"),
    ('{% crumbs name "总览" "reports:overview" %}', "/overview/", "总览", "&lt;一&gt;"),
]


@pytest.mark.parametrize(("written", "url", "parent", "here"), PAGES_WITH_ONE_PARENT)
def test_breadcrumbs_of_a_page_with_one_parent_link_to_it(written, url, parent, here):
    shown = Template(written).render(Context({"name": "<一>"}))
    assert f'<li><a href="{url}">{parent}</a></li>' in shown
    assert f'<li aria-current="page">{here}</li>' in shown


PARTS = [
    ('{% page_head "审核" %}', "<h1>审核</h1>"),
    ('{% page_head name "截至今日" %}', '<h1>&lt;一&gt;</h1> <p class="page-sub">截至今日</p>'),
    (
        '{% page_head "标题" ordinal="（三）" %}',
        '<h1><span class="page-ordinal">（三）</span>标题</h1>',
    ),
    (
        '{% empty_list "没有记录" "换一天再查。" "查看全部" "/audit/" %}',
        '<div class="empty"> <p class="empty-title">没有记录</p> <p class="empty-text">换一天再查。'
        '</p> <p><a class="btn" href="/audit/">查看全部</a></p> </div>',
    ),
    (
        "{% empty_list name %}",
        '<div class="empty"> <p class="empty-title">&lt;一&gt;</p> </div>',
    ),
]


@pytest.mark.parametrize(("written", "shown"), PARTS)
def test_the_heading_of_a_page_and_the_text_of_an_empty_list(written, shown):
    assert " ".join(Template(written).render(Context({"name": "<一>"})).split()) == shown


LISTED = [
    ('{% fact "截止" day|deadline %}', "<dt>截止</dt> <dd><time>2026-11-23（周一）</time></dd>"),
    ('{% fact "截止" none|deadline|default:"未定" %}', "<dt>截止</dt> <dd>未定</dd>"),
    (
        '{% fact "录入" name|done_at:day %}',
        "<dt>录入</dt> <dd>&lt;一&gt;，<time>2026-11-23 00:00</time></dd>",
    ),
    ('{% fact_if "录入" name|done_at:none %}', ""),
    ('{% fact_of "状态" %}<b>甲</b>{% endfact_of %}', "<dt>状态</dt> <dd><b>甲</b></dd>"),
    ('{% fact_if "比例" 0|within:"{}%" %}', "<dt>比例</dt> <dd>0%</dd>"),
    ('{% fact_if "比例" none|within:"{}%" %}', ""),
    (
        '{% part "a" name css="no-print" %}甲{% endpart %}',
        '<section class="block no-print" aria-labelledby="a"> <h2 class="block-head" id="a">'
        "&lt;一&gt;</h2>甲</section>",
    ),
    (
        '{% part "a" "记录" count="3期" beside=name %}甲{% endpart %}',
        '<section class="block" aria-labelledby="a"> <div class="block-head"><h2 id="a">记录'
        '<span class="band-count">3期</span></h2><span class="small muted">&lt;一&gt;</span></div>'
        "甲</section>",
    ),
    (
        '{% table "" "" kinds|number_columns scrolls=False %}甲{% endtable %}',
        '<table class="table-plain"> <thead><tr><th scope="col" class="num">按时</th></tr></thead> '
        "<tbody>甲</tbody> </table>",
    ),
]


@pytest.mark.parametrize(("written", "shown"), LISTED)
def test_facts_and_parts_of_a_page_are_written_by_tags(written, shown):
    values = {"name": "<一>", "none": None, "kinds": [SimpleNamespace(label="按时")]}
    values["day"] = datetime(2026, 11, 23, tzinfo=get_default_timezone())
    assert " ".join(Template(written).render(Context(values)).split()) == shown


CONSTANTS = [
    ('{% asset "css/base.css" %}', "/static/css/base.css", True),
    ("{% url 'reports:overview' %}", "/overview/", True),
    ("{% url 'measures:measure' 3 %}", "/measures/3/", False),
    ("{% url 'reports:overview' as here %}{{ here }}", "/overview/", False),
    (
        '{% gap_mark "原文待核对" %}',
        '<span class="gap-mark" title="通知原文此处缺失，待与公布文本核对">原文待核对</span>',
        True,
    ),
    (
        '{% columns "措施" "num:件数" "no-print:办理" %}',
        '<thead><tr><th scope="col">措施</th><th scope="col" class="num">件数</th>'
        '<th scope="col" class="no-print">办理</th></tr></thead>',
        True,
    ),
]


@pytest.mark.parametrize(("written", "shown", "is_text"), CONSTANTS)
def test_a_tag_with_constants_only_is_rendered_when_its_template_is_compiled(
    written, shown, is_text
):
    template = Template(written)
    assert template.render(Context()) == shown
    assert all(isinstance(node, TextNode) for node in template.nodelist) == is_text
