"""Text repeated from the last accepted note must be confirmed, however it got into the draft."""

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState, PeriodState
from measures.filings.drafts import WantedDraft, save_note, save_notes
from measures.filings.submission import UnconfirmedError, submit_note
from measures.filings.tests.cards import save, typed
from measures.models import Filing, Period
from measures.rules.notes import words_of_unchanged
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    content,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
PLAN, OWN = "三季度推动在建指定监管场地验收。", "四季度推动在建指定监管场地验收。"
DONE = "2026年上半年，上线政务服务事项41项。"
REASON = "待上级政策明确"
UNCHANGED = {"progress": words_of_unchanged(REASON), "unchanged_reason": REASON}
TICKED = {"is_unchanged": "1", "unchanged_for": "on_plan"}


@pytest.fixture
def filing(customs):
    """Create a filing with an accepted note of the period before."""
    measure = make_measure(lead=customs)
    before = make_period(Quarter(2026, 2), state=PeriodState.CLOSED)
    last = make_filing(measure=measure, period=before)
    last.accepted_note = make_note(last, submitted=True, progress=DONE, next_steps=PLAN)
    last.first_submitted_at, last.state = NOW, FilingState.ACCEPTED
    last.save()
    return make_filing(measure=measure, period=make_period())


def newest(filing):
    return filing.notes.order_by("-version").first()


def send(client, filing, **fields):
    address = reverse("measures:filing_submit", args=[filing.pk])
    return client.post(address, typed(filing, **fields))


def begin(filing, liaison):
    """Save a draft without news and with the writer's own plan."""
    said = content(**UNCHANGED, next_steps=OWN)
    save_note(filing, by=liaison, content=said, revision=0, at=NOW)


def older(filing):
    """Move the accepted note to a period before the last."""
    kept = Quarter(2026, 1)
    Period.objects.filter(filings__measure=filing.measure).exclude(pk=filing.period_id).update(
        label="2026年一季度", covers_from=kept.starts_on, covers_to=kept.ends_on
    )


def test_typed_back_on_a_card_that_says_unchanged_it_waits(client, liaison, filing):
    begin(filing, liaison)
    save(client, filing, progress="", next_steps=PLAN, **{**TICKED, "revision": 1})
    assert (newest(filing).carried, newest(filing).is_confirmed) == (["next_steps"], False)
    page = client.get("/filings/").content.decode()
    assert "缺：对下一步打算的核对" in page
    assert "“三季度”已过" in page
    refused = send(client, filing, progress="", next_steps=PLAN, **TICKED, revision=2)
    assert refused.status_code == 422
    assert newest(filing).submitted_at is None


def test_the_script_is_told_and_shows_what_to_confirm(client, liaison, filing):
    begin(filing, liaison)
    answer = save(
        client, filing, script=True, progress="", next_steps=PLAN, **{**TICKED, "revision": 1}
    ).content.decode()
    assert "缺：对下一步打算的核对" in answer
    assert f'id="carried-{filing.pk}" hx-swap-oob="true"' in answer
    assert "“三季度”已过" in answer
    assert f'name="f{filing.pk}-is_confirmed"' in answer


def test_the_box_stays_as_it_is_where_it_asks_the_same(client, liaison, filing):
    begin(filing, liaison)
    said = {"progress": "", "next_steps": PLAN, **TICKED, "revision": 1}
    save(client, filing, script=True, **said)
    said |= {"revision": 2, "confirms": "next_steps", "is_confirmed": "on"}
    answer = save(client, filing, script=True, **said).content.decode()
    assert f"carried-{filing.pk}" not in answer
    assert newest(filing).is_confirmed


def test_a_tick_confirms_only_what_stood_beside_it(client, liaison, filing):
    begin(filing, liaison)
    refused = send(
        client, filing, progress="", next_steps=PLAN, is_confirmed="on", **TICKED, revision=1
    )
    assert refused.status_code == 422
    page = refused.content.decode()
    assert f'name="f{filing.pk}-confirms" value="next_steps"' in page
    said = {"next_steps": PLAN, "is_confirmed": "on", "confirms": "next_steps"}
    send(client, filing, progress="", **said, **TICKED, revision=1)
    assert (newest(filing).carried, newest(filing).is_confirmed) == (["next_steps"], True)
    assert newest(filing).submitted_at is not None


def test_typed_back_after_it_was_confirmed_it_waits_again(liaison, filing):
    begin(filing, liaison)
    plans = (PLAN, OWN, PLAN)
    for revision, plan in enumerate(plans, 1):
        said = content(**UNCHANGED, next_steps=plan)
        if revision == 2:
            said["is_confirmed"] = True
        save_note(filing, by=liaison, content=said, revision=revision, at=NOW)
    assert (newest(filing).carried, newest(filing).is_confirmed) == (["next_steps"], False)


def test_a_sheet_that_puts_it_back_waits_too(client, liaison, filing):
    begin(filing, liaison)
    wanted = WantedDraft(filing, content(**UNCHANGED, next_steps=PLAN), 1)
    save_notes([wanted], by=liaison, at=NOW)
    assert (newest(filing).carried, newest(filing).is_confirmed) == (["next_steps"], False)
    assert "缺：对下一步打算的核对" in client.get("/filings/").content.decode()


