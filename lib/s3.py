"""Files in S3-compatible storage. Its errors are turned into OSError, as callers expect."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from lib.outage import answering

MISSING = ("404", "NoSuchKey")
UNREACHABLE = (BotoCoreError, Boto3Error)


class S3Files(S3Storage):
    """S3Storage that fetches a whole file on open() and raises OSError for every failure."""

    file_overwrite = False
    max_memory_size = 16 * 1024 * 1024  # bytes; a larger file is kept on the disk
    transfer_config = TransferConfig(use_threads=False)
    client_config = Config(
        s3={"addressing_style": "path"},
        signature_version="s3v4",
        # Servers other than Amazon's do not support the newer checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        # Seconds, for connect and read: a page that waits must answer before the proxy times out.
        connect_timeout=5,
        read_timeout=10,
        retries={"mode": "standard", "total_max_attempts": 2},
    )

    def _open(self, name: str, mode: str = "rb") -> File:
        try:
            with self._as_os_error():
                opened: File = super()._open(name, mode)
                opened.open()  # fetches the file now, so that a later read cannot fail
                return opened
        except FileNotFoundError:
            self.listdir(f"{name}/")  # raises if even the bucket is missing
            raise

    def _save(self, name: str, content: IO[bytes]) -> str:
        with self._as_os_error():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with self._as_os_error():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with self._as_os_error():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with self._as_os_error():
            folders, names = super().listdir(path)
            return folders, names

    def get_modified_time(self, name: str) -> datetime:
        with self._as_os_error():
            moment: datetime = super().get_modified_time(name)
            return moment

    @contextmanager
    def _as_os_error(self) -> Iterator[None]:
        try:
            with answering(self.endpoint_url, *UNREACHABLE):
                yield
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in MISSING:
                raise FileNotFoundError(str(error)) from error
            raise OSError(str(error)) from error
        except UNREACHABLE as error:
            raise OSError(str(error)) from error
