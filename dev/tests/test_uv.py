"""Where uv takes packages from, and when pip installs them instead."""

import os
from pathlib import Path

import pytest

from dev import environment
from dev.console import Refusal
from dev.uv import UV, settings_for_uv, uv_environment

MIRROR = "https://mirror.example.org/simple/"
CASES = [
    ("", {}),
    (f"global.index-url='{MIRROR}'\n", {"UV_DEFAULT_INDEX": MIRROR}),
    (f"install.index-url='{MIRROR}'\n", {"UV_DEFAULT_INDEX": MIRROR}),
    (f":env:.index-url='{MIRROR}'\nglobal.index-url='https://a/'\n", {"UV_DEFAULT_INDEX": MIRROR}),
    (
        "global.cert='/ca.crt'\nglobal.find-links='/wheels'\nglobal.trusted-host='mirror'\n",
        {"SSL_CERT_FILE": "/ca.crt", "UV_FIND_LINKS": "/wheels", "UV_INSECURE_HOST": "mirror"},
    ),
    ("global.timeout='60'\n:env:.disable-pip-version-check='1'\n", {}),
    ("global.no-index='true'\n", None),
    ("global.client-cert='/me.pem'\n", None),
    ("global.proxy='http://proxy:3128'\n", None),
    ("global.find-links='/wheels /more'\n", None),
]


@pytest.mark.parametrize(("pip_settings", "variables"), CASES)
def test_uv_follows_the_settings_of_pip_or_is_not_used(
    pip_settings: str, variables: dict[str, str] | None
) -> None:
    assert settings_for_uv(pip_settings) == variables


def test_settings_come_from_pip_itself_and_those_of_uv_win(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", MIRROR)
    assert _index() == MIRROR
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example.org/")
    assert _index() == "https://own.example.org/"


def _index() -> str | None:
    found = uv_environment(environment.pip_command())
    return found and found["UV_DEFAULT_INDEX"]


@pytest.mark.parametrize("refused", [UV, "-r"], ids=["no build of uv", "uv finds no packages"])
def test_pip_installs_what_uv_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], *_: object, **__: object) -> None:
        ran.append(command)
        if refused in command and len(ran) < 3:
            raise Refusal("no")

    monkeypatch.setattr(environment, "run_pip", run)
    environment._install(tmp_path / ".venv", tmp_path / "requirements.txt", None)
    assert ran[-1][1:3] == ["-m", "pip"]
    assert str(tmp_path / "requirements.txt") in ran[-1]


def test_from_a_folder_of_wheels_pip_installs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(environment, "run_pip", lambda command, *_: ran.append(command))
    environment._install(tmp_path / ".venv", tmp_path / "requirements.txt", tmp_path)
    assert ["--no-index" in command for command in ran] == [True]
