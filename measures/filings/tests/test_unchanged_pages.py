"""本期无新进展 and 全部提交 on 本期应报."""

import pytest
from django.urls import reverse

from measures.choices import FilingState
from measures.filings.page import WHOLE_MOST
from measures.filings.tests.test_page import save, typed
from measures.models import Filing, Note
from measures.tests.factories import make_filing, make_measure
from policy_tracker.tests.parsing import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/filings/"
S = FilingState


@pytest.fixture
def filing(customs):
    return make_filing(measure=make_measure(lead=customs))


def unchanged(client, filing, **fields):
    address = reverse("measures:filing_unchanged", args=[filing.pk])
    return client.post(
        address, typed(filing, **({"progress": "", "unchanged_for": "on_plan"} | fields))
    )


def test_one_click_says_that_there_is_nothing_new(client, liaison, filing):
    response = unchanged(client, filing)
    assert response.status_code == 302
    assert response.url.endswith(f"#filing-{filing.pk}")
    note = filing.notes.get()
    assert (note.is_unchanged, note.unchanged_reason) == (True, "按计划持续推进，本期无新增事项")
    page = client.get(URL).content.decode()
    assert "无新进展，已填好，待提交" in page
    assert "改为填写进展" in page


def test_another_reason_is_written_out(client, liaison, filing):
    assert unchanged(client, filing, unchanged_for="other").status_code == 422
    unchanged(client, filing, unchanged_for="other", reason_words="机构调整。")
    assert filing.notes.get().progress == "本期无新进展：机构调整。"


def test_written_words_are_not_replaced_by_a_click(client, liaison, filing):
    response = unchanged(client, filing, progress="写了很久的话。")
    page = response.content.decode()
    assert response.status_code == 422
    assert "已填写进展情况；如确无新进展，请先清空" in page
    assert "写了很久的话。" in page


def test_its_reason_can_be_changed_and_it_stays_unchanged(client, liaison, filing):
    unchanged(client, filing)
    save(client, filing, is_unchanged="1", unchanged_for="seasonal", revision=1)
    note = filing.notes.get()
    assert (note.is_unchanged, note.unchanged_reason) == (True, "季节性工作，本期未开展")


def test_it_can_be_made_an_ordinary_filing_again(client, liaison, filing):
    unchanged(client, filing)
    save(client, filing, is_unchanged="1", written="1", progress="", revision=1)
    note = filing.notes.get()
    assert (note.is_unchanged, note.progress) == (False, "")
    assert "缺：进展情况" in client.get(URL).content.decode()


def test_an_unchanged_filing_is_handed_in_like_any_other(client, liaison, filing):
    unchanged(client, filing)
    sent = typed(filing, is_unchanged="1", unchanged_for="on_plan", revision=1)
    client.post(reverse("measures:filing_submit", args=[filing.pk]), sent)
    filing.refresh_from_db()
    assert filing.state == "submitted"
    assert "本期无新进展" in client.get(URL).content.decode()


def owed(customs, *states):
    return [make_filing(measure=make_measure(lead=customs), state=state) for state in states]


def test_all_the_rest_are_unchanged_and_all_are_handed_in(client, liaison, customs):
    filings = owed(customs, S.PENDING, S.PENDING, S.DRAFT)
    period = filings[0].period_id
    sent = {"period": period, "unchanged_for": "on_plan"}
    sent |= {f"f{filing.pk}-is_included": "on" for filing in filings}
    client.post(reverse("measures:filings_unchanged"), sent)
    page = client.get(URL).content.decode()
    assert "将提交3项，其中无新进展2项。确定提交吗？" in page
    seen = [f"{filing.pk}:1" for filing in filings]
    response = client.post(
        reverse("measures:filings_submit"), {"period": period, "seen": seen}, follow=True
    )
    assert "3项已报送市商务委，其中无新进展2项。" in response.content.decode()
    assert set(Filing.objects.values_list("state", flat=True)) == {S.SUBMITTED}


def test_the_page_for_all_the_rest_leads_back_to_its_period(client, liaison, filing):
    response = client.get(reverse("measures:filings_unchanged"), {"period": filing.period_id})
    (way,) = parse(response.content).xpath("//nav[@class='crumbs']//a[text()='本期应报']/@href")
    assert way == f"{URL}?period={filing.period_id}"


def test_for_all_the_rest_another_reason_is_written_out_too(client, liaison, customs):
    filings = owed(customs, S.PENDING, S.PENDING)
    sent = {"period": filings[0].period_id, "unchanged_for": "other"}
    response = client.post(reverse("measures:filings_unchanged"), sent)
    assert response.status_code == 422
    assert "请写明无新进展的原因。" in response.content.decode()


def test_what_does_not_go_is_named_with_its_reason(client, liaison, customs):
    filings = owed(customs, S.DRAFT, S.DRAFT)
    filings[0].notes.update(progress="")
    page = client.get(URL).content.decode()
    assert "将提交1项；另有1项未填好，不提交。确定提交吗？" in page
    seen = ["x", "99999:1", f"{filings[0].pk}:1", f"{filings[1].pk}:1"]
    sent = {"period": filings[0].period_id, "seen": seen}
    page = client.post(reverse("measures:filings_submit"), sent, follow=True).content.decode()
    assert "1项已报送市商务委。" in page
    assert "没有提交：（一）推进一件事尚未填写进展情况，请填写后再提交。" in page