def test_neither_spaces_nor_lines_make_words_one_s_own(liaison, filing):
    said = content(**UNCHANGED, next_steps=f" {PLAN[:3]}\r\n{PLAN[3:]}")
    save_note(filing, by=liaison, content=said, revision=0, at=NOW)
    assert newest(filing).carried == ["next_steps"]


def test_a_copied_progress_is_asked_about_once(client, liaison, filing):
    refused = send(client, filing, progress=DONE)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "的进展情况与上期相同，请核对：仍适用的请确认，否则请修改。" in page
    assert "<b>进展情况</b>与上期相同，" in page
    assert "“2026年上半年”早于本期" in page
    assert "待确认" in page
    assert "没有保存" not in page
    send(client, filing, progress=DONE, is_confirmed="on", confirms="progress")
    assert (newest(filing).carried, newest(filing).is_confirmed) == (["progress"], True)
    assert newest(filing).submitted_at is not None


APPENDED = f"2026年前三季度，上线政务服务事项49项。\n{DONE}"


def test_a_progress_with_the_last_one_appended_is_asked_about(client, liaison, filing):
    refused = send(client, filing, progress=APPENDED)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "的进展情况写有上期的全文，请核对：仍适用的请确认，否则请修改。" in page
    assert "<b>进展情况</b>写有上期的全文，" in page
    assert "“2026年上半年”早于本期" in page
    assert "“2026年前三季度”" not in page  # the writer's own
    send(client, filing, progress=APPENDED, is_confirmed="on", confirms="progress")
    assert newest(filing).submitted_at is not None
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(reverse("measures:review", args=[filing.pk])).content.decode()
    assert '<span class="tone is-yellow">沿用“2026年上半年”早于本期，已核对</span>' in page


def test_it_is_offered_only_where_nothing_is_written_yet(client, liaison, filing):
    assert "data-copy-empty>沿用到本期" in client.get("/filings/").content.decode()
    save_note(filing, by=liaison, content=content(), revision=0, at=NOW)
    assert "data-copy-empty hidden>沿用到本期" in client.get("/filings/").content.decode()


def test_whoever_reviews_sees_that_the_progress_was_copied(client, liaison, filing):
    send(client, filing, progress=DONE, is_confirmed="on", confirms="progress")
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(reverse("measures:review", args=[filing.pk])).content.decode()
    assert "沿用上期的内容，填报人已核对" in page
    assert "“2026年上半年”早于本期" in page
    assert '<span class="tone is-yellow">沿用“2026年上半年”早于本期，已核对</span>' in page


def test_an_old_time_in_a_plan_beside_news_is_asked_about(liaison, filing):
    said = content(next_steps=PLAN)
    save_note(filing, by=liaison, content=said, revision=0, at=NOW)
    assert newest(filing).carried == ["next_steps"]
    with pytest.raises(UnconfirmedError):
        submit_note(filing, by=liaison, at=NOW)


def test_words_beside_news_that_name_no_time_go_as_they_are(liaison, filing):
    make_last(filing, next_steps="继续推进。")
    save_note(filing, by=liaison, content=content(), revision=0, at=NOW)
    assert newest(filing).carried == []
    assert submit_note(filing, by=liaison, at=NOW).submitted_at == NOW


def make_last(filing, **words):
    """Create another accepted note of the period before."""
    last = Filing.objects.get(accepted_note__isnull=False, measure=filing.measure)
    last.accepted_note = make_note(last, submitted=True, **words)
    last.save()


def test_a_draft_older_than_what_was_accepted_is_asked_about_too(client, liaison, filing):
    said = content(**UNCHANGED, next_steps=OWN)
    save_note(filing, by=liaison, content=said, revision=0, at=NOW)
    make_last(filing, next_steps=OWN)  # a note under review was accepted meanwhile
    response = client.post(f"/api/filings/{filing.pk}/submit/")
    assert response.status_code == 409
    assert "缺：对下一步打算的核对" in client.get("/filings/").content.decode()
    send(client, filing, progress="", next_steps=OWN, **TICKED, revision=1)
    assert newest(filing).submitted_at is None


def test_words_of_an_older_period_are_never_called_those_of_the_last(client, liaison, filing):
    older(filing)
    refused = send(client, filing, progress="", next_steps=PLAN, **TICKED)
    page = refused.content.decode()
    assert "的下一步打算与2026年一季度相同，请核对" in page
    said = {"next_steps": PLAN, "is_confirmed": "on", "confirms": "next_steps"}
    send(client, filing, progress="", **said, **TICKED)
    card = client.get("/filings/").content.decode()
    assert "与2026年一季度相同，已核对" in card
    assert "“三季度”已过" in card
    client.force_login(make_user(Role.COORDINATOR))
    review = client.get(reverse("measures:review", args=[filing.pk])).content.decode()
    assert "沿用2026年一季度的内容，填报人已核对" in review
    assert "与2026年一季度相同，已核对" in review
    assert not any("与上期相同" in one or "沿用上期" in one for one in (page, card, review))
