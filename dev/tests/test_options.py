"""Help and error messages of start.py are in Chinese."""

import pytest

from dev import console
from dev.options import read_options


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--prot", "8000"], "没有这个选项或参数：--prot 8000"),
        (["--port"], "--port：后面要写一个值"),
        (["--port", "many"], "--port：须是 1 到 65535 之间的整数，不能是“many”"),
        (["--workers", "0"], "--workers：须是 1 到 64 之间的整数，不能是“0”"),
        (["--wheels", "/nowhere"], "--wheels：没有 /nowhere 这个目录"),
        (["--f"], "--f 可以是 --fresh, --fetch-wheels，请写全"),
        (["--yes=1"], "--yes：后面不写值"),
    ],
)
def test_a_wrong_option_is_refused_in_chinese(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_options(words)
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert "--help" in said


def test_the_help_is_in_chinese_and_complete(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        read_options(["--help"])
    said = capsys.readouterr().out
    assert said.startswith("用法：start.py")
    assert not {"usage:", "options:", "show this help"} & set(said.splitlines())
    for name in ("--fresh --empty", "--status", "VAR_DIR", "Ctrl-C", "管理员密码", "默认 8000"):
        assert name in said


@pytest.mark.parametrize(
    ("answer", "is_agreed"),
    [
        ("y", True),
        ("Y", True),
        ("yes", True),
        ("是", True),
        (" 是 ", True),
        ("n", False),
        ("", False),
    ],
)
def test_y_and_its_chinese_word_both_mean_yes(
    answer: str, is_agreed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    assert console.agrees("确定吗？") is is_agreed
    assert "y" in asked[0]
    assert "是" in asked[0]


def test_without_a_terminal_nobody_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert not console.agrees("确定吗？")
