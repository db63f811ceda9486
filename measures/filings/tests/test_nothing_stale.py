"""本期无新进展 copies no text of the last period that the writer has not confirmed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.permissions import Role
from measures.choices import FilingState, PeriodState
from measures.filings.drafts import WantedDraft, save_notes
from measures.filings.tests.cards import typed
from measures.models import Filing, Note, Period
from measures.rules.notes import words_of_unchanged
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    content,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState
PLAN = "三季度推动在建指定监管场地验收。"


@pytest.fixture
def filings(customs):
    """Create two filings, each with an accepted note of the period before."""
    before, period = make_period(Quarter(2026, 2), state=PeriodState.CLOSED), make_period()
    made = []
    for _ in range(2):
        measure = make_measure(lead=customs)
        last = make_filing(measure=measure, period=before)
        last.accepted_note = make_note(last, submitted=True, next_steps=PLAN)
        last.first_submitted_at, last.state = NOW, S.ACCEPTED
        last.save()
        made.append(make_filing(measure=measure, period=period))
    return made


def submit_all(client, *filings):
    seen = [f"{filing.pk}:1" for filing in filings]
    sent = {"period": filings[0].period_id, "seen": seen}
    return client.post(reverse("measures:filings_submit"), sent, follow=True).content.decode()


def unchanged(client, filing):
    address = reverse("measures:filing_unchanged", args=[filing.pk])
    return client.post(address, typed(filing, progress="", unchanged_for="on_plan"))


def test_a_single_one_waits_for_its_confirmation(client, liaison, filings):
    unchanged(client, filings[0])
    page = submit_all(client, filings[0])
    assert not Note.objects.filter(filing=filings[0], submitted_at__isnull=False).exists()
    assert "的下一步打算与上期相同，请核对：仍适用的请确认，否则请修改。" in page


def test_all_the_rest_at_once_ask_for_each(client, liaison, filings):
    sent = {"period": filings[0].period_id, "unchanged_for": "on_plan"}
    client.post(reverse("measures:filings_unchanged"), sent)
    submit_all(client, *filings)
    assert not Note.objects.filter(next_steps=PLAN, submitted_at__isnull=False).exclude(
        filing__period__covers_from=Quarter(2026, 2).starts_on
    )


def ask(client, filings):
    address = reverse("measures:filings_unchanged")
    return client.get(address, {"period": filings[0].period_id}).content.decode()


def answer(client, filings, *, is_sure=False, **words):
    """Send the page with all filings unchanged, except `words`."""
    sent = {"period": filings[0].period_id, "unchanged_for": "on_plan"}
    for filing in filings:
        said = {"is_included": "on", "problems": "", "next_steps": PLAN} | words
        sent |= {f"f{filing.pk}-{name}": value for name, value in said.items()}
    if is_sure:
        sent["is_sure"] = "on"
    return client.post(reverse("measures:filings_unchanged"), sent, follow=True)


def newest(filing):
    return filing.notes.order_by("-version").first()


def test_the_page_of_all_shows_each_plan_and_marks_what_is_over(client, liaison, filings):
    page = ask(client, filings)
    assert page.count(PLAN) == 2
    assert page.count("“三季度”已过") == 2
    assert page.count("标出的时间已核对，仍照此填报<span") == 1  # marked as required


def test_words_of_an_older_period_are_called_by_its_name(client, liaison, filings):
    accepted = filings[0].measure.filings.exclude(accepted_note=None)
    older = Quarter(2026, 1)
    Period.objects.filter(filings__in=accepted).update(
        label="2026年一季度", covers_from=older.starts_on, covers_to=older.ends_on
    )
    card = client.get("/filings/").content.decode()
    assert "<b>2026年一季度计划：</b>" in card
    page = ask(client, filings)
    assert "<b>下一步打算</b>与2026年一季度相同" in page
    assert not any("与上期相同" in one or "上期计划" in one for one in (card, page))


def test_the_page_of_all_names_the_period_whose_words_wait_for_review(client, liaison, filings):
    ahead = make_period(Quarter(2026, 4), due_on=TODAY + timedelta(days=45))
    waits, *_ = filings
    note = make_note(waits, submitted=True, next_steps="四季度办。")
    Filing.objects.filter(pk=waits.pk).update(state=S.SUBMITTED, first_submitted_at=note.left_at)
    asked = [make_filing(measure=filing.measure, period=ahead) for filing in filings]
    page = ask(client, asked)
    assert page.count("2026年前三季度已报送、待审核，通过后才列为上期") == 1
    assert page.count("与2026年上半年相同") == 2


def test_what_is_over_and_left_as_it_is_is_asked_about(client, liaison, filings):
    response = answer(client, filings)
    assert response.status_code == 422
    page = response.content.decode()
    assert "“三季度”已过，请修改；确认无误的，请勾选后再填入。" in page
    assert '，<span class="tone is-yellow">“三季度”已过</span>' in page
    assert not Note.objects.filter(filing__in=filings).exists()


def test_a_time_that_was_taken_out_is_marked_no_longer(client, liaison, filings):
    sent = {"period": filings[0].period_id, "unchanged_for": "other"}  # refused: without words
    plans = ("四季度推动验收。", PLAN)
    for filing, plan in zip(filings, plans, strict=True):
        said = {"is_included": "on", "problems": "", "next_steps": plan}
        sent |= {f"f{filing.pk}-{name}": value for name, value in said.items()}
    response = client.post(reverse("measures:filings_unchanged"), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert page.count('<span class="tone is-yellow">“三季度”已过</span>') == 1
    assert page.count("</b>与上期相同") == 1


def test_a_time_that_stayed_in_words_of_one_s_own_is_asked_about(client, liaison, filings):
    response = answer(client, filings, next_steps="三季度已推动，继续。")
    assert response.status_code == 422
    assert "“三季度”已过，请修改" in response.content.decode()


def test_confirmed_it_goes_and_whoever_reviews_sees_what_was_carried_over(client, liaison, filings):
    answer(client, filings, is_sure=True)
    note = newest(filings[0])
    assert (note.next_steps, note.carried, note.is_confirmed) == (PLAN, ["next_steps"], True)
    submit_all(client, *filings)
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(reverse("measures:review", args=[filings[0].pk])).content.decode()
    assert "沿用上期的内容，填报人已核对" in page
    assert "“三季度”已过" in page
    assert "与上期相同，已核对" in page


def test_changed_or_emptied_it_is_nobody_s_but_the_writer_s(client, liaison, filings):
    answer(client, filings, next_steps="2027年一季度推动验收。")
    assert [newest(filing).carried for filing in filings] == [[], []]
    submit_all(client, *filings)
    assert newest(filings[0]).next_steps == "2027年一季度推动验收。"


def test_one_can_be_left_out(client, liaison, filings):
    sent = {"period": filings[0].period_id, "unchanged_for": "on_plan"}
    sent |= {f"f{filings[0].pk}-is_included": "on"}
    client.post(reverse("measures:filings_unchanged"), sent)
    assert newest(filings[0]).next_steps == ""
    assert newest(filings[1]) is None


def test_on_its_card_the_box_confirms_and_it_goes(client, liaison, filings):
    unchanged(client, filings[0])
    page = client.get("/filings/").content.decode()
    assert "缺：对下一步打算的核对" in page
    assert "<b>下一步打算</b>与上期相同，<span" in page
    assert "“三季度”已过" in page
    said = {"is_unchanged": "1", "unchanged_for": "on_plan", "next_steps": PLAN, "revision": 1}
    address = reverse("measures:filing_submit", args=[filings[0].pk])
    refused = client.post(address, typed(filings[0], **said))
    assert refused.status_code == 422
    assert "的下一步打算与上期相同，请核对" in refused.content.decode()
    client.post(address, typed(filings[0], **said, is_confirmed="on"))
    note = newest(filings[0])
    assert note.submitted_at is not None
    assert (note.carried, note.is_confirmed) == (["next_steps"], True)


def test_the_api_does_not_file_it_either(client, liaison, filings):
    unchanged(client, filings[0])
    response = client.post(f"/api/filings/{filings[0].pk}/submit/")
    assert response.status_code == 409
    assert newest(filings[0]).submitted_at is None


def test_a_sheet_that_repeats_the_last_plan_waits_for_its_confirmation_too(
    client, liaison, filings
):
    reason = "待上级政策明确"
    words = {"progress": words_of_unchanged(reason), "unchanged_reason": reason}
    said = [content(**words, next_steps=PLAN), content(**words, next_steps="四季度办。")]
    wanted = [WantedDraft(filing, one, 0) for filing, one in zip(filings, said, strict=True)]
    save_notes(wanted, by=liaison, at=NOW)
    assert [newest(filing).carried for filing in filings] == [["next_steps"], []]
    page = submit_all(client, *filings)
    assert "的下一步打算与上期相同，请核对" in page
    assert [newest(filing).submitted_at is None for filing in filings] == [True, False]
