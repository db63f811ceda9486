"""The days a form takes: none so far off that the calendar ends."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator

WITHIN_REASON = [
    MinValueValidator(date(2018, 1, 1), "日期不能早于2018-01-01。"),
    MaxValueValidator(date(2099, 12, 31), "日期不能晚于2099-12-31。"),
]
