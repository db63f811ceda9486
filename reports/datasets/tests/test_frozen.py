"""The canonical JSON of a dataset and its digest. No database."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.datasets.frozen import digest_of

PLAIN: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
    max_leaves=30,
)


def digest_of_one_text(dataset: dict[str, Any]) -> str:
    words = json.dumps(dataset, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(st.dictionaries(st.text(alphabet="甲乙ab\"'\\\n"), PLAIN))
def test_the_pieces_together_equal_the_json_of_the_whole(dataset: dict[str, Any]) -> None:
    try:
        expected = digest_of_one_text(dataset)
    except UnicodeEncodeError:  # a lone surrogate, which PostgreSQL cannot store
        return
    assert digest_of(dataset) == expected


@pytest.mark.parametrize("dataset", [{}, {"sections": []}, {"sections": [{}]}, {"a": {"b": {}}}])
def test_empty_values_are_encoded_too(dataset: dict[str, Any]) -> None:
    assert digest_of(dataset) == digest_of_one_text(dataset)
