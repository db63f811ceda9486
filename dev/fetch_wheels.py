"""Fill a folder with wheels, for a machine that cannot reach a package index."""

import platform
from pathlib import Path

from dev.console import say
from dev.environment import pip_command, run_pip


def fetch(root: Path, requirements: str, folder: Path) -> None:
    """Wheels fit the Python and the kind of machine they are fetched on."""
    folder.mkdir(parents=True, exist_ok=True)
    say(f"下载 {requirements} 所列的安装包到 {folder}")
    command = [*pip_command(), "wheel", "--quiet", "--retries", "2"]
    command += ["-r", str(root / requirements), "--wheel-dir", str(folder.resolve())]
    log = folder / "pip.log"
    run_pip(command, log)
    log.unlink()
    wheels = list(folder.glob("*.whl"))
    size = sum(wheel.stat().st_size for wheel in wheels) / 1e6
    version = ".".join(platform.python_version_tuple()[:2])
    say(
        f"完成：{len(wheels)} 个安装包，共 {size:.0f} MB，"
        f"适用于 Python {version}、{platform.system()} {platform.machine()} 的机器"
    )
