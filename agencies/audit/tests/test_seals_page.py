"""审计封存: the last seal, the number of unsealed events, the last verification's result."""

import pytest

from agencies.audit import trail
from agencies.audit.seals import seal_events
from agencies.audit.tests.test_seals import write_events
from agencies.audit.verification import record_verification
from agencies.choices import TrailAction
from agencies.models import Seal
from agencies.permissions import Role
from agencies.tests.factories import NOW, TODAY, make_user, sign_in
from agencies.todo.counts import waiting_for
from agencies.todo.page import to_do_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
PAGE = "/audit/seals/"


@pytest.fixture(params=[Role.AUDITOR, Role.SYSTEM_ADMIN])
def reader(request, client):
    return sign_in(client, request.param)


def test_before_the_first_seal_it_says_so(client, reader):
    page = client.get(PAGE).content.decode()
    assert "还没有封存" in page
    assert "还没有核验" in page


def test_it_shows_numbers_and_the_digest_to_keep(client, reader):
    write_events(3)
    seal_events(at=NOW, most=2)
    write_events(1)
    record_verification(at=NOW)
    answer = client.get(PAGE)
    assert [seal.number for seal in answer.context["page"]] == [2, 1]
    assert answer.context["unsealed"] == 2
    page = answer.content.decode()
    assert "<wbr>".join(Seal.objects.newest().digest_parts) in page
    assert "3条审计记录、2个封存与封存时一致" in page
    assert "第1条。" not in page


def test_what_is_broken_waits_for_both_until_it_is_whole_again(reader):
    trail.record(
        TrailAction.BROKEN, None, by=None, at=NOW, sentence="审计记录7被删除，封存1里有这一条。"
    )
    assert waiting_for(reader, on=TODAY)["audit_broken"] == 1
    (block,) = to_do_page(reader, on=TODAY).blocks
    (line,) = block.lists[0].lines
    assert line.told.label == "核验不符：审计记录7被删除"
    assert (line.told.url, line.is_urgent) == (PAGE, True)
    trail.record(TrailAction.VERIFIED, None, by=None, at=NOW, sentence="一致。")
    assert waiting_for(reader, on=TODAY)["audit_broken"] == 0


def test_nobody_else_is_bothered():
    trail.record(TrailAction.BROKEN, None, by=None, at=NOW, sentence="不符。")
    assert "audit_broken" not in waiting_for(make_user(Role.SECURITY_ADMIN), on=TODAY)