def test_with_nothing_ready_the_page_says_so(client, liaison, filing):
    sent = {"period": filing.period_id}
    page = client.post(reverse("measures:filings_submit"), sent, follow=True).content.decode()
    assert "没有填好待提交的项目" in page


@pytest.mark.parametrize("name", ["filings_submit", "filings_unchanged"])
@pytest.mark.parametrize("period", ["", "x", "0", "99999999999999999999"])
def test_for_several_a_wrong_period_is_404(client, liaison, name, period):
    assert client.post(reverse(f"measures:{name}"), {"period": period}).status_code == 404


def test_another_agency_s_draft_is_not_handed_in(client, liaison):
    foreign = make_filing(state=S.DRAFT)
    sent = {"period": foreign.period_id, "seen": [f"{foreign.pk}:1"]}
    client.post(reverse("measures:filings_submit"), sent)
    foreign.refresh_from_db()
    assert foreign.state == S.DRAFT


MANY = 2 * WHOLE_MOST + 3


def shown_items(answer):
    found = parse(answer.content.decode()).xpath("//h2[starts-with(@id, 'item-')]/@id")
    return [int(name.removeprefix("item-")) for name in found]


def words(answer):
    return " ".join(parse(answer.content.decode()).text_content().split())


def form_of(answer):
    page = parse(answer.content.decode())
    return next(form for form in page.forms if "unchanged" in form.action)


class TestVeryMany:
    """More than fit a page are confirmed page by page; each page is saved before the next."""

    @pytest.fixture
    def filings(self, customs, liaison):
        return owed(customs, *[S.PENDING] * MANY)

    @pytest.fixture
    def address(self, filings):
        return f"{reverse('measures:filings_unchanged')}?period={filings[0].period_id}"

    def test_a_usual_number_is_on_one_page(self, client, liaison, customs):
        filings = owed(customs, *[S.PENDING] * WHOLE_MOST)
        sent = {"period": filings[0].period_id}
        page = client.get(reverse("measures:filings_unchanged"), sent)
        assert shown_items(page) == [filing.pk for filing in filings]
        assert "后面还有" not in page.content.decode()

    def test_every_page_is_saved_and_leads_to_the_next_and_the_last_one_back(
        self, client, filings, address
    ):
        seen, page = [], client.get(address)
        assert f"尚未填写的{MANY}项，本页{WHOLE_MOST}项，后面还有{MANY - WHOLE_MOST}项" in words(
            page
        )
        while page.request["PATH_INFO"] != URL:
            seen.append(shown_items(page))
            sent = dict(form_of(page).form_values())
            page = client.post(reverse("measures:filings_unchanged"), sent, follow=True)
        assert [len(items) for items in seen] == [WHOLE_MOST, WHOLE_MOST, 3]
        assert sum(seen, []) == [filing.pk for filing in filings]
        assert Note.objects.filter(is_unchanged=True).count() == MANY

    def test_what_was_typed_on_a_page_is_in_its_drafts_and_what_was_left_out_is_not_asked_again(
        self, client, filings, address
    ):
        sent = dict(form_of(client.get(address)).form_values())
        sent[f"f{filings[0].pk}-next_steps"] = "下期完成验收。"
        del sent[f"f{filings[1].pk}-is_included"]
        page = client.post(reverse("measures:filings_unchanged"), sent, follow=True)
        assert filings[0].notes.get().next_steps == "下期完成验收。"
        assert not filings[1].notes.exists()
        assert shown_items(page)[0] == filings[WHOLE_MOST].pk
        assert f"已将{WHOLE_MOST - 1}项填为本期无新进展" in words(page)

    def test_the_reason_of_a_page_is_offered_on_the_next(self, client, filings, address):
        sent = dict(form_of(client.get(address)).form_values())
        sent |= {"unchanged_for": "other", "reason_words": "机构调整。"}
        page = client.post(reverse("measures:filings_unchanged"), sent, follow=True)
        offered = dict(form_of(page).form_values())
        assert (offered["unchanged_for"], offered["reason_words"]) == ("other", "机构调整")

    def test_a_refused_page_stays_with_all_that_was_typed(self, client, filings, address):
        second = client.get(f"{address}&after={filings[WHOLE_MOST - 1].pk}")
        sent = dict(form_of(second).form_values())
        sent[f"f{filings[WHOLE_MOST].pk}-problems"] = "场地未定。"
        sent["unchanged_for"] = "other"
        refused = client.post(reverse("measures:filings_unchanged"), sent)
        assert refused.status_code == 422
        assert shown_items(refused) == shown_items(second)
        assert "场地未定。" in words(refused)
        assert not Note.objects.exists()

    def test_a_page_without_any_of_them_is_passed_over(self, client, filings, address):
        page = client.get(address)
        (skip,) = parse(page.content.decode()).xpath("//a[contains(., '跳过本页')]/@href")
        assert shown_items(client.get(skip))[0] == filings[WHOLE_MOST].pk
        sent = dict(form_of(page).form_values())
        sent = {name: value for name, value in sent.items() if not name.endswith("is_included")}
        page = client.post(reverse("measures:filings_unchanged"), sent, follow=True)
        assert "没有填入" in words(page)
        assert shown_items(page)[0] == filings[WHOLE_MOST].pk

    @pytest.mark.parametrize("after", ["", "x", "0", "99999999999999999999"])
    def test_a_wrong_place_shows_the_first_page(self, client, filings, address, after):
        assert shown_items(client.get(f"{address}&after={after}"))[0] == filings[0].pk
