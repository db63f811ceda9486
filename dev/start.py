"""From a folder of code to a page with data: what `python3 start.py` does, step by step."""

import argparse
import shutil
import socket
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from dev import address, configuration
from dev.application import Application
from dev.claim import Claim
from dev.console import Refusal, say
from dev.environment import fetch_wheels, ready_python
from dev.options import read_options
from dev.processes import rotate
from dev.programs import site_packages, valkey_binary
from dev.services import Postgres, Valkey, home_for_data, server_account
from dev.supervisor import Stopped, Supervisor, listen_for_stop

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.txt"


def main(words: Sequence[str] | None = None) -> int:
    options = read_options(words)
    listen_for_stop()
    try:
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
    settings = configuration.configured(ROOT)
    var = configuration.var_folder(ROOT, settings)
    claim = Claim(var)
    if options.fresh:
        _begin_anew(var, settings, is_agreed=options.yes)
    python = ready_python(ROOT, REQUIREMENTS, options.wheels)
    listening = address.listen(options.host, options.port)
    for log in (var / "log").glob("*.log"):
        rotate(log)
    with Supervisor(claim) as supervisor:
        settings |= _start_servers(supervisor, var, settings)
        settings["VAR_DIR"] = str(var)
        settings.setdefault("SECRET_KEY", configuration.secret_key(var))
        settings.setdefault("ALLOWED_HOSTS", ",".join(address.names_of(options.host)))
        configuration.note_environment(var, settings)
        application = Application(ROOT, python, var, settings)
        claim.note_address(_start_application(supervisor, application, listening, options))
        supervisor.watch()


def _start_servers(
    supervisor: Supervisor, var: Path, settings: Mapping[str, str]
) -> dict[str, str]:
    site = site_packages(ROOT / ".venv")
    servers: dict[str, Postgres | Valkey] = {}
    if "DATABASE_URL" not in settings:
        account = server_account()
        home = home_for_data(ROOT, var, account)
        servers["DATABASE_URL"] = Postgres.in_(home, root=ROOT, site=site, account=account)
    if "REDIS_URL" not in settings:
        servers["REDIS_URL"] = Valkey(var / "valkey", valkey_binary(site))
    programs = [server.program(var / "log") for server in servers.values()]
    if programs:
        say("启动" + "、".join(program.label for program in programs))
        supervisor.start(programs)
    return {name: server.url for name, server in servers.items()}


def _start_application(
    supervisor: Supervisor,
    application: Application,
    listening: socket.socket,
    options: argparse.Namespace,
) -> str:
    host = options.host
    say("检查数据库结构和数据")
    supervisor.run_to_end(application.prepare("--empty" if options.empty else "--demo"))
    port = listening.getsockname()[1]
    say("启动网页服务、后台任务、定时任务")
    answers = partial(address.answers, host, port, application.settings["ALLOWED_HOSTS"])
    web = application.web(listening, workers=options.workers, answers=answers)
    supervisor.start([web, application.worker(), application.beat()])
    page = address.url(host, port)
    say("全部就绪")
    print(f"\n    请打开 {page}\n")
    print(f"    数据和日志在 {application.var}；按 Ctrl-C 停止\n", flush=True)
    return page


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
    try:
        return input("确定从头开始吗？输入“是”继续：").strip() in {"是", "yes", "y"}
    except EOFError:
        return False
