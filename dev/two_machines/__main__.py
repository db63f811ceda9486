"""python -m dev.two_machines: the production layout on one machine, under load, with parts killed.

nginx with TLS by deploy/nginx; two "machines" (127.0.0.2, 127.0.0.3), each with its own folder, web
process, worker and beat; PostgreSQL with a streaming replica, Valkey, and files in S3-compatible
storage, so that the two share no disk. Needs nginx, PostgreSQL, Valkey or Redis, and openssl.
"""

import argparse
import base64
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from dev.console import Refusal, say
from dev.kill_run.load import BACK_WITHIN, Load
from dev.kill_run.proof import Data
from dev.object_storage import object_storage
from dev.person import Person, Unanswered
from dev.processes import Child, Program, wait_until_ready
from dev.product import Product, add_options, folder_of
from dev.services import server_account
from dev.two_machines.servers import APP, OWNER, Cluster, broker, certificate, proxy
from lib.command_line import in_chinese, seconds, whole_number

PRIMARY, REPLICA = "127.0.0.2", "127.0.0.3"
AWAY = 10.0  # seconds until the killed replica starts again
_SCANS = "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) FROM pg_stat_user_tables"


class Show(NamedTuple):
    url: str
    machines: tuple[Product, Product]
    primary: Cluster
    replica: Cluster
    writable: str  # for psql: whichever of both accepts writes
    running: dict[str, Child]
    reads: list[int]  # table scans on the replica, counted before each kill of it

    @property
    def clusters(self) -> dict[str, Cluster]:
        """By the names of `running`."""
        return {"primary": self.primary, "replica": self.replica}


@in_chinese()
def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.two_machines",
        description="在一台机器上按正式环境运行两台应用服务器，承受负载，逐一强制结束各部分。",
    )
    add = parser.add_argument
    add("--seconds", type=seconds, default=120, help="负载持续的秒数，默认 120")
    add("--clients", type=whole_number, default=8, help="联络员人数，默认 8")
    add("--lose-primary", action="store_true", help="改为：主库丢失，副本接替，再换回原来的主库")
    add("--synchronous", action="store_true", help="主库等副本收到才答复，主库丢失时一条不少")
    add_options(parser, port=8550)
    options = parser.parse_args()
    try:
        with folder_of(options) as folder, _running(folder, options.port) as show:
            return _run(show, options)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _run(show: Show, options: argparse.Namespace) -> int:
    load = Load(show.url, show.writable)
    killed: Counter[str] = Counter()
    faults = _losses(show) if options.lose_primary else _kills(show)
    if options.synchronous:
        show.primary.confirm_by_replica()
    with load.at_work(options.clients):
        began = time.monotonic()
        for number, (what, kill) in enumerate(faults.items(), 1):
            share = number / (len(faults) + 1)
            time.sleep(max(0.0, began + options.seconds * share - time.monotonic()))
            load.demand_all_alive()
            _wait_until_all_answer(show)
            print(f"{time.monotonic() - began:6.1f} 秒  {what}", flush=True)
            kill()
            killed[what] += 1
        time.sleep(max(0.0, began + options.seconds - time.monotonic()))
        if not options.lose_primary:
            print(f"从副本读表的次数：{sum(show.reads) + _reads_of(show.replica)}")
    return 0 if load.judge(killed, show.machines[0].manage) else 1


def _kills(show: Show) -> dict[str, Callable[[], object]]:
    """Return the kills in order, spread evenly over the load; the last machine stays down."""
    first, second = show.machines
    return {
        "强制结束一台的网页": lambda: second.kill("网页服务1"),
        "强制结束一台的后台任务": lambda: second.kill("后台任务"),
        "强制结束副本": lambda: _kill_replica(show),
        "强制结束另一台的网页": lambda: first.kill("网页服务1"),
        "强制结束整台机器": second.power_off,
    }


def _losses(show: Show) -> dict[str, Callable[[], object]]:
    """The primary is lost and its replica takes over; later they change places again, planned."""
    return {
        "强制结束主库，副本接替": lambda: _take_over(show, "primary", "replica"),
        "重建原来的主库，作为副本": lambda: _rebuild(show, "primary", "replica"),
        "按计划换回原来的主库": lambda: _take_over(show, "replica", "primary", is_planned=True),
        "重建原来的副本": lambda: _rebuild(show, "replica", "primary"),
    }


