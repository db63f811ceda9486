"""Pages and reports are about periods of the notice's main kind."""

import pytest

from agencies.permissions import Role
from lib.errors import DomainError
from measures.tests.factories import NOW, TODAY, make_period, make_user
from reports.archive.forms import RequestForm
from reports.jobs.request import request_report
from reports.period.shown import shown_period

pytestmark = pytest.mark.django_db


@pytest.fixture
def special(db):
    """Create a special period, open besides the main one."""
    return make_period(kind="special", label="进博会成果落实")


def test_a_page_shows_the_main_kind_only(special):
    main = make_period(state="closed")
    shown = shown_period(None, on=TODAY)
    assert (shown.period, shown.periods) == (main, (main,))
    assert shown_period(special.pk, on=TODAY) is None


def test_a_report_can_be_requested_for_the_main_kind_only(special):
    main = make_period()
    form = RequestForm(user=make_user(Role.COORDINATOR))
    assert list(form.fields["period"].queryset) == [main]
    with pytest.raises(DomainError, match="报告只按主要填报期汇总"):
        request_report(by=make_user(Role.CHIEF), kind="progress", period=special, at=NOW)
