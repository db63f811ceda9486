"""What goes to the log: one line for what a sender got wrong, in local time."""

import logging
import time

from django.conf import settings

from policy_tracker.settings import without_senders_traceback


def test_a_form_that_is_too_large_leaves_no_traceback():
    record = _record_of("django.security.RequestDataTooBig")
    assert without_senders_traceback(record)
    assert record.exc_info is None


def test_a_fault_of_ours_keeps_its_traceback():
    record = _record_of("django.request")
    assert without_senders_traceback(record)
    assert record.exc_info


def test_log_lines_are_in_local_time():
    formatter = logging.Formatter("{asctime}", style="{")
    record = _record_of("x")
    record.created = 0.0
    assert formatter.format(record).startswith("1970-01-01 08:00:00")
    assert (settings.TIME_ZONE, time.strftime("%z")) == ("Asia/Shanghai", "+0800")


def _record_of(name: str) -> logging.LogRecord:
    error = ValueError("words")
    info = (type(error), error, None)
    return logging.LogRecord(name, logging.ERROR, __file__, 1, "words", None, info)
