"""What was skipped is named at the end, and on request what took longest."""

from pathlib import Path

import pytest

from dev import suite
from dev.suite import not_run, slowest

REPORT = """<testsuites><testsuite>
<testcase name="a"><skipped type="pytest.skip" message="没有找到 Chromium"/></testcase>
<testcase name="b"><skipped type="pytest.skip" message="没有找到 Chromium"/></testcase>
<testcase name="c"><skipped type="pytest.xfail" message="known"/></testcase>
<testcase name="d"/>
</testsuite></testsuites>"""

TIMES = """<testsuites><testsuite>
<testcase file="a/test_b.py" classname="a.test_b" name="test_quick" time="0.04"/>
<testcase file="a/test_b.py" classname="a.test_b" name="test_slow[x]" time="12.34"/>
<testcase file="a/test_b.py" classname="a.test_b.TestC" name="test_middling" time="1.5"/>
</testsuite></testsuites>"""


def test_each_reason_is_named_once_with_its_number(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert not_run(report) == ["没有运行的：", "  2 项：没有找到 Chromium"]


def test_a_full_run_says_so(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text("<testsuites><testsuite><testcase name='a'/></testsuite></testsuites>")
    assert not_run(report) == ["全部测试都运行了。"]


def test_the_slowest_come_first_as_pytest_can_be_told_them(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(TIMES)
    assert slowest(report, 2) == [
        "最慢的2项：",
        "   12.3 秒  a/test_b.py::test_slow[x]",
        "    1.5 秒  a/test_b.py::TestC::test_middling",
    ]
    assert len(slowest(report, 20)) == 4


def test_unasked_nothing_is_said_of_the_slowest(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(TIMES)
    assert slowest(report, 0) == []


@pytest.mark.parametrize(
    ("words", "wanted", "for_pytest"),
    [
        (["--slowest"], 20, suite._whole_suite()),
        (["--slowest", "5"], 5, suite._whole_suite()),
        (["dev", "-q", "--slowest=3"], 3, ["dev", "-q"]),
        (["dev"], 0, ["dev"]),
    ],
)
def test_how_many_is_said_or_twenty(
    monkeypatch: pytest.MonkeyPatch, words: list[str], wanted: int, for_pytest: list[str]
) -> None:
    asked = []
    monkeypatch.setattr(suite, "ready_python", lambda *_: Path("python"))
    monkeypatch.setattr(
        suite, "_run", lambda _, told, *, slowest_wanted: asked.append((told, slowest_wanted)) or 0
    )
    assert suite.main(words) == 0
    assert asked == [(for_pytest, wanted)]


def test_compiled_files_are_kept_where_the_shell_forbids_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    environment = suite._environment()
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["PYTHONPYCACHEPREFIX"] == str(suite.ROOT / "var" / "pycache")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    assert "PYTHONPYCACHEPREFIX" not in suite._environment()
