"""Settings by the user, and those created at the first start."""

import stat
from pathlib import Path

import environ
import pytest

from dev.configuration import configured, note_environment, secret_key, var_folder

DOTENV = """\
# a remark
PT_PLAIN=postgresql://app:a#b@db/policy
export PT_QUOTED="redis://cache/0"
PT_SINGLE='a b'
PT_EMPTY=
"""


def test_dotenv_is_read_as_settings_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(DOTENV)
    theirs: dict[str, str] = {}
    monkeypatch.setattr(environ.Env, "ENVIRON", theirs)
    environ.Env.read_env(tmp_path / ".env")
    ours = {name: value for name, value in configured(tmp_path).items() if name in theirs}
    assert ours == {name: value for name, value in theirs.items() if value}


def test_the_environment_overrides_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PT_WHO=file\n")
    monkeypatch.setenv("PT_WHO", "environment")
    assert configured(tmp_path)["PT_WHO"] == "environment"


def test_the_secret_key_is_created_once_and_readable_by_us_only(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) > 50
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_second_terminal_finds_the_servers(tmp_path: Path) -> None:
    settings = {"DATABASE_URL": "d", "REDIS_URL": "r", "SECRET_KEY": "a b", "VAR_DIR": "v"}
    note_environment(tmp_path, settings | {"HOME": "/home/somebody"})
    assert (tmp_path / "environment").read_text().splitlines() == [
        "DATABASE_URL=d",
        "REDIS_URL=r",
        "SECRET_KEY='a b'",
        "VAR_DIR=v",
    ]


def test_the_data_folder_may_be_elsewhere(tmp_path: Path) -> None:
    assert var_folder(tmp_path, {}) == tmp_path / "var"
    assert var_folder(tmp_path, {"VAR_DIR": "/srv/policy"}) == Path("/srv/policy")
