"""Published days that differ from Monday–Friday: autumn 2026, and the turn of 2018."""

from datetime import date, timedelta

AUTUMN_2026 = {
    date(2026, 9, 20): True,  # a Sunday, worked for the days off in October
    date(2026, 9, 25): False,
    **{date(2026, 10, 1) + timedelta(days=n): False for n in range(7)},
    date(2026, 10, 10): True,  # a Saturday
}
NEW_YEAR_2019 = {
    date(2018, 12, 29): True,  # a Saturday, worked for the Monday after it
    date(2018, 12, 31): False,
    date(2019, 1, 1): False,
}
