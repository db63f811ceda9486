"""Installs packages with uv, faster than pip, where it can follow the user's settings of pip."""

import ast
import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

UV = "uv==0.13.9"
# pip's settings of where packages come from, and the variables by which uv is told the same.
_FOR_UV = {
    "cert": "SSL_CERT_FILE",
    "constraint": "UV_CONSTRAINT",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}
_NO_DIFFERENCE = {
    "break-system-packages",
    "cache-dir",
    "config-file",
    "default-timeout",
    "disable-pip-version-check",
    "no-cache-dir",
    "progress-bar",
    "require-virtualenv",
    "retries",
    "root-user-action",
    "timeout",
    "user",
}
_SETTING = re.compile(r"^(?P<section>[\w:-]+)\.(?P<name>[\w-]+)=(?P<value>.*)$", re.MULTILINE)


def uv_environment(pip: Sequence[str]) -> dict[str, str] | None:
    """Return the environment in which uv takes packages from where `pip`, a command, takes them.

    None if pip has a setting that we cannot tell uv; variables of uv's own that are set win.
    """
    told = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    settings = settings_for_uv(told.stdout)
    return None if told.returncode or settings is None else settings | os.environ


def settings_for_uv(pip_settings: str) -> dict[str, str] | None:
    """Return uv's variables for the output of `pip config list`; None if there is none for one."""
    found = list(_SETTING.finditer(pip_settings))
    found.sort(key=lambda one: one["section"] == ":env:")  # it holds over the files
    variables: dict[str, str] = {}
    for one in found:
        value = ast.literal_eval(one["value"])
        if one["name"] in _NO_DIFFERENCE:
            continue
        if one["name"] not in _FOR_UV or len(value.split()) != 1:
            return None
        variables[_FOR_UV[one["name"]]] = value
    return variables


def uv_command(home: Path, requirements: Path) -> list[str]:
    """Return the command that installs a requirements file into the environment at `home`."""
    # Packages are copied: a link would let whoever changes one here change uv's cache.
    command = [str(home / "bin" / "uv"), "pip", "install", "--quiet", "--link-mode", "copy"]
    return [*command, "--python", str(home / "bin" / "python"), "-r", str(requirements)]
