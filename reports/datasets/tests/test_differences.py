"""What changed since a document's dataset was frozen, in words."""

from copy import deepcopy
from typing import Any

import pytest

from measures.models import Period
from measures.tests.factories import TODAY
from reports.datasets.differences import NOTHING_LEFT, OTHER, differences
from reports.datasets.letter import gather as gather_letter
from reports.datasets.schema import ProgressData, measures_of
from reports.models.report import Scope

pytestmark = pytest.mark.django_db


def test_each_measure_has_one_clause(data: ProgressData) -> None:
    now: Any = deepcopy(data)
    now["period"]["state_label"] = "已关闭"
    first, second, third, *_ = measures_of(now)
    first.update(stage_label="基本完成", light_label="预警")
    first["parties"][0]["filing_state"] = "退回修改"
    second["parties"][0]["note"]["progress"] = "更正后的进展。"
    second["parties"][1]["agency"] = "市数据局"
    third.update(sentence="另一原因", due_on="2027-01-01", figures=[{}])
    now["corrections"] = [{}]
    lead, other = (measures_of(data)[1]["parties"][n]["agency"] for n in (0, 1))
    was = measures_of(data)[0]
    assert differences(data, now) == (
        f"填报期由{data['period']['state_label']}变为已关闭",
        f"第（一）项：进度由{was['stage_label']}变为基本完成，预警灯由{was['light_label']}变为预警，"
        f"{was['parties'][0]['agency']}由{was['parties'][0]['filing_state']}变为退回修改",
        f"第（二）项：{lead}报送的内容有变化，新列入市数据局，{other}不再列入",
        "第（三）项：预警原因有变化，时限有变化，指标数据有变化",
        "更正事项有变化",
    )


def test_a_difference_without_a_clause_is_still_a_change(data: ProgressData) -> None:
    assert differences(data, {**data, "is_demo": True}) == (OTHER,)
    assert differences(data, {}) == (NOTHING_LEFT,)


@pytest.fixture
def letter(filed: Period) -> Any:
    agency = filed.filings.get(agency__code="cqcustoms", measure__ordinal=17).agency_id
    return gather_letter(Scope(filed.pk, agency_id=agency), on=TODAY)


def test_differences_of_a_letter_list_its_items(letter: Any) -> None:
    now = {**letter, "late": [{**letter["late"][0], "mark": "（一）"}], "earlier": [{}]}
    assert differences(letter, now) == (
        "第（十七）项已报送或免报",
        "新列入第（一）项",
        "往期欠报有变化",
    )


def test_other_differences_of_a_letter_are_named(letter: Any) -> None:
    now = deepcopy(letter)
    now["period"]["state_label"] = "已关闭"
    now["late"][0].update(due_on="2026-11-19", workdays=99)
    now["filings"][-1]["count"] += 1
    now.update(told_on="2026-12-01", file_by="2026-12-08", contact=None, agency_full="新名称")
    now["notice"]["title"] = "新标题"
    due, last = letter["late"][0], letter["filings"][-1]
    assert differences(letter, now) == (
        f"填报期由{letter['period']['state_label']}变为已关闭",
        f"第（十七）项截止日期由{due['due_on']}变为2026-11-19",
        f"第（十七）项逾期的工作日数由{due['workdays']}变为99",
        f"本期{last['label']}项数由{last['count']}变为{last['count'] + 1}",
        f"文中日期由{letter['told_on']}变为2026-12-01",
        f"要求的期限由{letter['file_by']}变为2026-12-08",
        "联系人有变化",
        "单位名称有变化",
        "文件信息有变化",
    )
