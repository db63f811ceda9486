"""Whom a circular may praise or name: by facts alone, in one table of cases."""

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Filing, Period, Responsibility
from measures.responsibilities.actions import end_responsibility
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_period, make_user
from reports.datasets.circular import circular_from, gather
from reports.datasets.schema import CircularData, ProgressData
from reports.documents.proposals import (
    demand_proposed,
    issuer_words,
    naming_proposals,
    praise_proposals,
    resolve_choices,
)
from reports.documents.tests.cases import calm, changed, party_changed, standings_of
from reports.models.report import Scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def circular(data: ProgressData) -> CircularData:
    """Return the filed period's circular with no measure that lags."""
    return circular_from(calm(data), standings_of(data), on=TODAY, calendar={})


def praised(data: Any) -> set[str]:
    return {one.agency for one in praise_proposals(data)}


def named(data: Any) -> dict[str, str]:
    return {one.agency: one.facts for one in naming_proposals(data)}


def test_agencies_with_all_filings_in_time_may_be_praised_except_the_issuer(
    circular: CircularData,
) -> None:
    assert "市科技局" in praised(circular)
    assert not {"市商务委", "重庆海关", "市知识产权局", "市发展改革委"} & praised(circular)


def test_each_shows_its_facts(circular: CircularData) -> None:
    facts = {one.agency: one.facts for one in praise_proposals(circular)}
    assert facts["市科技局"] == "按时报送3件、全部通过"
    assert named(circular) == {
        "市发展改革委": "迟报1件，逾期1个工作日",
        "重庆海关": "未报1件，逾期1个工作日",
        "市知识产权局": "未报1件，逾期1个工作日",
    }


NOT_PRAISED = [
    {"timeliness": "late"},
    {"timeliness": "missing"},
    {"returned": 1},
    {"part": "waiting"},  # in time, but not reviewed yet
    {"part": "mending"},
]


@pytest.mark.parametrize("values", NOT_PRAISED)
def test_one_fault_prevents_praise(circular: CircularData, values: dict[str, object]) -> None:
    assert "市科技局" not in praised(party_changed(circular, 1, "市科技局", **values))


@pytest.mark.parametrize("field", ["elsewhere", "ended_late"])
def test_a_debt_of_any_period_or_a_late_ended_duty_prevents_praise(
    circular: CircularData, field: str
) -> None:
    data: Any = deepcopy(circular)
    next(one for one in data["standings"] if one["code"] == "kjj")[field] = 1
    assert "市科技局" not in praised(data)


def test_the_lead_of_a_lagging_measure_may_not_be_praised(circular: CircularData) -> None:
    assert "市农业农村委" in praised(circular)
    assert "市农业农村委" not in praised(changed(circular, 3, light="red"))


def test_with_an_older_dataset_nobody_may_be_praised(circular: CircularData) -> None:
    assert praised({**circular, "standings": []}) == set()


def test_late_missing_and_returned_filings_are_one_entry_but_none_of_the_issuer(
    circular: CircularData,
) -> None:
    data = circular
    assert issuer_words(data) == ""
    for ordinal, values in (
        (1, {"timeliness": "late", "workdays_late": 2}),
        (5, {"timeliness": "missing", "part": "unfiled", "workdays_late": 4}),
        (7, {"part": "mending"}),
    ):
        agency = "市经济信息委" if ordinal != 5 else "市商务委"
        data = party_changed(data, ordinal, agency, **values)
    assert named(data)["市经济信息委"] == "迟报1件、退回待补正1件，逾期2个工作日"
    assert "市商务委" not in named(data)
    assert issuer_words(data) == "市商务委未报1件，是发文单位，不在自己的通报中点名。"


def test_a_debt_of_another_period_is_counted(filed: Period) -> None:
    agency = Filing.objects.filter(period=filed, agency__code="kjj").first()
    assert agency is not None
    before = make_period(
        Quarter(2026, 2), state="closed", due_on=TODAY - timedelta(days=130),
        opened_at=NOW - timedelta(days=145), closed_at=NOW - timedelta(days=100),
    )  # fmt: skip
    Filing.objects.create(
        period=before,
        measure=agency.measure,
        agency=agency.agency,
        role=agency.role,
        agency_name=agency.agency_name,
        due_on=before.due_on,
    )
    data = gather(Scope(filed.pk), on=TODAY)
    standings = {one["code"]: one for one in data["standings"]}
    assert (standings["kjj"]["elsewhere"], standings["nyncw"]["elsewhere"]) == (1, 0)
    assert "市科技局" not in praised(data)


def test_an_agency_whose_duty_ended_after_its_due_day_is_not_praised(filed: Period) -> None:
    """A bug once seen: the duty was ended, and minutes later the circular praised the agency."""
    duty = Responsibility.objects.get(agency__code="cqcustoms", measure__ordinal=17)
    end_responsibility(
        duty, since=TODAY, by=make_user(Role.COORDINATOR), reason="职责调整。", at=NOW
    )
    data = gather(Scope(filed.pk), on=TODAY)
    standings = {one["code"]: one for one in data["standings"]}
    assert standings["cqcustoms"]["ended_late"] == 1
    assert "重庆海关" not in praised(data)
    assert "重庆海关" not in named(data)  # it owes nothing now


def test_only_proposed_agencies_can_be_chosen(circular: CircularData) -> None:
    demand_proposed(circular, praised=["kjj"], named=["cqcustoms"])
    with pytest.raises(
        DomainError, match="“cqcustoms”不在可以表扬的单位之列。可以表扬的有：.*市科技局"
    ):
        demand_proposed(circular, praised=["cqcustoms"], named=[])


def test_choices_name_agencies_by_code_or_name_or_all(circular: CircularData) -> None:
    chosen = resolve_choices(circular, praise=["市科技局"], name=["全部"], with_consent=True)
    assert chosen == {
        "version": 1,
        "praised": ["kjj"],
        "named": ["fgw", "cqcustoms", "zscqj"],
        "with_consent": True,
    }
    with pytest.raises(DomainError, match="“某局”不在可以点名的单位之列"):
        resolve_choices(circular, praise=[], name=["某局"], with_consent=False)
