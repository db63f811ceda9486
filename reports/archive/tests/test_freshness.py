"""A document with outdated data, or a second one: its signer must confirm that they know."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localtime

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Filing, Period
from measures.periods.actions import close_period
from measures.tests.factories import NOW, make_user
from reports.archive.freshness import how_changed
from reports.archive.issue import issue_report
from reports.archive.tests.sign_off import OWN, at, seen, signer_of, take
from reports.choices import IssueState as S
from reports.conftest import accept
from reports.datasets.frozen import digest_of
from reports.rules.signing import Step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
CHANGED = f"数据已变化：自{localtime(NOW):%Y-%m-%d %H:%M}生成以来有改动，文中没有反映。"


def file_late() -> None:
    accept(Filing.objects.get(agency__code=OWN, measure__ordinal=17), progress="补报。")


@pytest.mark.parametrize(("kind", "code"), [("progress", ""), ("agency", OWN)])
def test_changes_of_the_data_are_shown_and_must_be_confirmed(
    filed: Period, client: Client, kind: str, code: str
) -> None:
    report = at(S.SUBMITTED, filed, kind, code)
    page, box, anew = f"/reports/{report.pk}/", 'name="stale"', "按最新数据重新生成"
    client.force_login(signer_of(report))
    shown = client.get(page).content.decode()
    assert not any(words in shown for words in (CHANGED, anew, box))
    file_late()
    shown = client.get(page).content.decode()
    assert CHANGED in shown
    assert "第（十七）项：" in shown  # and what changed
    assert "未报变为已通过" in shown
    assert shown.index(anew) < shown.index(box) < shown.index("签发并编号")
    sent = {"seen": seen(report), "word": "渝关函"}
    refused = client.post(f"{page}issue/", sent)
    assert refused.status_code == 422
    assert "数据已变化，请重新生成" in refused.content.decode()
    with pytest.raises(DomainError, match=CHANGED):
        take(report, Step.ISSUE, signer_of(report))
    assert client.post(f"{page}issue/", sent | {"stale": "on"}).status_code == 302
    assert Event.objects.get(action="report.issue").sentence.endswith(f"。已知{CHANGED}")


def test_the_drafter_sees_the_changes_before_and_after_submitting(
    filed: Period, client: Client
) -> None:
    report = at(S.DRAFT, filed, "progress")
    client.force_login(make_user(Role.COORDINATOR))
    page, asked = f"/reports/{report.pk}/", f"/reports/{report.pk}/?changes=1"
    fetched = {"headers": {"HX-Request": "true"}}
    assert f'hx-get="{asked}"' in client.get(page).content.decode()  # the page loads it by itself
    assert "生成以来数据没有变化。" in client.get(asked, **fetched).content.decode()
    file_late()
    for _ in range(2):
        assert f'hx-get="{asked}"' in client.get(page).content.decode()
        part, whole = (client.get(asked, **how).content.decode() for how in (fetched, {}))
        assert "<html" not in part
        for shown in (part, whole):  # without a script, the link leads to the whole page
            assert CHANGED in shown
            assert "未报变为已通过" in shown
            assert "按最新数据重新生成" in shown
            assert 'name="stale"' not in shown  # only the person who signs must confirm it
        sent = {"seen": seen(report), "notes_settled": "on"}
        client.post(f"{page}submit/", sent)


def test_fields_missing_in_an_older_schema_are_no_change(filed: Period) -> None:
    report = at(S.SUBMITTED, filed, "progress")
    assert report.dataset is not None
    older = report.dataset | {"schema": 4}
    for section in older["sections"]:
        for measure in section["measures"]:
            del measure["back_reason"]
    report.dataset, report.digest = older, digest_of(older)
    assert how_changed(report) is None


def test_closing_the_period_is_a_change(filed: Period) -> None:
    report = at(S.SUBMITTED, filed, "progress")
    close_period(filed, by=make_user(Role.COORDINATOR), at=NOW)
    with pytest.raises(DomainError, match=CHANGED):
        take(report, Step.ISSUE, signer_of(report))


def test_a_passing_day_is_no_change(filed: Period) -> None:
    report = at(S.SUBMITTED, filed, "progress")
    by, later = signer_of(report), NOW + timedelta(days=1)
    assert issue_report(report, by=by, seen=seen(report), at=later).number


def test_the_signer_can_request_a_new_report(filed: Period, client: Client) -> None:
    report = at(S.SUBMITTED, filed, "progress")
    file_late()
    client.force_login(signer_of(report))
    response = client.post(f"/reports/{report.pk}/anew/")
    assert response.status_code == 302
    assert response["Location"] != f"/reports/{report.pk}/"


@pytest.mark.parametrize(("kind", "code"), [("progress", ""), ("letter", OWN)])
def test_signing_a_second_one_on_the_period_needs_a_confirmation(
    filed: Period, kind: str, code: str
) -> None:
    first, second = at(S.ISSUED, filed, kind, code), at(S.SUBMITTED, filed, kind, code)
    said = f"{first}已于2026年11月23日签发{first.issue.number}。"
    with pytest.raises(DomainError, match=said):
        take(second, Step.ISSUE, signer_of(second), again=False)
    take(second, Step.ISSUE, signer_of(second))
    event = Event.objects.filter(action="report.issue").latest("pk")
    assert event.sentence.endswith(f"。已知{said}")
