"""The history of a light: runs of one cause, and the strip."""

from datetime import date, timedelta
from decimal import Decimal

from measures.choices import Cause, Light
from measures.rules.light_runs import (
    LightStep,
    days_under,
    judged_since,
    runs_of,
    strip_of,
)

FIRST = date(2026, 1, 1)
DAY = timedelta(days=1)


def step(after, light=Light.YELLOW, cause=Cause.LEAD_LATE, sentence="逾期", **fields):
    """Return a light from so many days after the first."""
    return LightStep(FIRST + after * DAY, light, light.label, sentence, "", cause=cause, **fields)


def kinds(steps, on):
    return [(run.step.light, run.step.cause, run.days) for run in runs_of(steps, on=on)]


def test_a_run_is_one_cause_from_its_first_day_to_the_day_before_the_next():
    steps = [
        step(0, Light.GREEN, Cause.FILED),
        step(10),
        step(20, cause=Cause.OTHER_LATE),
        step(25, Light.RED, Cause.LEAD_SILENT),
    ]
    on = FIRST + 29 * DAY
    assert kinds(steps, on) == [
        (Light.GREEN, Cause.FILED, 10),
        (Light.YELLOW, Cause.LEAD_LATE, 10),
        (Light.YELLOW, Cause.OTHER_LATE, 5),
        (Light.RED, Cause.LEAD_SILENT, 5),
    ]
    runs = runs_of(steps, on=on)
    assert [run.last for run in runs] == [*(run.first - DAY for run in runs[1:]), None]


def test_a_run_says_the_worst_that_its_cause_reached():
    steps = [
        step(0, sentence="逾期6个工作日", severity=Decimal(6)),
        step(5, sentence="逾期11个工作日", severity=Decimal(11)),
        step(9, sentence="逾期2个工作日", severity=Decimal(2)),
    ]
    [run] = runs_of(steps, on=FIRST + 12 * DAY)
    assert (run.step.sentence, run.days) == ("逾期11个工作日", 13)
    assert run.begun == "逾期6个工作日"
    [run] = runs_of([step(0, sentence="逾期3个工作日", begun="逾期2个工作日")], on=FIRST)
    assert run.begun == "逾期2个工作日"


def test_of_the_old_rule_that_kept_no_severity_the_last_sentence_is_told():
    steps = [step(n, sentence=f"逾期{n}个工作日", is_old_rule=True) for n in range(6, 9)]
    [run] = runs_of(steps, on=FIRST + 9 * DAY)
    assert run.step.sentence == "逾期8个工作日"


def test_what_the_old_rule_gave_is_a_run_of_its_own_and_a_person_s_word_too():
    by_hand = {"cause": Cause.MANUAL}
    steps = [
        step(0, is_old_rule=True),
        step(10),
        step(20, until=FIRST + 24 * DAY, **by_hand),
        step(25, until=FIRST + 40 * DAY, **by_hand),
    ]
    runs = runs_of(steps, on=FIRST + 30 * DAY)
    assert [run.days for run in runs] == [10, 10, 5, 6]
    assert judged_since(runs) == FIRST + 10 * DAY


def test_where_one_rule_judged_all_no_day_is_named():
    on = FIRST + 5 * DAY
    assert judged_since(runs_of([step(0)], on=on)) is None
    assert judged_since(runs_of([step(0, is_old_rule=True)], on=on)) is None


def test_the_strip_begins_on_the_first_day_known_however_long_ago_that_is():
    on = FIRST + 999 * DAY
    bands = strip_of(runs_of([step(0), step(500, Light.RED, Cause.LEAD_SILENT)], on=on), on=on)
    assert [(band.x, band.width) for band in bands] == [(0, 50), (50, 50)]
    assert [day.label for day in days_under(bands, on=on)] == [
        "2026-01-01",
        "2027-05",
        "2028-09-26",
    ]


def test_one_light_for_two_causes_is_one_band():
    steps = [step(0, Light.GREEN, Cause.FILED), step(40), step(60, cause=Cause.OTHER_LATE)]
    on = FIRST + 99 * DAY
    bands = strip_of(runs_of(steps, on=on), on=on)
    assert [(band.run.first, band.run.days, band.width) for band in bands] == [
        (FIRST, 40, 40),
        (FIRST + 40 * DAY, 60, 60),
    ]


def test_bands_say_what_has_room():
    on = FIRST + 99 * DAY
    steps = [step(0), step(2, Light.GREEN, Cause.FILED), step(12, Light.RED, Cause.LEAD_SILENT)]
    bands = strip_of(runs_of(steps, on=on), on=on)
    assert [(band.has_shape, band.has_words) for band in bands] == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_days_that_would_run_into_each_other_are_left_out():
    on = FIRST + 99 * DAY
    steps = [step(0), step(5, cause=Cause.OTHER_LATE), step(60, Light.RED), step(95)]
    days = days_under(strip_of(runs_of(steps, on=on), on=on), on=on)
    assert [(day.label, day.anchor) for day in days] == [
        ("2026-01-01", "start"),
        ("03-02", "middle"),
        ("2026-04-10", "end"),
    ]


def test_nothing_known_draws_nothing():
    assert runs_of([], on=FIRST) == []
    assert strip_of([], on=FIRST) == []
    assert days_under([], on=FIRST) == []


def test_a_light_known_since_today_names_one_day():
    bands = strip_of(runs_of([step(0)], on=FIRST), on=FIRST)
    assert [day.on for day in days_under(bands, on=FIRST)] == [FIRST]
