"""What start.py may be told."""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

_EPILOG = (
    "设置了 DATABASE_URL 就不启动自带的 PostgreSQL，设置了 REDIS_URL 就不启动自带的 Valkey。"
    "其余设置见 .env.example。"
)


def read_options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="start.py",
        description="从一份代码到能用的系统：准备环境，启动数据库、消息队列、网页和后台任务。",
        epilog=_EPILOG,
        add_help=False,
    )
    add, port = parser.add_argument, partial(_number, most=65535, what="端口")
    count = partial(_number, most=64)
    add("-h", "--help", action="help", help="显示本说明")
    add("--port", type=port, default=8000, metavar="N", help="端口，默认 8000；被占用时顺延")
    add("--host", default="127.0.0.1", metavar="地址", help="监听的地址，默认只供本机访问")
    add("--workers", type=count, default=2, metavar="N", help="网页进程数，默认 2")
    add("--empty", action="store_true", help="不装演示数据，只建三个管理员，口令显示一次")
    add("--fresh", action="store_true", help="清除已有数据，从头开始（先询问）")
    add("--yes", action="store_true", help="对 --fresh 的询问回答“是”")
    add("--wheels", type=_folder, metavar="目录", help="从目录安装依赖，不上网")
    add("--fetch-wheels", type=Path, metavar="目录", help="把依赖的安装包下载到目录，然后结束")
    add("--dev", action="store_true", help="与 --fetch-wheels 同用：连测试用的一起下载")
    return parser.parse_args(words)


def _number(word: str, *, most: int, what: str = "") -> int:
    if not word.isdecimal() or not 1 <= int(word) <= most:
        raise argparse.ArgumentTypeError(f"{what}应是 1 到 {most} 之间的整数")
    return int(word)


def _folder(word: str) -> Path:
    if not Path(word).is_dir():
        raise argparse.ArgumentTypeError(f"没有 {word} 这个目录")
    return Path(word)
