"""The steps of `python3 start.py`: from a folder of code to a running product with data."""

import argparse
import os
import shutil
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from dev import address, configuration
from dev.application import Application
from dev.claim import Claim, close_to_others, running_at
from dev.console import Refusal, agrees, say
from dev.environment import fetch_wheels, keep_compiled_files, ready_python
from dev.options import read_options
from dev.processes import rotate
from dev.programs import site_packages, valkey_binary
from dev.services import LOCAL_TIME, Postgres, Valkey, home_for_data, server_account
from dev.supervisor import Stopped, Supervisor, listen_for_stop

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.txt"
_AS_ROOT = (
    "注意：正以 root 身份运行，网页、后台任务一旦出错就有整台机器的权限，数据库文件则属于 nobody。"
    "正式使用请另建一个普通账户来启动。"
)


def main(words: Sequence[str] | None = None) -> int:
    os.environ["TZ"] = LOCAL_TIME  # for our own output and all logs
    time.tzset()
    options = read_options(words)
    listen_for_stop()
    try:
        if options.status:
            return _show_status()
        if options.fetch_wheels:
            wanted = "requirements-dev.txt" if options.dev else REQUIREMENTS
            fetch_wheels(ROOT, wanted, options.fetch_wheels)
        else:
            _start(options)
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except Stopped:
        say("已全部停止")
    return 0


def _start(options: argparse.Namespace) -> None:
    keep_compiled_files(ROOT / "var")
    settings = configuration.configured(ROOT)
    var = configuration.var_folder(ROOT, settings)
    claim = Claim(var)
    if options.fresh:
        _begin_anew(var, settings, is_agreed=options.yes)
    python = ready_python(ROOT, REQUIREMENTS, options.wheels)
    listening = address.listen(options.host, options.port)
    close_to_others(var)
    if os.geteuid() == 0:
        say(_AS_ROOT)
    shutil.rmtree(var / "metrics", ignore_errors=True)  # counters of ended processes
    for log in (var / "log").glob("*.log"):
        rotate(log)
    with Supervisor(claim) as supervisor:
        valkey = _start_servers(supervisor, var, settings)
        settings["VAR_DIR"] = str(var)
        settings.setdefault("SECRET_KEY", configuration.secret_key(var))
        settings.setdefault("DATA_KEYS", configuration.data_keys(var))
        settings.setdefault("ALLOWED_HOSTS", ",".join(address.names_of(options.host)))
        configuration.note_environment(var, settings)
        application = Application(ROOT, python, var, settings)
        page = _start_application(supervisor, application, listening, options, valkey)
        claim.note_address(page)
        supervisor.watch()


def _start_servers(supervisor: Supervisor, var: Path, settings: dict[str, str]) -> Valkey | None:
    """Start the servers that `settings` does not name, add them there; return our own broker."""
    site = site_packages(ROOT / ".venv")
    postgres, valkey = None, None
    if "DATABASE_URL" not in settings:
        account = server_account()
        home = home_for_data(ROOT, var, account)
        postgres = Postgres.in_(home, root=ROOT, site=site, account=account)
        settings |= {"DATABASE_URL": postgres.url, "DATABASE_OWNER_URL": postgres.owner_url}
    if "REDIS_URL" not in settings:
        valkey = Valkey(var / "valkey", valkey_binary(site))
        settings["REDIS_URL"] = valkey.url
    programs = [server.program(var / "log") for server in (postgres, valkey) if server]
    if programs:
        say("启动" + "、".join(program.label for program in programs))
        supervisor.start(programs)
    return valkey


def _start_application(
    supervisor: Supervisor,
    application: Application,
    listening: socket.socket,
    options: argparse.Namespace,
    valkey: Valkey | None,
) -> str:
    host = options.host
    if options.restore:
        say("恢复备份")
        supervisor.run_to_end(application.restore(options.restore))
    say("检查数据库结构和数据")
    words = ["--empty"] if options.empty else [] if options.restore else ["--demo"]
    words += [] if address.is_here(host) else ["--open-to-others"]
    supervisor.run_to_end(application.prepare(*words))
    say("启动网页服务、后台任务、定时任务")
    status = partial(address.status_of_page, allowed_hosts=application.settings["ALLOWED_HOSTS"])
    numbers = range(1, options.workers + 1)
    web = [application.web(number, listening, status=status) for number in numbers]
    worker = application.worker(broker_answers=valkey.answers if valkey else lambda: False)
    supervisor.start([*web, worker, application.beat()])
    page = address.url(host, listening.getsockname()[1])
    say("全部就绪")
    print(f"\n    请打开 {page}\n")
    print(f"    数据和日志在 {application.var}；按 Ctrl-C 停止\n", flush=True)
    return page


def _show_status() -> int:
    var = configuration.var_folder(ROOT, configuration.configured(ROOT))
    page = running_at(var)
    if page is None:
        print("没有在运行。")
        return 1
    print(f"正在运行：{page or '正在启动'}")
    with suppress(OSError):
        print((var / "status").read_text(encoding="utf-8"), end="")
    return 0


def _begin_anew(var: Path, settings: Mapping[str, str], *, is_agreed: bool) -> None:
    if "DATABASE_URL" in settings:
        raise Refusal("--fresh 只清除自带的数据库；DATABASE_URL 指向的数据库请自行处理。")
    home = home_for_data(ROOT, var, server_account())
    doomed = [*home.glob("postgres-*"), var / "valkey", var / "files", *var.glob("beat-schedule*")]
    doomed = [path for path in doomed if path.exists()]
    if not doomed:
        return
    if not is_agreed and not _agrees(doomed):
        raise Refusal("没有清除任何数据。")
    for path in doomed:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    say("已清除原有数据")


def _agrees(doomed: Sequence[Path]) -> bool:
    print("将永久删除已录入的全部数据：")
    for path in doomed:
        print(f"  {path}")
    return agrees("确定从头开始吗？")
