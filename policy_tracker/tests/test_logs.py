"""The log: one line for a sender's mistake, in local time."""

import json
import logging
import time

from django.conf import settings
from pythonjsonlogger.json import JsonFormatter

from lib.origin import Origin, origin
from policy_tracker.logs import with_ids
from policy_tracker.settings import without_senders_traceback


def test_a_form_that_is_too_large_leaves_no_traceback():
    record = _record_of("django.security.RequestDataTooBig")
    assert without_senders_traceback(record)
    assert record.exc_info is None


def test_a_server_error_keeps_its_traceback():
    record = _record_of("django.request")
    assert without_senders_traceback(record)
    assert record.exc_info


def test_log_lines_are_in_local_time():
    formatter = logging.Formatter("{asctime}", style="{")
    record = _record_of("x")
    record.created = 0.0
    assert formatter.format(record).startswith("1970-01-01 08:00:00")
    assert (settings.TIME_ZONE, time.strftime("%z")) == ("Asia/Shanghai", "+0800")


def test_a_line_as_json_names_its_request():
    words = settings.LOGGING["formatters"]["json"]
    formatter = JsonFormatter(words["format"], style=words["style"], json_ensure_ascii=False)
    record = _record_of("policy_tracker.access")
    record.exc_info = None
    token = origin.set(Origin("10.0.0.8", "abc-1"))
    try:
        assert with_ids(record)
    finally:
        origin.reset(token)
    told = json.loads(formatter.format(record))
    assert told["asctime"]
    assert (told["request_id"], told["job"], told["message"]) == ("abc-1", "", "words")


def _record_of(name: str) -> logging.LogRecord:
    error = ValueError("words")
    info = (type(error), error, None)
    return logging.LogRecord(name, logging.ERROR, __file__, 1, "words", None, info)
