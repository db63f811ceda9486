"""审核: the queue filtered by the URL, marked changes, several decisions at once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.models import Message
from agencies.permissions import Role
from measures.choices import FilingState
from measures.models import Filing, Note, Review
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    make_agency,
    make_evidence,
    make_filing,
    make_measure,
    make_note,
    make_period,
    make_user,
    sign_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/reviews/"
UNCHANGED = {"is_unchanged": True, "unchanged_reason": "按计划推进。"}


@pytest.fixture
def coordinator(client):
    return sign_in(client, Role.COORDINATOR)


def handed_in(measure=None, *, days_ago=1, period=None, **fields):
    filing = make_filing(measure=measure or make_measure(), period=period)
    moment = NOW - timedelta(days=days_ago)
    make_note(filing, submitted=True, left_at=moment, submitted_at=moment, **fields)
    filing.state, filing.first_submitted_at = FilingState.SUBMITTED, moment
    filing.save()
    return filing


def listed(client, query=""):
    """Return the ids in the list, in order."""
    page = client.get(URL + query).content.decode()
    return [int(pk) for pk in re.findall(r'class="queue-item" href="/reviews/(\d+)/', page)]


def text_of(client, url):
    return client.get(url).content.decode()


class TestFilters:
    def test_the_list_is_as_long_as_the_count_said(self, client, coordinator):
        for _ in range(2):
            handed_in(**UNCHANGED)
        handed_in(confidence="red", confidence_reason="资金未到位。", days_ago=20)
        page = " ".join(text_of(client, URL).split())
        for label, query, count in [
            ("牵头", "lead=1", 3),
            ("本期无新进展", "unchanged=1", 2),
            ("自评有风险或难以完成", "doubtful=1", 1),
            ("等候超过3个工作日", "overdue=1", 1),
        ]:
            assert f'href="/reviews/?{query}">{label} {count}<' in page
            assert len(listed(client, f"?{query}")) == count

    def test_the_oldest_is_first_unless_the_measures_order_is_asked_for(self, client, coordinator):
        late, early = handed_in(), handed_in(days_ago=3)
        assert listed(client) == [early.pk, late.pk]
        assert listed(client, "?sort=measure") == [late.pk, early.pk]

    @pytest.mark.parametrize("query", ["?agency=x", "?sort=age", "?lead=", "?page=99", "?nothing"])
    def test_words_it_does_not_know_are_passed_over(self, client, coordinator, query):
        filing = handed_in()
        assert listed(client, query) == [filing.pk]

    def test_one_that_waits_needs_no_filters(self, client, coordinator):
        handed_in()
        assert 'class="filters"' not in text_of(client, URL)
        handed_in()
        assert 'class="filters"' in text_of(client, URL)

    def test_where_nothing_fits_it_says_so_and_leads_back(self, client, coordinator):
        handed_in()
        page = text_of(client, URL + "?unchanged=1")
        assert "没有符合条件的待审核填报" in page
        assert 'href="/reviews/">查看全部待审核' in page

    def test_the_next_in_line_comes_from_the_same_part(self, client, coordinator):
        handed_in(days_ago=9)  # first in line, but says something
        first, second = handed_in(days_ago=5, **UNCHANGED), handed_in(**UNCHANGED)
        query = "?unchanged=1&sort=measure"
        page = text_of(client, reverse("measures:review", args=[first.pk]) + query)
        begin = f"/reviews/{first.pk}/begin/{query}"
        assert f'action="{begin.replace("&", "&amp;")}"' in page
        assert client.post(begin, {"version": 1}).url == f"/reviews/{first.pk}/{query}"
        accept = reverse("measures:review_accept", args=[first.pk])
        response = client.post(accept + query, {"status": "keep", "version": 1})
        assert response.url == f"/reviews/{second.pk}/{query}"

    def test_fifty_stand_on_a_page(self, client, coordinator):
        measure = make_measure()
        for number in range(51):
            period = make_period(Quarter(2000 + number // 4, number % 4 + 1), state="closed")
            handed_in(measure, period=period)
        assert len(listed(client)) == 50
        assert len(listed(client, "?page=2")) == 1

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_page_costs_the_same_for_any_number(
        self, client, coordinator, count, django_assert_max_num_queries
    ):
        for _ in range(count):
            handed_in(**UNCHANGED)
        client.get(URL)  # the session's own writes
        with django_assert_max_num_queries(13):
            client.get(URL + "?unchanged=1")


class TestChanges:
    @pytest.fixture
    def second(self, coordinator):
        """Returned once and submitted again; the last period has an accepted note too."""
        measure = make_measure()
        before = make_period(Quarter(2026, 2), state="closed")
        accepted = make_filing(measure=measure, period=before, state=FilingState.ACCEPTED)
        assert accepted.accepted_note.progress == "已推进一件事。"
        filing = handed_in(measure, period=make_period(), progress="签约12.5亿元<b>。")
        Review.objects.create(
            note=filing.notes.get(), begun_by=coordinator, begun_at=NOW, decided_by=coordinator,
            decided_at=NOW, decision="return", comment="请核对金额。",
        )  # fmt: skip
        make_note(filing, submitted=True, progress="签约15.3亿元<b>。", next_steps="继续推进。")
        return reverse("measures:review", args=[filing.pk])

    def test_the_last_version_is_compared_first(self, client, second):
        page = text_of(client, second)
        assert "签约<del>12.5</del><ins>15.3</ins>亿元&lt;b&gt;。" in page
        assert "<ins>继续推进。</ins>" in page
        assert "下划线为新增" in page
        assert "请核对金额。" in page

    def test_the_last_period_where_asked_for(self, client, second):
        page = text_of(client, second + "?against=period")
        assert "上期（2026年上半年）已通过" in page
        assert "<ins>15.3</ins>" not in page
        assert "<ins>" in page

    def test_nothing_where_asked_for(self, client, second):
        page = text_of(client, second + "?against=none")
        assert "<ins>" not in page
        assert "签约15.3亿元&lt;b&gt;。" in page
        assert "上一版（第1版）" in page  # still beside it

    def test_the_switch_names_what_there_is_and_keeps_the_filter(self, client, second):
        page = text_of(client, second + "?lead=1")
        nav = page[page.index('class="panel-bases"') :].partition("</nav>")[0]
        assert re.findall(r'href="[^"?]*\?([^"]*)">([^<]+)', nav) == [
            ("lead=1&amp;against=version", "对比上一版"),
            ("lead=1&amp;against=period", "对比上期"),
            ("lead=1&amp;against=none", "不标注"),
        ]
        assert nav.count('aria-current="true"') == 1

    def test_a_first_version_without_a_past_is_shown_plainly(self, client, coordinator):
        page = text_of(client, reverse("measures:review", args=[handed_in().pk]))
        assert "没有上期已通过的进展。" in page
        assert "panel-bases" not in page

    def test_a_note_without_news_says_so_with_its_reason(self, client, coordinator):
        filing = handed_in(**UNCHANGED)
        page = text_of(client, reverse("measures:review", args=[filing.pk]) + "?against=period")
        panel = page[page.index('aria-labelledby="panel-title"') :]
        assert "本期无新进展" in panel
        assert "按计划推进。" in panel
        assert "<del>" not in panel  # it has no new text to compare


class TestWhatTheReviewerSaw:
    """A version withdrawn before anybody saw it is not compared with."""

    def hand_in(self, filing, *files):
        """Submit the same text again, with these files."""
        note = make_note(filing)
        for name in files:
            make_evidence(note, f"%PDF-1.4 {name}".encode(), name=name)
        handed_in = {"submitted_by": note.author, "submitted_at": NOW, "left_at": NOW}
        Note.objects.filter(pk=note.pk).update(**handed_in)
        return note

    def page(self, client, filing):
        return text_of(client, reverse("measures:review", args=[filing.pk]))

    def test_a_version_nobody_saw_is_not_compared(self, client, coordinator):
        filing = handed_in()
        self.hand_in(filing, "新表.pdf")
        page = self.page(client, filing)
        assert "上一版" not in page
        assert "新表.pdf" in page
        assert "新增</span>" not in page

    def test_one_that_was_begun_is_with_new_and_removed_files(self, client, coordinator):
        filing = handed_in(progress="签约10亿元。")
        old = self.hand_in(filing, "旧表.pdf", "照片.pdf")
        said = {"decision": "return", "comment": "请换表。", "decided_by": coordinator}
        Review.objects.create(note=old, begun_by=coordinator, begun_at=NOW, decided_at=NOW, **said)
        make_note(filing, submitted=True, progress="从未看过。")
        self.hand_in(filing, "照片.pdf", "新表.pdf")
        page = re.sub(r"\s+", " ", self.page(client, filing))
        assert "上一版（第2版）" in page
        assert "从未看过" not in page
        assert re.search(r"新增</span> <a [^>]*>新表.pdf *</a>", page)
        assert re.search(r"已移除</span> <a [^>]*><del>旧表.pdf</del>", page)
        assert not re.search(r"</span> <a [^>]*>照片.pdf", page)


class TestTakingOver:
    @pytest.fixture
    def anothers(self, coordinator):
        filing = handed_in()
        other = make_user(Role.COORDINATOR, name="李四")
        Review.objects.create(note=filing.notes.get(), begun_by=other, begun_at=NOW)
        return filing

    def test_who_began_is_named_and_taking_over_is_asked(self, client, anothers):
        page = text_of(client, reverse("measures:review", args=[anothers.pk]))
        assert "李四于<time>2026-11-23 10:00</time>开始审核，尚未作出决定。" in page
        assert 'data-confirm="由您接手审核？李四将收到通知。"' in page
        assert "通过，看下一项" not in page

    def test_after_that_the_decision_is_theirs(self, client, coordinator, anothers):
        url = reverse("measures:review_take_over", args=[anothers.pk])
        assert client.post(url + "?lead=1", {"version": 1}).url == f"/reviews/{anothers.pk}/?lead=1"
        page = text_of(client, reverse("measures:review", args=[anothers.pk]))
        assert "通过，看下一项" in page
        assert client.post(url, {"version": 1}).status_code == 409


class TestSeveralAtOnce:
    def post(self, client, **data):
        return client.post(reverse("measures:reviews_accept_unchanged") + "?lead=1", data)

    def test_only_notes_without_news_can_be_marked(self, client, coordinator):
        handed_in()
        plain = handed_in(**UNCHANGED)
        page = text_of(client, URL)
        picks = re.findall(r'name="filing" value="(\d+)" form="bulk"', page)
        assert picks == [str(plain.pk)]
        assert re.findall(r'name="shown" value="(\d+)"', page) == [str(plain.pk)]
        assert page.count("措施进度保持不变，填报单位将收到通知。") == 2  # both ask first

    def test_those_marked_are_accepted(self, client, coordinator):
        one, two = handed_in(**UNCHANGED), handed_in(**UNCHANGED)
        response = self.post(client, filing=[one.pk], shown=[one.pk, two.pk])
        assert response.url == "/reviews/?lead=1"
        assert "已通过1项“本期无新进展”。" in text_of(client, response.url)
        assert listed(client) == [two.pk]

    def test_all_on_the_page_in_one_go(self, client, coordinator):
        shown = [handed_in(**UNCHANGED).pk for _ in range(3)]
        self.post(client, all="1", shown=shown)
        assert listed(client) == []

    def test_what_could_not_be_accepted_is_named(self, client, coordinator):
        filing = handed_in()
        page = text_of(client, self.post(client, filing=[filing.pk]).url)
        assert f"未通过{filing.agency_name}{filing.measure}：现在的版本不是" in page
        assert listed(client) == [filing.pk]

    @pytest.mark.parametrize("marked", [[], ["x", "²", "999999"]])
    def test_where_nothing_was_marked_it_says_so(self, client, coordinator, marked):
        page = text_of(client, self.post(client, filing=marked).url)
        assert "请先勾选“本期无新进展”的填报。" in page


class TestSeveralAtOnceInTheAgency:
    """An agency's head approves several; filings of other agencies are not offered."""

    @pytest.fixture
    def filings(self, client):
        agency, made = make_agency(), []
        for fields in (UNCHANGED, UNCHANGED, {}):
            made.append(make_filing(measure=make_measure(lead=agency)))
            make_note(made[-1], submitted=True, left_at=None, **fields)
        Filing.objects.filter(agency=agency).update(state=FilingState.IN_AGENCY)
        client.force_login(make_user(Role.AGENCY_HEAD, agency))
        return made

    def post(self, client, **data):
        return client.post(reverse("measures:reviews_approve_unchanged"), data)

    def test_only_notes_without_news_can_be_marked(self, client, filings):
        handed_in(**UNCHANGED)
        page = text_of(client, URL)
        picks = re.findall(r'name="filing" value="(\d+)" form="bulk"', page)
        assert picks == [str(filing.pk) for filing in filings[:2]]
        assert "同意报送本页全部" in page
        assert "措施进度保持不变" not in page

    def test_all_on_the_page_leave_in_one_go_and_call_once(self, client, filings):
        reviewer = make_user(Role.COORDINATOR)
        self.post(client, all="1", shown=[filing.pk for filing in filings[:2]])
        states = [Filing.objects.get(pk=filing.pk).state for filing in filings]
        assert states == ["submitted", "submitted", "in_agency"]
        assert Message.objects.filter(user=reviewer, sentence__contains="待审核").count() == 1

    def test_what_says_something_new_is_named_and_stays(self, client, filings):
        page = text_of(client, self.post(client, filing=[filings[2].pk]).url)
        assert f"未同意{filings[2].measure}：现在的版本不是" in page
        assert "请先勾选" in text_of(client, self.post(client).url)

    def test_nobody_chooses_among_one_agency(self, client, filings):
        page = text_of(client, URL)
        assert 'id="filter-agency"' not in page
        client.force_login(make_user(Role.COORDINATOR))
        handed_in()
        handed_in()
        assert 'id="filter-agency"' in text_of(client, URL)
