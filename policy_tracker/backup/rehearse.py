"""Test whether a backup can be restored, without touching the running system."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from dev.console import Refusal
from dev.programs import site_packages
from dev.throwaway import throwaway_servers
from policy_tracker.backup.manifest import BackupError


def rehearse_restore(folder: Path, *, identity: str = "") -> str:
    """Restore into a temporary PostgreSQL and a temporary folder; return what that proved.

    Needs room for a second copy of the data. Raises BackupError with the error of the failed
    restore, or if this machine cannot run a PostgreSQL.
    """
    var = Path(tempfile.mkdtemp(prefix="rehearsal-", dir=settings.VAR_DIR))
    try:
        with throwaway_servers(
            settings.BASE_DIR, site_packages(Path(sys.prefix)), ["DATABASE_URL"]
        ) as servers:
            return _restore_there(folder, identity, {**servers, "VAR_DIR": str(var)})
    except Refusal as refusal:
        raise BackupError(f"{refusal}") from None
    finally:
        shutil.rmtree(var, ignore_errors=True)


def _restore_there(folder: Path, identity: str, place: dict[str, str]) -> str:
    """Restore in a separate process, because settings name only one database."""
    command = [sys.executable, "manage.py", "restore", str(folder)]
    command += ["--identity", identity] if identity else []
    ended = subprocess.run(
        command,
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "SECRET_KEY": settings.SECRET_KEY,
            "REDIS_URL": settings.REDIS_URL,
            "FILES_BUCKET": "",  # its files go to the folder
            "READ_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "policy_tracker.settings",
            **place,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise BackupError(f"演练恢复没有成功：{(ended.stderr or ended.stdout).strip()[-500:]}")
    return ended.stdout.strip()
