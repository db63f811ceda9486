"""原文待核对: what the captured notice lost."""

import pytest

from agencies.permissions import Role
from measures.models import Gap, Measure
from measures.tests.factories import make_measure, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture(autouse=True)
def leader(client):
    client.force_login(make_user(Role.LEADER))


def test_all_eighteen_are_listed(client, real_notice):
    page = client.get("/gaps/").content.decode()
    assert "18处" in page
    assert page.count('id="gap-') == 18


@pytest.mark.parametrize(("kind", "count"), [("title", 5), ("agencies", 4), ("text", 9)])
def test_the_number_on_a_filter_is_the_length_of_its_list(client, real_notice, kind, count):
    page = client.get("/gaps/", {"kind": kind}).content.decode()
    assert page.count('id="gap-') == count
    assert f"?kind={kind}" in page


def test_an_unknown_kind_lists_nothing_and_breaks_nothing(client, real_notice):
    assert client.get("/gaps/", {"kind": "x"}).status_code == 200


def test_without_gaps_the_page_says_so(client):
    assert "没有原文待核对事项" in client.get("/gaps/").content.decode()


def test_on_paper_the_text_that_is_left_is_whole(client, real_notice):
    page = client.get("/gaps/").content.decode()
    for measure in Measure.objects.filter(gaps__isnull=False):
        assert not measure.text or f'<span class="print-only small">{"".join(measure.text)}' in page


def test_others_that_the_notice_never_named_are_not_said_to_be_lost(client):
    measure = make_measure()
    shown = "其余责任单位待核对：各区县政府"
    gap = Gap.objects.create(
        notice=measure.notice, measure=measure, kind="others", shown_meanwhile=shown
    )
    page = client.get(f"/gaps/{gap.pk}/").content.decode()
    assert "原文只写明“各区县政府”，没有列出各单位" in page
    assert "采集的文本此处缺失" not in page
    assert "负责）" not in page
