"""Runs a command with throwaway servers: `python -m dev.with_servers manage.py check`."""

import os
import subprocess
import sys
from pathlib import Path

from dev.programs import site_packages
from dev.throwaway import throwaway_servers

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    with throwaway_servers(ROOT, site_packages(Path(sys.prefix))) as servers:
        settings = {"DJANGO_SETTINGS_MODULE": "policy_tracker.settings_test", **servers}
        command = [sys.executable, *sys.argv[1:]]
        return subprocess.run(command, env=os.environ | settings, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
