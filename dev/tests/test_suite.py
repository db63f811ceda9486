"""Which arguments go to pytest."""

from pathlib import Path

import pytest

from dev import suite


@pytest.mark.parametrize(
    ("words", "for_pytest"),
    [
        ([], suite._whole_suite()),
        (["--wheels", "there"], suite._whole_suite()),
        (["dev", "-q", "-x"], ["dev", "-q", "-x"]),
        (["--slowest"], [*suite._whole_suite(), "--durations=20"]),
        (["dev", "--slowest", "3"], ["dev", "--durations=3"]),
    ],
)
def test_unknown_arguments_go_to_pytest(
    monkeypatch: pytest.MonkeyPatch, words: list[str], for_pytest: list[str]
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(suite, "ready_python", lambda *_: Path("python"))
    monkeypatch.setattr(suite, "_run", lambda _, told: asked.append(told) or 0)
    assert suite.main(words) == 0
    assert asked == [for_pytest]