def _take_over(show: Show, lost: str, heir: str, *, is_planned: bool = False) -> None:
    began = time.monotonic()
    if is_planned:  # it sends all that it has before it ends
        show.running[lost].ask_to_stop()
        show.running[lost].wait()
    else:
        show.running[lost].kill()
    show.clusters[heir].promote()
    print(f"        {time.monotonic() - began:.1f} 秒后可以写入", flush=True)


def _rebuild(show: Show, name: str, source: str) -> None:
    show.clusters[name].follow(show.clusters[source])
    show.running[name] = Child(show.clusters[name].program(name))
    wait_until_ready([show.running[name]], timeout=60)
    show.clusters[source].wait_for_replica()


def _wait_until_all_answer(show: Show) -> None:
    """Wait until all run, so that there is one fault at a time. Raises Refusal if one does not."""
    until = time.monotonic() + BACK_WITHIN
    for machine in show.machines:
        while not _answers(machine.url):
            if time.monotonic() > until:
                raise Refusal(f"{machine.url} 在 {BACK_WITHIN:.0f} 秒内没有恢复。")
            time.sleep(0.5)


def _answers(url: str) -> bool:
    try:
        return Person(url).get("/healthz").status == 200
    except Unanswered:
        return False


def _kill_replica(show: Show) -> None:
    show.reads.append(_reads_of(show.replica))
    show.running["replica"].kill()
    time.sleep(AWAY)
    show.running["replica"] = Child(show.replica.program("副本"))


def _reads_of(replica: Cluster) -> int:
    """Return table scans since its start, all made by pages: checking the lag makes none."""
    return int(Data(replica.url("postgres")).ask(_SCANS)[0][0])


@contextmanager
def _running(folder: Path, port: int) -> Iterator[Show]:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)  # the database's account must enter it
    with ExitStack() as stack:
        running: dict[str, Child] = {}
        stack.callback(_end, running)

        def start(name: str, program: Program) -> None:
            running[name] = Child(program)
            wait_until_ready([running[name]], timeout=60)

        say("启动数据库、副本、消息队列、对象存储")
        password, account = secrets.token_hex(16), server_account()
        primary = Cluster(folder / "primary", PRIMARY, port + 2, password, account)
        replica = Cluster(folder / "replica", REPLICA, port + 2, password, account)
        primary.create()
        start("primary", primary.program("数据库"))
        primary.create_roles()
        replica.follow(primary)
        start("replica", replica.program("副本"))
        start("broker", broker(folder, PRIMARY, port + 3))
        bucket, _ = stack.enter_context(object_storage(folder / "objects", ["policy-files"]))
        settings = bucket | {
            "DATABASE_URL": primary.or_its_heir(replica, APP),
            "DATABASE_OWNER_URL": primary.or_its_heir(replica, OWNER),
            "READ_DATABASE_URL": replica.url(APP),
            "REDIS_URL": f"redis://{PRIMARY}:{port + 3}/0",
            "FILES_BUCKET": "policy-files",
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATA_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "ALLOWED_HOSTS": f"127.0.0.1,{PRIMARY},{REPLICA}",
            "CSRF_TRUSTED_ORIGINS": f"https://127.0.0.1:{port}",
            "HTTPS": "1",
            "TRUST_FORWARDED_FOR": "1",
        }
        machines = []
        for number, address in enumerate((PRIMARY, REPLICA), 1):
            say(f"启动第{number}台机器（{address}）")
            words = ("--host", address, "--workers", "1")
            product = Product(folder / f"machine-{number}", port + 4, *words, settings=settings)
            machines.append(stack.enter_context(product))
        os.environ["SSL_CERT_FILE"] = str(certificate(folder))
        start("proxy", proxy(folder, port, [urlsplit(one.url).netloc for one in machines]))
        url = f"https://127.0.0.1:{port}"
        writable = primary.or_its_heir(replica, "postgres")
        yield Show(url, (machines[0], machines[1]), primary, replica, writable, running, [])


def _end(running: dict[str, Child]) -> None:
    """Stop all, nginx first, the primary last."""
    for child in reversed(running.values()):
        child.ask_to_stop()
        child.wait_or_kill(until=time.monotonic() + 15)


if __name__ == "__main__":
    sys.exit(main())
