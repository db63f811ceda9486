"""Every command answers a wrong command line with a sentence in Chinese and exit status 2."""

import os
import re
from collections.abc import Callable
from functools import partial
from importlib import import_module

import pytest
from django.core.management import get_commands, load_command_class

from dev.options import read_options
from lib.command_line import in_chinese

Run = Callable[[list[str]], object]
OURS = ("agencies", "measures", "reports", "policy_tracker")
# argparse's own texts; names of options, files and choices are always English.
ENGLISH = re.compile(
    r"\b(usage:|error:|options:|argument|arguments|positional|invalid|expected|required|"
    r"unrecognized|ambiguous|not allowed|choose from|ignored|show this help)\b"
)
OPTION_WITH_VALUE = re.compile(r"^  (?:-\w \S+, )?(--[a-z-]+) \S", re.MULTILINE)


@in_chinese()
def managed(name: str, words: list[str]) -> None:
    load_command_class(get_commands()[name], name).run_from_argv(["manage.py", name, *words])


def module(name: str, words: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", [name, *words])
        import_module(name).main()


MANAGED: dict[str, Run] = {
    name: partial(managed, name)
    for name, app in get_commands().items()
    if app in OURS  # as names, or as the configuration of an app that is loaded
}
MODULES: dict[str, Run] = {
    name: partial(module, name)
    for name in (
        "dev.suite",
        "dev.kill_run.__main__",
        "dev.two_machines.__main__",
        "dev.old_on_new",
        "dev.subset_fonts",
        "bench.load.__main__",
        "policy_tracker.web_server",
    )
}
COMMANDS: dict[str, Run] = {"start.py": read_options, **MANAGED, **MODULES}
TO_PYTEST = {"dev.suite", "dev.old_on_new"}  # what they do not know


def refusal(name: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        COMMANDS[name](words)
    assert ended.value.code == 2, (name, words)
    return capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(COMMANDS.keys() - TO_PYTEST))
def test_help_and_every_refusal_are_in_chinese(name, capsys):
    with pytest.raises(SystemExit):
        COMMANDS[name](["--help"])
    said = capsys.readouterr().out
    assert said.startswith("用法：")
    assert not ENGLISH.search(said)
    with_value = OPTION_WITH_VALUE.findall(said)
    # --prot beside a wrong value: where any text will do, nothing is run all the same.
    tries = [["--prot"], ["什么", "--prot"]]
    tries += [[option] for option in with_value]
    tries += [["--prot", option, "什么"] for option in with_value]
    for words in tries:
        said = refusal(name, words, capsys)
        sentence = said.splitlines()[-1]
        assert not ENGLISH.search(said), (words, said)
        assert re.search("[\u4e00-\u9fff]", sentence.partition("（")[0]), (words, said)
        assert sentence.endswith("--help）"), (words, said)


@pytest.mark.parametrize(
    ("name", "words", "sentence"),
    [
        ("start.py", ["--prot", "1"], "没有这个选项或参数：--prot 1"),
        ("check_data", ["--on"], "--on：后面要写一个值"),
        ("check_data", ["--on", "昨天"], "--on：日期须写成2026-11-30这样"),
        ("check_data", ["--no-color=1"], "--no-color：后面不写值，却写了“1”"),
        ("drop_audit", [], "还须写明：--before"),
        ("restore", [], "还须写明：folder"),
        ("admin_account", ["reste", "x"], "step：没有“reste”这一种，可以写的有："),
        ("prepare", ["--demo", "--empty"], "--empty：不能与 --demo 同用"),
        ("build_report", ["--p=1"], "--p=1 可以是 "),
        ("bench", ["--against", "x"], "--against：后面要写2个值"),
        ("bench", ["--sizes"], "--sizes：后面至少写一个值"),
        ("bench", ["--sizes", "0"], "--sizes：须是 1 到 1000000 之间的整数，不能是“0”"),
        ("bench", ["--seconds", "nan"], "--seconds：须是秒数，不能是“nan”"),
        ("dev.suite", ["--slowest", "many"], "--slowest：须是 1 到 1000000 之间的整数"),
        ("dev.suite", ["--wheels"], "--wheels：后面要写一个值"),
        ("dev.old_on_new", [], "还须写明：REVISION"),
        ("policy_tracker.web_server", [], "须写其中一个：--fd --unix --listen"),
    ],
)
def test_a_refusal_says_what_is_wrong(name, words, sentence, capsys):
    assert sentence in refusal(name, words, capsys).splitlines()[-1]


def test_no_command_is_forgotten():
    assert {"backup", "chase", "build_report", "check_data"} <= MANAGED.keys()


def test_the_environment_is_as_before(monkeypatch):
    for before in ("zh_CN", None):
        monkeypatch.delenv("LANGUAGE", raising=False)
        if before:
            monkeypatch.setenv("LANGUAGE", before)
        with in_chinese():
            pass
        assert os.environ.get("LANGUAGE") == before
