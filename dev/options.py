"""The options of start.py."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

from lib.command_line import in_chinese, whole_number

_DESCRIPTION = """\
从一份代码到能用的系统：准备 Python 环境，启动数据库、消息队列、网页和后台任务。
不带选项时装入演示数据（已有数据的不动）。按 Ctrl-C 停止，数据留在 var/。"""
_EPILOG = """\
常用：
  python3 start.py                   试用，带演示数据
  python3 start.py --empty           正式使用：只建三个管理员，密码显示一次
  python3 start.py --fresh --empty   清除已有数据，正式使用
  python3 start.py --status          另一个终端里查看各部分是否正常
  python3 start.py --restore 目录    在另一台机器上从备份恢复，再启动

设置了 DATABASE_URL 就不启动自带的 PostgreSQL，设置了 REDIS_URL 就不启动自带的 Valkey。
VAR_DIR 是数据、文件和日志的目录，默认 var。其余设置见 .env.example 和 docs/operations.md；
管理员密码丢失的处理办法也在 docs/operations.md。"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """The sentence alone: argparse's own puts a screen of usage before it."""
        self.exit(2, f"{message}（全部选项见 python3 {self.prog} --help）\n")


@in_chinese()
def read_options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(
        prog="start.py",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add, port = parser.add_argument, partial(whole_number, most=65535)
    count = partial(whole_number, most=64)
    add("--port", type=port, default=8000, metavar="N", help="端口，默认 8000；被占用时顺延")
    add("--host", default="127.0.0.1", metavar="地址", help="监听的地址，默认只供本机访问")
    add("--workers", type=count, default=2, metavar="N", help="网页进程数，默认 2")
    add("--empty", action="store_true", help="不装演示数据，只建三个管理员，密码显示一次")
    add("--fresh", action="store_true", help="清除已有数据，从头开始（先询问，输入 y 或“是”）")
    add("--restore", type=_folder, metavar="目录", help="先把一份备份恢复到空的 VAR_DIR，再启动")
    add("--yes", action="store_true", help="对 --fresh 的询问回答“是”")
    add("--status", action="store_true", help="显示正在运行的系统各部分是否正常，然后结束")
    add("--wheels", type=_folder, metavar="目录", help="从目录安装依赖，不上网")
    add("--fetch-wheels", type=Path, metavar="目录", help="把依赖的安装包下载到目录，然后结束")
    add("--dev", action="store_true", help="与 --fetch-wheels 同用：连测试用的一起下载")
    return parser.parse_args(words)


def _folder(word: str) -> Path:
    if not Path(word).is_dir():
        raise argparse.ArgumentTypeError(f"没有 {word} 这个目录")
    return Path(word)
