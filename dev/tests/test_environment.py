"""When .venv is created again, when it is kept, and where compiled files are."""

import os
from argparse import Namespace
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from dev import configuration, environment, start
from dev.console import Refusal
from dev.environment import (
    FOR_OLDER_PYTHON,
    digest,
    keep_compiled_files,
    lines_of,
    ready_python,
)


@pytest.fixture
def installs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the names of the requirements files, without installing anything."""
    done: list[str] = []

    def install(home: Path, requirements: Path, wheels: Path | None) -> None:
        home.mkdir(exist_ok=True)
        done.append(requirements.name)

    monkeypatch.setattr(environment, "_install", install)
    return done


def test_a_second_start_installs_nothing(tmp_path: Path, installs: list[str]) -> None:
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    ready_python(tmp_path, "requirements.txt")
    ready_python(tmp_path, "requirements.txt")
    assert installs == ["requirements.txt"]


def test_a_changed_requirement_is_installed(tmp_path: Path, installs: list[str]) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("Django==5.2.18\n")
    ready_python(tmp_path, "requirements.txt")
    file.write_text("Django==5.2.19\n")
    ready_python(tmp_path, "requirements.txt")
    assert installs == ["requirements.txt"] * 2


def test_after_the_suite_the_start_has_nothing_to_install(
    tmp_path: Path, installs: list[str]
) -> None:
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\npytest\n")
    ready_python(tmp_path, "requirements-dev.txt")
    ready_python(tmp_path, "requirements.txt")
    assert installs == ["requirements-dev.txt"]


def test_an_included_file_counts_too(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("Django==5.2.18\n")
    dev = tmp_path / "requirements-dev.txt"
    dev.write_text("# for the suite\n-r requirements.txt\npytest\n")
    assert list(lines_of(dev)) == ["Django==5.2.18", "pytest"]
    before = digest(dev)
    (tmp_path / "requirements.txt").write_text("Django==5.2.19\n")
    assert digest(dev) != before


def test_another_python_gives_another_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements.txt").write_text("Django\n")
    before = digest(tmp_path / "requirements.txt")
    monkeypatch.setattr(environment.sys, "version", "3.99.0")
    assert digest(tmp_path / "requirements.txt") != before


@pytest.mark.parametrize(
    ("output", "wheels", "sentence"),
    [
        ("ERROR: No matching distribution found for Django==5.2.19", None, "PIP_INDEX_URL"),
        ("NewConnectionError: Temporary failure in name resolution", None, "--wheels"),
        ("ERROR: No matching distribution found for lxml", Path("w"), "缺少 lxml"),
        ("error: command 'gcc' failed", None, "没有安装成功"),
    ],
)
def test_a_failed_install_says_what_to_do(output: str, wheels: Path | None, sentence: str) -> None:
    assert sentence in environment._why_pip_failed(output, wheels)


def test_wheels_for_older_patch_versions_of_python_are_fetched_too() -> None:
    asked = [Requirement(line) for one in distributions() for line in one.requires or ()]
    oldest = {"python_full_version": "3.11.0", "extra": ""}
    wanted = {
        one.name
        for one in asked
        if "python_full_version" in str(one.marker) and one.marker and one.marker.evaluate(oldest)
    }
    brought = {Requirement(line).name for line in FOR_OLDER_PYTHON}
    assert wanted - {"typing-extensions"} == brought  # other packages need it too


def test_a_fetched_wheel_is_pinned_with_its_digest(tmp_path: Path) -> None:
    wheel = tmp_path / "psycopg2_binary-2.9.13-cp311-cp311-linux.whl"
    wheel.write_bytes(b"")
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert environment._locked(wheel) == f"psycopg2-binary==2.9.13 --hash=sha256:{nothing}"


def test_compiled_files_are_kept_even_if_the_shell_forbids_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")  # so that both are put back at the end
    monkeypatch.delenv("PYTHONPYCACHEPREFIX")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    keep_compiled_files(tmp_path)
    assert "PYTHONPYCACHEPREFIX" not in os.environ
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    keep_compiled_files(tmp_path)
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
    assert os.environ["PYTHONPYCACHEPREFIX"] == str(tmp_path / "pycache")


def test_the_programs_of_the_product_may_keep_compiled_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The programs get the environment as it is when the settings are read."""
    found: list[str] = []

    def configured(root: Path) -> None:
        found.extend(os.environ)
        raise Refusal("no more")

    monkeypatch.setattr(configuration, "configured", configured)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "there")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    with pytest.raises(Refusal):
        start._start(Namespace())
    assert "PYTHONPYCACHEPREFIX" in found
    assert "PYTHONDONTWRITEBYTECODE" not in found
