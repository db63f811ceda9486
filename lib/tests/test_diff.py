"""What changed between two texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.diff import changes, marked_parts


def shown(before: str, after: str) -> str:
    """The spans as one line: [+added+] and [-removed-]."""
    signs = {(True, False): "[+{}+]", (False, True): "[-{}-]", (False, False): "{}"}
    return "".join(
        signs[span.is_added, span.is_removed].format(span.text) for span in changes(before, after)
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("推进一件事。", "推进一件事。", "推进一件事。"),
        ("", "新写。", "[+新写。+]"),
        ("旧话。", "", "[-旧话。-]"),
        ("推进一件事。", "稳步推进一件事。", "[+稳步+]推进一件事。"),
        # A figure is one word: never 1[-2-][+5+].3.
        ("签约12.5亿元。", "签约15.3亿元。", "签约[-12.5-][+15.3+]亿元。"),
        ("增长8%。", "增长18%。", "增长[-8%-][+18%+]。"),
        ("用 RCEP 规则。", "用 CPTPP 规则。", "用 [-RCEP-][+CPTPP+] 规则。"),
        ("一、甲。\r\n二、乙。", "一、甲。\n二、乙。", "一、甲。\n二、乙。"),
        ("甲。\n乙。", "甲。\n乙。\n丙。", "甲。\n乙。[+\n丙。+]"),
    ],
)
def test_words_are_marked(before, after, expected):
    assert shown(before, after) == expected


TEXT = st.text(alphabet="一二三，。 \n0123456789.%aBc\U000f0001\U000f0002😀<>&", max_size=60)


@given(TEXT, TEXT)
def test_both_texts_can_be_restored_from_the_spans(before, after):
    spans = changes(before, after)
    assert "".join(span.text for span in spans if not span.is_added) == before
    assert "".join(span.text for span in spans if not span.is_removed) == after


def test_a_completely_rewritten_text_is_compared_quickly():
    before = "".join(chr(0x4E00 + n * 7 % 4000) for n in range(4000))
    after = "".join(chr(0x4E00 + n * 11 % 4000) for n in range(4000))
    began = time.monotonic()
    assert changes(before, after)
    assert time.monotonic() - began < 5


def test_parts_missing_on_both_sides_are_left_out():
    parts = marked_parts([("进展", "甲", "乙"), ("问题", "", ""), ("下一步", "丙", "丙")])
    assert [(part.label, part.is_changed) for part in parts] == [("进展", True), ("下一步", False)]
