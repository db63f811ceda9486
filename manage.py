#!/usr/bin/env python3
"""Django's command line. `python3 start.py` prepares what it needs; see docs/operations.md."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError, ProgrammingError

from lib.command_line import in_chinese


def main() -> None:
    """Run a command; where settings, database, disk or network fail it, say so and end with 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_tracker.settings")
    try:
        with in_chinese():
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError, ProgrammingError, OSError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"{_what_failed(error)}：{str(error).splitlines()[0]}（--traceback显示详情）")


def _what_failed(error: Exception) -> str:
    if isinstance(error, ImproperlyConfigured):
        return (
            "设置缺少或者不对；默认启动的系统请先运行 set -a; . var/environment; set +a，"
            "其余见 docs/operations.md 的“Environment”一节"
        )
    if isinstance(error, OperationalError):
        return "数据库联系不上，或者不能写入"
    if isinstance(error, ProgrammingError):
        return "数据库里没有要用的表，或者没有权限；还没有建表的，请先运行manage.py prepare"
    return "文件不能读写，或者网络不通"


if __name__ == "__main__":
    main()
