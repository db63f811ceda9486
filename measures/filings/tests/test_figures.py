"""Figures in notes: saved with the draft, frozen, effective once accepted."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, InternalError, transaction

from agencies.permissions import Role
from lib.errors import DomainError
from measures.filings import drafts, submission
from measures.filings.figures import figures_of
from measures.indicators import values
from measures.models import Figure, IndicatorValue
from measures.reviews import actions as reviews
from measures.reviews import corrections
from measures.rules.figures import Said
from measures.tests.counted import make_figure, make_indicator
from measures.tests.factories import NOW, content, make_filing, make_measure, make_user

pytestmark = pytest.mark.django_db
ENDS = date(2026, 9, 30)


class Stage:
    """A filing whose agency is asked for one indicator."""

    def __init__(self):
        self.filing = make_filing(measure=make_measure())
        self.indicator = make_indicator(self.filing.measure, asked=True)
        self.liaison = make_user(Role.LIAISON, self.filing.agency)
        self.staff = make_user(Role.COORDINATOR)

    def save(self, value=None, absence="", **fields):
        said = Said(D(value) if value else None, absence)
        newest = self.filing.notes.order_by("-version").first()
        revision = newest.revision if newest and newest.submitted_at is None else 0
        words = content(**fields) | {"figures": {self.indicator.pk: said}}
        return drafts.save_note(
            self.filing, by=self.liaison, content=words, revision=revision, at=NOW
        )

    def submit(self, *, is_sure=False):
        return submission.submit_note(self.filing, by=self.liaison, is_sure=is_sure, at=NOW)

    def accept(self):
        return reviews.accept_note(self.filing, by=self.staff, at=NOW)

    def file(self, value):
        self.save(value)
        self.submit()
        self.accept()

    def correct(self, value=None, absence=""):
        corrections.correct_note(self.filing, by=self.liaison, reason="口径有误。", at=NOW)
        self.save(value, absence)
        self.submit(is_sure=True)
        self.accept()

    def unaccept(self):
        corrections.unaccept_note(self.filing, by=self.staff, reason="误通过。", at=NOW)

    def current(self):
        rows = IndicatorValue.objects.current()
        return [(row.value, row.as_of) for row in rows]


@pytest.fixture
def stage():
    return Stage()


def test_a_value_counts_from_the_acceptance_as_of_the_periods_last_day(stage):
    stage.save("60.5")
    assert not stage.current()
    note = stage.submit()
    assert not stage.current()
    stage.accept()
    assert stage.current() == [(D("60.5"), ENDS)]
    value = IndicatorValue.objects.get()
    assert (value.note, value.by) == (note, stage.staff)
    assert value.source == f"{stage.filing.agency_name}2026年前三季度进展第1版"


def test_saving_the_same_again_changes_nothing_and_another_value_does(stage):
    assert stage.save("60.5").revision == 1
    assert stage.save("60.5").revision == 1
    assert stage.save("61").revision == 2
    note = stage.save(absence="统计未出")
    assert figures_of(note) == {stage.indicator.pk: Said(None, "统计未出")}
    assert figures_of(stage.save()) == {}


def test_a_save_without_figures_leaves_them(stage):
    stage.save("60.5")
    note = drafts.save_note(
        stage.filing, by=stage.liaison, content=content(progress="改了。"), revision=1, at=NOW
    )
    assert figures_of(note) == {stage.indicator.pk: Said(D("60.5"), "")}


def test_nothing_is_handed_in_before_each_is_given_or_explained(stage):
    stage.save()
    with pytest.raises(DomainError, match="缺少指标数据：通关时间"):
        stage.submit()
    stage.save(absence="统计数据次月发布")
    stage.submit()
    stage.accept()
    assert not stage.current()


def test_a_note_without_news_answers_for_all(stage):
    stage.save(unchanged_reason="按计划持续推进", progress="本期无新进展：按计划持续推进。")
    stage.submit()


@pytest.mark.parametrize("value", ["60.55"])
def test_a_value_that_does_not_fit_is_refused(stage, value):
    with pytest.raises(DomainError, match="最多1位小数"):
        stage.save(value)


def test_an_indicator_that_is_not_asked_for_is_refused(stage):
    other = make_indicator()
    with pytest.raises(DomainError, match="不再由本单位填报"):
        drafts.save_note(
            stage.filing,
            by=stage.liaison,
            content=content() | {"figures": {other.pk: Said(D(1))}},
            revision=0,
            at=NOW,
        )


def test_what_was_handed_in_is_frozen(stage):
    stage.save("60.5")
    note = stage.submit()
    for change in (
        lambda: Figure.objects.update(value=D(1)),
        lambda: Figure.objects.all().delete(),
        lambda: make_figure(note, make_indicator(), "1"),
    ):
        with pytest.raises(InternalError, match="never change"), transaction.atomic():
            change()


def test_a_figure_says_one_thing(stage):
    note = stage.save("60.5")
    with pytest.raises(IntegrityError, match="figure_says_one_thing"), transaction.atomic():
        Figure.objects.filter(note=note).update(absence="统计未出")


def test_a_withdrawn_and_a_returned_note_give_their_figures_to_the_next_version(stage):
    stage.save("60.5")
    stage.submit()
    copy = submission.withdraw_note(stage.filing, by=stage.liaison, at=NOW)
    assert figures_of(copy) == {stage.indicator.pk: Said(D("60.5"), "")}
    stage.submit()
    reviews.return_note(stage.filing, by=stage.staff, comment="请核实。", at=NOW)
    next_one = drafts.save_note(
        stage.filing, by=stage.liaison, content=content(), revision=0, at=NOW
    )
    assert figures_of(next_one) == {stage.indicator.pk: Said(D("60.5"), "")}


def test_taking_the_accept_back_takes_the_value_back(stage):
    stage.file("60.5")
    stage.unaccept()
    assert not stage.current()
    assert "取消通过：误通过。" in IndicatorValue.objects.get().ended_reason
    stage.accept()
    assert stage.current() == [(D("60.5"), ENDS)]


def test_a_correction_takes_the_place_and_gives_it_back_with_its_accept(stage):
    stage.file("60.5")
    stage.correct("58")
    assert stage.current() == [(D("58"), ENDS)]
    assert IndicatorValue.objects.get(value=D("60.5")).ended_reason == "口径有误。"
    stage.unaccept()
    assert stage.current() == [(D("60.5"), ENDS)]


def test_a_correction_that_leaves_the_value_leaves_its_row(stage):
    stage.file("60.5")
    stage.correct("60.5")
    assert IndicatorValue.objects.count() == 1
    stage.unaccept()
    assert stage.current() == [(D("60.5"), ENDS)]


def test_a_correction_that_takes_the_value_away_ends_it(stage):
    stage.file("60.5")
    stage.correct(absence="口径调整，重新统计")
    assert not stage.current()
    stage.unaccept()
    assert stage.current() == [(D("60.5"), ENDS)]


def test_what_staff_corrected_stands_when_the_accept_is_taken_back(stage):
    stage.file("60.5")
    said = {"as_of": ENDS, "source": "年报", "reason": "以年报为准。"}
    values.record_value(stage.indicator, by=stage.staff, value=D("59"), at=NOW, **said)
    stage.unaccept()
    assert stage.current() == [(D("59"), ENDS)]
