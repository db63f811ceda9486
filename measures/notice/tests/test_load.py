"""The loaded notice equals the captured one: nothing is added or invented."""

import tomllib
from collections import Counter
from datetime import date

import pytest

from agencies.models import Agency, AgencyAlias, Event
from measures.choices import GapKind, LeadBasis, ResponsibilityRole
from measures.models import Gap, Measure, Notice, Responsibility, Section, Workday
from measures.notice import load as loading
from measures.tests.factories import NOW

pytestmark = pytest.mark.django_db
KNOWN = tomllib.loads((loading.DATA / "notice.toml").read_text(encoding="utf-8"))
CAPTURE = (loading.DATA / "capture.txt").read_text(encoding="utf-8")
MEASURES = [m for section in KNOWN["sections"] for m in section["measures"]]


@pytest.mark.parametrize("measure", MEASURES, ids=lambda m: str(m["ordinal"]))
def test_every_title_sentence_and_agency_list_stands_verbatim_in_the_capture(measure):
    agencies = "、".join(measure["responsible"])
    for words in [measure["title"], *measure["text"], f"（{agencies}负责）" if agencies else ""]:
        assert words in CAPTURE


def test_preamble_closing_and_section_titles_stand_verbatim_in_the_capture():
    titles = [section["title"] for section in KNOWN["sections"]]
    for words in [KNOWN["preamble"], *KNOWN["closing"], *titles, KNOWN["title"], KNOWN["number"]]:
        assert words in CAPTURE


def test_working_titles_are_ours_and_do_not_stand_in_the_capture():
    for measure in MEASURES:
        if working := measure.get("working_title"):
            assert working not in CAPTURE
            assert measure["title"] == ""


def test_seventeen_measures_in_five_sections(real_notice):
    counts = [section.measures.count() for section in real_notice.sections.all()]
    assert counts == [4, 2, 5, 2, 4]
    assert list(real_notice.measures.values_list("ordinal", flat=True)) == list(range(1, 18))


def test_seventeen_agencies_bear_fifty_three_responsibilities(real_notice):
    links = Responsibility.objects.filter(measure__notice=real_notice)
    by_agency = Counter(links.values_list("agency__code", flat=True))
    assert sum(by_agency.values()) == 53
    assert len(by_agency) == 17
    assert (by_agency["sww"], by_agency["cqcustoms"], by_agency["jjxxw"]) == (13, 7, 6)
    assert by_agency["sinosure"] == 1


def test_the_first_named_leads(real_notice):
    leads = Responsibility.objects.filter(role=ResponsibilityRole.LEAD)
    assert all(lead.order == 1 and lead.lead_basis == LeadBasis.FIRST_NAMED for lead in leads)
    by_agency = Counter(leads.values_list("agency__code", flat=True))
    assert by_agency == {"sww": 10, "nyncw": 1, "jrjgj": 1, "kawlb": 1}
    assert leads.get(measure__ordinal=3).agency.code == "nyncw"
    assert leads.get(measure__ordinal=13).agency.code == "jrjgj"
    assert leads.get(measure__ordinal=16).agency.code == "kawlb"


def test_eighteen_gaps_are_listed_and_none_is_filled(real_notice):
    places = {
        kind: sorted(
            gap.measure.ordinal for gap in Gap.objects.filter(kind=kind, measure__isnull=False)
        )
        for kind in GapKind
    }
    assert Gap.objects.unconfirmed().count() == 18
    assert Gap.objects.get(section__isnull=False).section.ordinal == 4
    assert places == {
        GapKind.TITLE: [9, 10, 12, 16],
        GapKind.AGENCIES: [8, 9, 11, 15],
        GapKind.TEXT: [8, 9, 10, 11, 12, 13, 15, 16, 17],
        GapKind.OTHERS: [],
    }


def test_the_text_is_kept_with_its_digest(real_notice):
    assert real_notice.captured_text == CAPTURE
    assert len(real_notice.captured_digest) == 64


def test_loading_again_changes_nothing(real_notice):
    def counts():
        return [m.objects.count() for m in (Agency, AgencyAlias, Section, Measure, Gap, Workday)]

    before = counts()
    events = Event.objects.count()
    assert loading.load_basis(at=NOW) == (0, 0, real_notice, False, 0, 0)
    assert (counts(), Event.objects.count()) == (before, events)
    assert Notice.objects.count() == 1


def test_an_agency_is_called_as_on_the_day_asked_for(real_notice):
    def name(code, day):
        return Agency.objects.named(on=day).get(code=code).name_then

    assert name("pbc", date(2018, 11, 30)) == "人行重庆营管部"
    assert name("pbc", date(2023, 8, 17)) == "人行重庆营管部"
    assert name("pbc", date(2023, 8, 18)) == "人行重庆市分行"
    assert name("jrjgj", date(2024, 12, 31)) == "市金融监管局"
    assert name("sinosure", date(2026, 1, 1)) == "中国信保重庆营管部"


def test_one_alias_means_two_bodies_at_different_times(real_notice):
    zone = AgencyAlias.objects.get(text="两江新区")
    assert (zone.agency.code, zone.valid_to) == ("z_ljxq", date(2026, 1, 24))
    ended = Agency.objects.filter(successor__code="d500157").values_list("code", flat=True)
    assert set(ended) == {"d500105", "d500112", "z_ljxq"}


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [(date(2018, 12, 29), True), (date(2018, 12, 31), False), (date(2026, 10, 10), True)],
)
def test_published_days_that_differ_from_the_week_are_known(real_notice, day, is_workday):
    assert Workday.objects.get(date=day).is_workday is is_workday
