"""文件导入: pages from a pasted text to a plan, refusals, conflicts, roles."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Event
from agencies.permissions import Role
from measures.choices import GapKind, LeadBasis, Nature, PeriodState, ResponsibilityRole
from measures.intake_page.actions import work_in
from measures.integrity import faults
from measures.models import Gap, IntakeDraft, Measure, Notice, Period, Responsibility
from measures.tests.factories import TODAY, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

NUMBER = "渝府办发〔2026〕12号"
TEXT = f"""重庆市人民政府办公厅关于促进夜间经济发展的通知
{NUMBER}
市政府有关部门：
为促进夜间经济发展，现通知如下。
一、丰富供给
（一）办好夜间市集。支持各类夜间市集，2027年6月底前建成不少于20个夜间市集。（市商务委、市财政局负责）
（二）延长开放时间。推动场馆延长开放时间。（市科技局负责）
二、强化保障
（三）优化交通。加密夜间公交班次。（市财政局等有关部门负责）
（四）加强监管。加强食品安全监管。（市夜间经济促进会、市财政局负责）
重庆市人民政府办公厅
2026年11月2日"""


@pytest.fixture
def coordinator(client, real_notice):
    return sign_in(client, Role.COORDINATOR)


@pytest.fixture
def draft(client, coordinator):
    client.post("/intake/", {"text": TEXT})
    return IntakeDraft.objects.get()


def act(client, draft, do, *, htmx=False, **said):
    draft.refresh_from_db()
    said = {"do": do, "revision": draft.revision} | said
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/intake/{draft.pk}/act/", said, headers=headers)


def doubt(draft, kind):
    draft.refresh_from_db()
    return next(one for one in work_in(draft).open_doubts if one.kind == kind).id


def confirm(client, draft, **said):
    draft.refresh_from_db()
    trade = Agency.objects.get(code="sww").pk
    usual = {"seen": draft.revision, "coordinator": trade, "main_kind": "quarterly"}
    return client.post(f"/intake/{draft.pk}/confirm/", usual | {"period": "this"} | said)


@pytest.fixture
def settled(client, draft):
    """Answer all doubts: one agency is new, one list stays open."""
    said = {"choice": "new", "kind": "municipal", "short_name": "市夜经会"}
    act(client, draft, "settle", doubt=doubt(draft, "unmatched_name"), **said)
    act(client, draft, "settle", doubt=doubt(draft, "open_list"), choice="gap")
    draft.refresh_from_db()
    assert work_in(draft).open_doubts == []
    return draft


def test_a_refused_new_agency_stays_open_with_what_was_typed(client, draft):
    said = {"choice": "new", "kind": "", "short_name": "市夜经会", "full_name": "夜间经济会"}
    answer = act(client, draft, "settle", doubt=doubt(draft, "unmatched_name"), item=4, **said)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    fold = page.partition('" open> <summary class="btn btn-small"')[2]
    assert 'name="short_name" value="市夜经会"' in fold
    assert 'name="full_name" value="夜间经济会"' in fold


# Starting -----------------------------------------------------------------------------------------


def test_a_pasted_text_becomes_a_draft_that_is_read_and_no_plan(client, draft):
    page = client.get(f"/intake/{draft.pk}/").content.decode()
    assert "读出4项、6个责任关系" in page
    assert "还有2处存疑" in page
    assert Notice.objects.count() == 1
    assert Event.objects.filter(action="intake.start").count() == 1


def test_a_file_becomes_a_draft(client, coordinator):
    file = SimpleUploadedFile("夜间经济.txt", TEXT.encode("gb18030"))
    client.post("/intake/", {"file": file})
    draft = IntakeDraft.objects.get()
    assert draft.file_name == "夜间经济.txt"
    assert len(work_in(draft).items) == 4


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF-1.7", "是PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版Office"),
        ("a.txt", b"", "空文件"),
        ("a.txt", b"\x00\x01\x02\xff", "不是可识别的文本"),
    ],
)
def test_a_file_that_is_not_read_is_refused_with_a_sentence(
    client, coordinator, name, content, sentence
):
    answer = client.post("/intake/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_text_that_is_refused_is_not_lost(client, coordinator):
    file = SimpleUploadedFile("a.txt", b"x")
    answer = client.post("/intake/", {"text": "很长的正文", "file": file})
    assert answer.status_code == 422
    assert "很长的正文" in answer.content.decode()
    assert "请只用其中一种" in answer.content.decode()


def test_nothing_at_all_is_asked_for_again(client, coordinator):
    answer = client.post("/intake/", {"text": "  "})
    assert answer.status_code == 422
    assert "没有文字" in answer.content.decode()


def test_a_text_without_items_is_a_draft_to_be_marked_by_hand(client, coordinator):
    client.post("/intake/", {"text": "甲乙丙"})
    draft = IntakeDraft.objects.get()
    assert "没有读出事项" in client.get(f"/intake/{draft.pk}/").content.decode()
    answer = act(client, draft, "make", text="办好市集。支持市集。")
    assert answer.url == f"/intake/{draft.pk}/?item=1"


# Working ------------------------------------------------------------------------------------------


def test_an_act_without_scripts_leads_back_to_the_same_item(client, draft):
    answer = act(client, draft, "title", item=2, text="延长时间")
    assert answer.status_code == 302
    assert answer.url == f"/intake/{draft.pk}/?item=2"
    assert "延长时间" in client.get(answer.url).content.decode()


def test_an_act_with_scripts_brings_the_work_alone(client, draft):
    answer = act(client, draft, "role", item=1, at=1, role="lead", htmx=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.lstrip().startswith('<div id="intake-work"')
    assert 'data-item="1"' in page
    assert answer["HX-Replace-Url"] == f"/intake/{draft.pk}/?item=1"


def test_every_act_is_undone_one_by_one(client, draft):
    start = work_in(draft)
    act(client, draft, "merge", item=1)
    act(client, draft, "title", item=1, text="甲")
    for _ in range(2):
        draft.refresh_from_db()
        client.post(f"/intake/{draft.pk}/undo/", {"revision": draft.revision})
    draft.refresh_from_db()
    assert work_in(draft) == start
    answer = client.post(f"/intake/{draft.pk}/undo/", {"revision": draft.revision})
    assert answer.status_code == 422
    assert "没有可以撤销的操作" in answer.content.decode()


@pytest.mark.parametrize("htmx", [True, False])
def test_an_act_on_what_somebody_else_has_changed_shows_both(client, draft, htmx):
    act(client, draft, "title", item=1, text="先到的标题")
    answer = act(client, draft, "title", item=1, text="后到的标题", revision=1, htmx=htmx)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "先到的标题" in page
    assert "后到的标题" in page
    assert "没有执行" in page
    draft.refresh_from_db()
    assert work_in(draft).items[0].title == "先到的标题"


@pytest.mark.parametrize(
    "said",
    [
        {"do": ""},
        {"do": "title", "item": 1, "text": "甲\0乙"},
        {"do": "title", "item": "x", "text": "甲"},
        {"do": "title", "item": 10**12, "text": "甲"},
        {"do": "assign", "item": 1, "agencies": "nobody"},
        {"do": "assign", "item": 1},
        {"do": "deadline", "item": 1, "on": "昨天"},
        {"do": "settle", "doubt": 1, "choice": "new", "kind": "x"},
        {"do": "settle", "doubt": 1, "choice": "is:sww"},
        {"do": "role", "item": 1, "at": 99, "role": "lead"},
        {"do": "make", "text": "甲", "first": "x"},
    ],
)
def test_what_makes_no_sense_is_never_an_error_of_ours(client, draft, said):
    answer = client.post(f"/intake/{draft.pk}/act/", said | {"revision": 1})
    assert answer.status_code in (302, 422)


def test_the_same_work_page_asks_the_same_queries_at_any_size(client, coordinator):
    counts = []
    for times in (1, 12):
        items = "\n".join(
            f"{n}.办好第{n}件事情。认真办理。（市财政局、某某单位{n}负责）"
            for n in range(1, times + 1)
        )
        client.post("/intake/", {"text": f"关于某事的通知\n一、任务\n{items}"})
        draft = IntakeDraft.objects.first()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/intake/{draft.pk}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


# Confirming ---------------------------------------------------------------------------------------


def test_confirming_makes_the_plan_and_opens_its_period(client, settled):
    answer = confirm(client, settled)
    notice = Notice.objects.get(number=NUMBER)
    period = Period.objects.get(notice=notice)
    assert answer.url == f"/periods/{period.pk}/"
    measures = list(Measure.objects.filter(notice=notice))
    assert [one.title for one in measures] == [
        "办好夜间市集",
        "延长开放时间",
        "优化交通",
        "加强监管",
    ]
    assert [one.section.title for one in measures] == ["丰富供给"] * 2 + ["强化保障"] * 2
    assert (measures[0].nature, str(measures[0].due_on)) == (Nature.DATED, "2027-06-30")
    gap = Gap.objects.get(notice=notice)
    assert (gap.measure, gap.kind) == (measures[2], GapKind.OTHERS)
    lead = Responsibility.objects.get(measure=measures[0], role=ResponsibilityRole.LEAD)
    assert (lead.agency.code, lead.lead_basis) == ("sww", LeadBasis.FIRST_NAMED)
    made = Responsibility.objects.get(measure=measures[3], role=ResponsibilityRole.LEAD).agency
    assert (made.short_name, made.kind) == ("市夜经会", "municipal")
    assert period.state == PeriodState.OPEN
    # Agencies that the open list names file; the others stay to be checked.
    assert gap.shown_meanwhile == "其余责任单位待核对"
    assert period.filings.count() == 6
    event = Event.objects.get(action="notice.confirm")
    assert event.after["items"] == 4
    settled.refresh_from_db()
    assert settled.notice == notice


def test_an_agency_that_the_draft_makes_can_be_assigned_and_coordinate(client, settled):
    page = client.get(f"/intake/{settled.pk}/?item=3").content.decode()
    assert '<option value="new:市夜经会">市夜经会（确认时新建）</option>' in page
    act(client, settled, "assign", item=3, agencies="new:市夜经会", role="support")
    settled.refresh_from_db()
    assert work_in(settled).item(3).bodies[-1].name == "市夜经会"
    confirm(client, settled, period="", coordinator="new:市夜经会")
    notice = Notice.objects.get(number=NUMBER)
    assert notice.coordinator.short_name == "市夜经会"
    assert Responsibility.objects.filter(agency=notice.coordinator).count() == 2


def test_without_a_period_the_plan_is_made_alone(client, settled):
    answer = confirm(client, settled, period="")
    notice = Notice.objects.get(number=NUMBER)
    assert answer.url == f"/measures/{notice.measures.first().pk}/"
    assert not Period.objects.filter(notice=notice).exists()


def test_a_promise_that_was_chosen_is_made(client, settled):
    promises = work_in(settled).items[0].promises
    act(client, settled, "promise", item=1, at=0)
    confirm(client, settled)
    measure = Measure.objects.get(notice__number=NUMBER, ordinal=1)
    made = [*measure.indicators.all(), *measure.milestones.all()]
    assert [str(one.wording) for one in made] == [promises[0].text]


def test_guiding_agencies_support_with_their_duty(client, settled):
    act(client, settled, "role", item=1, at=1, role="guide")
    confirm(client, settled)
    row = Responsibility.objects.get(measure__notice__number=NUMBER, duty="指导")
    assert row.role == ResponsibilityRole.SUPPORT


def test_who_leads_beside_the_lead_is_marked_as_such(client, settled):
    act(client, settled, "role", item=1, at=1, role="joint_lead")
    confirm(client, settled)
    rows = Responsibility.objects.filter(measure__notice__number=NUMBER, measure__ordinal=1)
    assert list(rows.order_by("order").values_list("role", "lead_basis")) == [
        (ResponsibilityRole.LEAD, LeadBasis.FIRST_NAMED),
        (ResponsibilityRole.JOINT_LEAD, ""),
    ]


def test_the_question_says_what_will_be_made(client, settled):
    page = client.get(f"/intake/{settled.pk}/confirm/").content.decode()
    text = re.sub(r"<[^>]+>|\s", "", page)
    assert "4项措施" in text
    assert "6个责任关系，新建单位1个：市夜经会" in text
    assert "留作待核对1处" in text


def test_a_draft_with_open_doubts_is_not_confirmed(client, draft):
    answer = confirm(client, draft)
    assert answer.status_code == 409
    assert "还有2处存疑没有处理" in answer.content.decode()
    assert Notice.objects.count() == 1


def test_what_the_head_lacks_is_said_before_confirming(client, coordinator):
    client.post("/intake/", {"text": "一、办好夜市。办成20个。（市商务委、市财政局负责）"})
    page = client.get(f"/intake/{IntakeDraft.objects.get().pk}/confirm/").content.decode()
    assert "《》" not in page
    for missing in ("发文字号未读出", "标题未读出", "发文机关未读出", "成文日期未读出"):
        assert missing in page


def test_a_body_in_doubt_shows_its_role_as_well(client, draft):
    page = client.get(f"/intake/{draft.pk}/").content.decode()
    assert '<span aria-hidden="true">？●</span>' in page.replace("\n", "")


def test_a_draft_that_was_changed_since_is_not_confirmed(client, settled):
    assert confirm(client, settled, seen=1).status_code == 409
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"due_on": "2026-12-01"}, "报送截止须晚于"),
        ({"period": "last", "due_on": ""}, "已过"),
        ({"coordinator": ""}, "必填"),
        ({"main_kind": "special"}, "special"),
    ],
)
def test_a_period_that_cannot_be_is_refused(client, settled, said, sentence):
    answer = confirm(client, settled, **said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Notice.objects.count() == 1


def test_a_confirmed_draft_is_not_changed_or_confirmed_again(client, settled):
    confirm(client, settled)
    assert act(client, settled, "merge", item=1).status_code == 302
    assert confirm(client, settled).status_code == 409
    assert client.get(f"/intake/{settled.pk}/").url == "/intake/"
    assert Notice.objects.filter(number=NUMBER).count() == 1


def test_the_same_notice_again_shows_differences_and_is_not_made_twice(client, settled):
    confirm(client, settled)
    client.post("/intake/", {"text": TEXT.replace("加密夜间公交班次", "延长地铁运营")})
    again = IntakeDraft.objects.get(notice__isnull=True)
    page = client.get(f"/intake/{again.pk}/").content.decode()
    assert f"{NUMBER}已在系统中" in page
    assert "延长地铁运营" in page
    assert "加密夜间公交班次" in page
    act(client, again, "gap_rest")
    link = f'href="/intake/{again.pk}/">查看差别'
    assert link in client.get(f"/intake/{again.pk}/confirm/").content.decode()
    answer = confirm(client, again)
    assert answer.status_code == 409
    assert "不再生成第二份" in answer.content.decode()


def test_the_same_notice_of_another_city_again_has_no_differences(client, coordinator):
    text = TEXT.replace("重庆市", "甘棠市").replace("渝府", "甘府").replace("等有关部门", "")
    client.post("/intake/", {"text": text})
    draft = IntakeDraft.objects.get()
    act(client, draft, "settle", doubt=doubt(draft, "other_place"), choice="new", all=1)
    said = {"choice": "new", "kind": "municipal"}
    act(client, draft, "settle", doubt=doubt(draft, "unmatched_name"), **said)
    assert confirm(client, draft, period="").status_code == 302
    made = Agency.objects.filter(code__regex=r"^n\d").values_list("short_name", "full_name")
    assert set(made) == {
        ("甘棠市商务委", "甘棠市商务委"),
        ("甘棠市财政局", "甘棠市财政局"),
        ("甘棠市科技局", "甘棠市科技局"),
        ("甘棠市夜间经济促进会", "甘棠市夜间经济促进会"),
    }
    client.post("/intake/", {"text": text})
    again = IntakeDraft.objects.get(notice__isnull=True)
    assert "没有差别" in client.get(f"/intake/{again.pk}/").content.decode()


def test_marks_of_another_width_are_no_differences(client, settled):
    confirm(client, settled)
    for measure in Measure.objects.filter(notice__number=NUMBER):
        narrow = [one.translate(str.maketrans("，；：（）", ",;:()")) for one in measure.text]
        Measure.objects.filter(pk=measure.pk).update(text=narrow)
    client.post("/intake/", {"text": TEXT.replace("，", ",")})
    again = IntakeDraft.objects.get(notice__isnull=True)
    assert "没有差别" in client.get(f"/intake/{again.pk}/").content.decode()


def test_names_that_nobody_has_settled_yet_are_no_differences(client, settled):
    confirm(client, settled)
    Agency.objects.create(
        code="twin", short_name="市财政局", full_name="重庆市财政局", kind="municipal", order=900
    )
    client.post("/intake/", {"text": TEXT})
    again = IntakeDraft.objects.get(notice__isnull=True)
    assert "ambiguous_name" in {one.kind for one in work_in(again).open_doubts}
    assert "没有差别" in client.get(f"/intake/{again.pk}/").content.decode()


def test_a_class_of_bodies_that_was_left_to_be_checked_is_no_difference(client, coordinator):
    text = TEXT.replace("市科技局负责", "市科技局牵头，各区县政府配合").replace(
        "市夜间经济促进会、", ""
    )
    client.post("/intake/", {"text": text})
    draft = IntakeDraft.objects.get()
    act(client, draft, "gap_rest")
    assert confirm(client, draft, period="").status_code == 302
    client.post("/intake/", {"text": text})
    again = IntakeDraft.objects.get(notice__isnull=True)
    assert "没有差别" in client.get(f"/intake/{again.pk}/").content.decode()


def test_an_agency_of_a_known_name_is_not_made_twice(client, settled):
    Agency.objects.create(
        code="twin", short_name="市夜经会", full_name="市夜经会", kind="municipal", order=900
    )
    answer = confirm(client, settled)
    assert answer.status_code == 409
    assert "名录中已有“市夜经会”" in answer.content.decode()
    assert Notice.objects.count() == 1


RULED = f"""重庆市人民政府办公厅关于办好小事的意见
{NUMBER}
一、总体要求
坚持办好小事。
二、办事
（一）修路灯。修好。（市商务委、市财政局负责，列第一位者为牵头单位，下同）
（三）种树。种好。（市科技局、市财政局负责）
四、落实
（四）养花。养好。责任单位：市财政局、市科技局；配合单位：市商务委
（五）设专班。抓好落实。
重庆市人民政府办公厅
2026年11月2日
（此件公开发布）"""


def test_the_plan_has_the_numbers_of_the_notice_and_leads_that_rest_on_it(client, coordinator):
    client.post("/intake/", {"text": RULED})
    draft = IntakeDraft.objects.get()
    for kind in ("missing_ordinal", "missing_ordinal", "no_list"):
        act(client, draft, "settle", doubt=doubt(draft, kind), choice="keep")
    draft.refresh_from_db()
    assert work_in(draft).open_doubts == []
    assert confirm(client, draft, period="").status_code == 302
    measures = Measure.objects.filter(notice__number=NUMBER)
    assert [str(one) for one in measures] == [
        "（一）修路灯",
        "（三）种树",
        "（四）养花",
        "（五）设专班",
    ]
    assert [one.section.ordinal for one in measures] == [2, 2, 4, 4]
    leads = Responsibility.objects.filter(measure__in=measures, role=ResponsibilityRole.LEAD)
    assert [one.lead_basis for one in leads.order_by("measure__ordinal")] == [LeadBasis.TEXT] * 3
    assert measures[3].text == ["抓好落实。"]
    assert [one for one in faults(on=TODAY) if "牵头" in one] == []


def test_a_measure_with_agencies_and_no_lead_is_not_made(client, settled):
    act(client, settled, "role", item=1, at=0, role="responsible")
    answer = confirm(client, settled)
    assert answer.status_code == 409
    assert "“办好夜间市集”等1项没有牵头单位" in answer.content.decode()


# Dropping, and who may ----------------------------------------------------------------------------


def test_a_draft_is_dropped_after_a_question(client, draft):
    assert "放弃这份草稿" in client.get(f"/intake/{draft.pk}/drop/").content.decode()
    client.post(f"/intake/{draft.pk}/drop/")
    assert not IntakeDraft.objects.exists()
    assert Event.objects.filter(action="intake.drop").count() == 1


def test_a_draft_waits_on_the_to_do_page_until_it_is_confirmed(client, settled):
    assert "关于促进夜间经济发展的通知”待确认" in client.get("/todo/").content.decode()
    confirm(client, settled)
    assert "关于促进夜间经济发展的通知”待确认" not in client.get("/todo/").content.decode()


@pytest.mark.parametrize(
    "role", [Role.CHIEF, Role.LIAISON, Role.AGENCY_HEAD, Role.LEADER, Role.AUDITOR]
)
def test_nobody_but_who_keeps_the_notice_brings_one_in(client, draft, role):
    client.force_login(make_user(role))
    assert client.get("/intake/").status_code == 403
    assert client.post("/intake/", {"text": TEXT}).status_code == 403
    assert act(client, draft, "merge", item=1).status_code == 403
    assert confirm(client, draft).status_code == 403
