"""Handing over a post: open work passes to the successor, closed work does not."""

from datetime import timedelta

import pytest

from agencies.accounts.handover import Terms, hand_over
from agencies.choices import AgencyMessage
from agencies.models import Event, Message
from agencies.permissions import Role
from measures.choices import FilingState, MeasureMessage
from measures.models import Review
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_note,
    make_user,
)
from reports.choices import ReportMessage

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
S = FilingState
EARLIER = NOW - timedelta(hours=3)


def pass_on(holder, heir):
    """Hand over the holder's only post today."""
    terms = Terms(heir, TODAY, reason="岗位调整")
    admin = make_user(Role.SECURITY_ADMIN)
    hand_over(holder.memberships.get(), terms=terms, by=admin, at=NOW)


def begun(holder, *, decision="", measure=None):
    filing = make_filing(measure=measure or make_measure(), state=S.SUBMITTED)
    decided = {"decided_by": holder, "decided_at": EARLIER} if decision else {}
    comment = "请补充。" if decision == "return" else ""
    Review.objects.create(
        note=filing.notes.get(), begun_by=holder, begun_at=EARLIER, decision=decision,
        comment=comment, **decided,
    )  # fmt: skip
    if decision:
        filing.state = S.RETURNED
        filing.save()
    return filing


def message(user, kind, url, **fields):
    return Message.objects.create(
        user=user, kind=kind, sentence=f"关于{url}。", url=url, created_at=EARLIER, **fields
    )


class TestReviews:
    def test_what_was_begun_moves_and_what_was_decided_stays(self):
        holder, heir = make_user(Role.COORDINATOR), make_user()
        under_way, decided = begun(holder), begun(holder, decision="return")
        another = begun(make_user(Role.COORDINATOR))
        pass_on(holder, heir)
        moved = Review.objects.get(note__filing=under_way)
        assert (moved.begun_by, moved.begun_at) == (heir, NOW)
        assert Review.objects.get(note__filing=decided).begun_by == holder
        assert Review.objects.get(note__filing=decided).decided_by == holder
        assert Review.objects.get(note__filing=another).begun_by not in (holder, heir)
        assert Event.objects.get().after["passed_on"] == [f"{under_way}的审核"]

    def test_what_the_successor_may_not_decide_stays(self):
        holder, agency = make_user(Role.COORDINATOR), make_agency()
        heir = make_user(Role.COORDINATOR)
        filing = begun(holder, measure=make_measure(lead=agency))
        other = make_filing(measure=make_measure(lead=agency), period=filing.period)
        make_note(other, author=heir)
        pass_on(holder, heir)
        assert Review.objects.get().begun_by == holder

    def test_a_liaison_s_successor_gets_no_review(self):
        agency = make_agency()
        holder = make_user(Role.LIAISON, agency)
        filing = begun(holder)
        pass_on(holder, make_user())
        assert Review.objects.get(note__filing=filing).begun_by == holder


class TestMessages:
    @pytest.fixture
    def agency(self):
        return make_agency()

    @pytest.fixture
    def holder(self, agency):
        return make_user(Role.LIAISON, agency)

    def place(self, filing):
        return f"/filings/?period={filing.period_id}#filing-{filing.pk}"

    def heard(self, heir):
        return [m.url for m in Message.objects.to(heir).exclude(kind=AgencyMessage.HANDED_OVER)]

    def test_unread_ones_about_open_filings_are_copied(self, agency, holder):
        heir = make_user()
        open_one = make_filing(measure=make_measure(lead=agency), state=S.RETURNED)
        done = make_filing(measure=make_measure(lead=agency), state=S.ACCEPTED)
        others = make_filing(measure=make_measure(), state=S.RETURNED)
        for filing in (open_one, done, others):
            message(holder, MeasureMessage.RETURNED, self.place(filing))
        message(holder, MeasureMessage.RETURNED, self.place(open_one) + "0", read_at=NOW)
        message(holder, ReportMessage.REPORT_READY, "/reports/1/")
        pass_on(holder, heir)
        assert self.heard(heir) == [self.place(open_one)]
        assert Message.objects.to(holder).unread().filter(kind=MeasureMessage.RETURNED).count() == 3
        assert Event.objects.get().after["passed_on"] == ["未读消息1条"]

    def test_what_the_successor_was_told_already_is_not_told_twice(self, agency, holder):
        heir = make_user(Role.LIAISON, agency)
        filing = make_filing(measure=make_measure(lead=agency), state=S.RETURNED)
        for user in (holder, heir):
            message(user, MeasureMessage.RETURNED, self.place(filing))
        pass_on(holder, heir)
        assert self.heard(heir) == [self.place(filing)]

    @pytest.mark.parametrize(("state", "count"), [(S.PENDING, 1), (S.ACCEPTED, 0)])
    def test_the_call_to_file_is_passed_on_while_anything_is_open(
        self, agency, holder, state, count
    ):
        heir = make_user()
        make_filing(measure=make_measure(lead=agency), state=state)
        message(holder, MeasureMessage.PERIOD_OPENED, "/filings/")
        pass_on(holder, heir)
        assert len(self.heard(heir)) == count

    def test_a_head_s_successor_hears_of_what_waits_for_approval(self, agency):
        holder, heir = make_user(Role.AGENCY_HEAD, agency), make_user()
        waiting = make_filing(measure=make_measure(lead=agency), state=S.IN_AGENCY)
        gone = make_filing(measure=make_measure(lead=agency), state=S.SUBMITTED)
        for filing in (waiting, gone):
            message(holder, MeasureMessage.SUBMITTED, f"/reviews/{filing.pk}/")
        pass_on(holder, heir)
        assert self.heard(heir) == [f"/reviews/{waiting.pk}/"]
