"""sbom: list this installation's packages as CycloneDX, to check them for vulnerabilities."""

import json
import re
from argparse import ArgumentParser
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

_LICENCE_LENGTH = 80  # a longer value is the licence's text


class Command(BaseCommand):
    help = "列出已安装的全部软件包（CycloneDX 1.6，JSON）：名称、版本、许可证、purl、校验值。"
    requires_system_checks: list[str] = []  # it uses neither database nor broker

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--hashes", type=Path, help="安装包文件夹里的 requirements.lock，列出各安装包的校验值"
        )

    def handle(self, *args: object, hashes: Path | None, **options: object) -> None:
        known = read_hashes(hashes.read_text(encoding="utf-8")) if hashes else {}
        bill = {
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "timestamp": now().isoformat(timespec="seconds"),
                "component": {"type": "application", "name": "policy-tracker"},
            },
            "components": installed(known),
        }
        self.stdout.write(json.dumps(bill, ensure_ascii=False, indent=2))


def read_hashes(lock: str) -> dict[str, list[str]]:
    """Return SHA-256 digests by `name==version` from a file for pip's --require-hashes."""
    pinned = re.findall(r"^(\S+==\S+)((?: --hash=sha256:[0-9a-f]{64})+)$", lock, re.MULTILINE)
    return {pin: re.findall(r"sha256:(\w+)", digests) for pin, digests in pinned}


def installed(hashes: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Return every distribution of this environment as a component, by name."""
    found = {one.metadata["Name"]: one for one in distributions()}
    return [_component(found[name], hashes) for name in sorted(found, key=str.lower)]


def _component(one: Distribution, hashes: dict[str, list[str]]) -> dict[str, Any]:
    name = re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()
    purl = f"pkg:pypi/{name}@{one.version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": one.metadata["Name"],
        "version": one.version,
        "purl": purl,
    }
    if licence := _licence(one):
        component["licenses"] = [licence]
    if digests := hashes.get(f"{name}=={one.version}"):
        component["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in digests]
    return component


def _licence(one: Distribution) -> dict[str, Any]:
    """Return the package's SPDX expression, or else the name of its licence."""
    for expression in one.metadata.get_all("License-Expression") or []:
        return {"expression": expression}
    classifiers = one.metadata.get_all("Classifier") or []
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License :: ")]
    name = ", ".join(named or one.metadata.get_all("License") or []).strip()
    return {"license": {"name": name}} if 0 < len(name) <= _LICENCE_LENGTH else {}
