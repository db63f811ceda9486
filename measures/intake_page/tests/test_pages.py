"""文件导入 on its pages: from a pasted text to a plan, refusals, conflicts, roles."""

import pytest

from agencies.models import Agency, Event
from agencies.permissions import Role
from measures.choices import GapKind, Nature, PeriodState, ResponsibilityRole
from measures.intake_page.actions import work_in
from measures.models import Gap, IntakeDraft, Measure, Notice, Period, Responsibility
from measures.tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

TEXT = """重庆市人民政府办公厅关于促进夜间经济发展的通知
渝府办发〔2026〕12号
各区县（自治县）人民政府，市政府有关部门：
为促进夜间经济发展，现通知如下。
一、丰富供给
（一）办好夜间市集。支持各类夜间市集，2027年6月底前建成不少于20个夜间市集。（市商务委、市文化旅游委负责）
（二）延长开放时间。推动博物馆延长开放时间。（市文化旅游委负责）
二、强化保障
（三）优化交通。加密夜间公交班次。（市交通局等有关部门负责）
（四）加强监管。加强食品安全监管。（市夜间经济促进会负责）
重庆市人民政府办公厅
2026年11月2日"""


@pytest.fixture
def coordinator(client, real_notice):
    user = make_user(Role.COORDINATOR)
    client.force_login(user)
    return user


@pytest.fixture
def draft(client, coordinator):
    client.post("/intake/", {"text": TEXT})
    return IntakeDraft.objects.get()


def act(client, draft, do, *, htmx=False, **said):
    draft.refresh_from_db()
    said = {"do": do, "revision": draft.revision} | said
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/intake/{draft.pk}/act/", said, headers=headers)


def settle_all(client, draft):
    draft.refresh_from_db()
    while left := work_in(draft).open_doubts:
        for choice in ("gap", "keep", "ongoing"):
            if act(client, draft, "settle", doubt=left[0].id, choice=choice).status_code == 302:
                break
        draft.refresh_from_db()


def test_a_pasted_text_becomes_a_draft_that_is_read(client, draft):
    page = client.get(f"/intake/{draft.pk}/").content.decode()
    assert "读出4项" in page
    assert "办好夜间市集" in page
    assert Notice.objects.count() == 1


def test_confirming_makes_the_plan_and_opens_its_period(client, draft):
    settle_all(client, draft)
    agency = Agency.objects.get(short_name="市商务委")
    draft.refresh_from_db()
    said = {
        "seen": draft.revision,
        "coordinator": agency.pk,
        "main_kind": "quarterly",
        "period": "this",
    }
    answer = client.post(f"/intake/{draft.pk}/confirm/", said)
    assert answer.status_code == 302, answer.content.decode()
    notice = Notice.objects.get(number="渝府办发〔2026〕12号")
    measures = list(Measure.objects.filter(notice=notice))
    assert [one.title for one in measures] == [
        "办好夜间市集",
        "延长开放时间",
        "优化交通",
        "加强监管",
    ]
    assert measures[0].nature == Nature.DATED
    assert Gap.objects.filter(notice=notice, kind=GapKind.AGENCIES).count() == 2
    lead = Responsibility.objects.get(measure=measures[0], role=ResponsibilityRole.LEAD)
    assert lead.agency == agency
    period = Period.objects.get(notice=notice)
    assert period.state == PeriodState.OPEN
    assert period.filings.count() == 3
    assert answer.url == f"/periods/{period.pk}/"
    assert Event.objects.filter(action="notice.confirm").count() == 1
