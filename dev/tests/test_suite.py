"""What was skipped is named at the end."""

from pathlib import Path

from dev.suite import not_run

REPORT = """<testsuites><testsuite>
<testcase name="a"><skipped type="pytest.skip" message="没有找到 Chromium"/></testcase>
<testcase name="b"><skipped type="pytest.skip" message="没有找到 Chromium"/></testcase>
<testcase name="c"><skipped type="pytest.xfail" message="known"/></testcase>
<testcase name="d"/>
</testsuite></testsuites>"""


def test_each_reason_is_named_once_with_its_number(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert not_run(report) == ["没有运行的：", "  2 项：没有找到 Chromium"]


def test_a_full_run_says_so(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text("<testsuites><testsuite><testcase name='a'/></testsuite></testsuites>")
    assert not_run(report) == ["全部测试都运行了。"]
