"""A line of CSV: text that a spreadsheet would take for a formula stays text."""

import pytest

from lib.csv_file import csv_line


@pytest.mark.parametrize("first", "=+-@\t\r\n＝＋－＠")
def test_text_that_begins_like_a_formula_gets_an_apostrophe(first):
    """Full-width signs, too: an input method of Chinese types them, and spreadsheets take them."""
    assert csv_line([f"{first}1+1"]).strip('"').startswith(f"'{first}1+1")


@pytest.mark.parametrize("text", ["", "1", "张三", "2026-11-30", "1=1", "'=1"])
def test_other_text_is_unchanged(text):
    assert csv_line([text, "b"]) == f"{text},b\r\n"
