"""The files of deploy/ are well formed, and name existing settings and addresses."""

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
# Values filled in by compose or needed by PostgreSQL's image: not settings of the product.
OF_COMPOSE = {"OWNER_PASSWORD", "APP_PASSWORD", "HOST", "CERTIFICATES", "POSTGRES_PASSWORD"}


def named_settings() -> set[str]:
    """Return the settings that docs/operations.md explains."""
    words = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", words, re.MULTILINE))


@pytest.mark.parametrize("name", ["policy-tracker.env.example", "owner.env.example"])
def test_an_example_names_settings_that_exist(name: str):
    words = (DEPLOY / name).read_text(encoding="utf-8")
    assert set(re.findall(r"^([A-Z_]+)=", words, re.MULTILINE)) <= named_settings()


def example_settings() -> dict[str, str]:
    """Return the settings of the example, filled in."""
    words = (DEPLOY / "policy-tracker.env.example").read_text(encoding="utf-8")
    filled = dict(re.findall(r"^([A-Z_]+)=(.*)$", words, re.MULTILINE))
    assert (filled["SECRET_KEY"], filled["DATA_KEYS"]) == ("CHANGE", "CHANGE")
    return filled | {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATA_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }


def check_deploy(environment: dict[str, str], tmp_path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_filled_in_passes_the_check_that_install_sh_makes(tmp_path: Path):
    done = check_deploy(example_settings(), tmp_path)
    assert done.returncode == 0, done.stderr


def test_all_that_is_forgotten_is_named_and_stops_the_installation(tmp_path: Path):
    forgotten = {"HTTPS": "0", "SECRET_KEY": "CHANGE", "DATA_KEYS": "CHANGE", "DEBUG": "1"}
    done = check_deploy(example_settings() | forgotten | {"FILES_BUCKET": "files"}, tmp_path)
    assert done.returncode == 1
    for number in ("W008", "W009", "W012", "W016", "W018"):
        assert f"security.{number}" in done.stderr
    assert "agencies.E007" in done.stderr
    assert "policy_tracker.E001" in done.stderr


def test_compose_names_settings_that_exist_and_runs_every_part():
    words = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    compose = yaml.safe_load(words)
    services = compose["services"]
    for service in services.values():
        assert set(service.get("environment", {})) <= named_settings() | OF_COMPOSE
    assert set(re.findall(r"\$\{(\w+)", words)) <= named_settings() | OF_COMPOSE
    commands = [" ".join(service.get("command", "")) for service in services.values()]
    assert sum("policy_tracker.web_server" in command for command in commands) > 1
    assert sum(" beat " in f"{command} " for command in commands) == 1
    volumes = {line.split(":")[0] for service in services.values() for line in _volumes(service)}
    for volume in volumes:
        assert volume in compose["volumes"] or volume[0] == "$" or (DEPLOY / volume).exists()


def test_a_first_start_of_the_database_has_time_before_it_counts_as_failed():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert compose["services"]["database"]["healthcheck"]["start_period"] == "2m"


def _volumes(service: dict) -> list[str]:
    return service.get("volumes", [])


def test_the_workers_of_compose_take_from_every_queue():
    words = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    taken = set(re.findall(r"--queues, (\w+)", words))
    assert taken == {queue.name for queue in settings.CELERY_TASK_QUEUES}


def test_nginx_forwards_to_every_socket_that_units_and_compose_open():
    upstream = (DEPLOY / "nginx" / "policy-tracker-upstream.conf").read_text(encoding="utf-8")
    passed = set(re.findall(r"/web-(\d)\.sock", upstream))
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    target = (DEPLOY / "systemd" / "policy-tracker.target").read_text(encoding="utf-8")
    assert passed == set(re.findall(r"/web-(\d)\.sock", compose))
    assert passed == set(re.findall(r"web@(\d)\.service", target))


def test_nginx_allows_larger_requests_than_the_product():
    site = (DEPLOY / "nginx" / "policy-tracker.conf").read_text(encoding="utf-8")
    assert f"client_max_body_size {settings.UPLOAD_REQUEST_MB + 1}m;" in site


def test_nginx_logs_no_query_strings_as_they_contain_searched_names():
    """In each server block, because a second log would contain the query string again."""
    site = (DEPLOY / "nginx" / "policy-tracker.conf").read_text(encoding="utf-8")
    (form,) = re.findall(r"^log_format policy '(.*)';$", site, re.MULTILINE)
    assert "$uri" in form
    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", form)
    logs = re.findall(r"^    access_log .* policy;$", site, re.MULTILINE)
    assert len(logs) == len(re.findall(r"^server \{", site, re.MULTILINE))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path: Path):
    """Name an existing program, because this machine has none in /opt."""
    for unit in UNITS:
        words = unit.read_text(encoding="utf-8")
        python = "/opt/policy-tracker/.venv/bin/python"
        assert python in words
        (tmp_path / unit.name).write_text(words.replace(python, "/bin/true"))
    shutil.copy(DEPLOY / "systemd" / "policy-tracker.target", tmp_path)
    command = ["systemd-analyze", "verify", *sorted(tmp_path.iterdir())]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_nginx_accepts_its_configuration(tmp_path: Path):
    certificate = ["-subj", "/CN=x", "-keyout", "policy-tracker.key", "-out", "policy-tracker.crt"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-quiet", *certificate]
    subprocess.run(make, cwd=tmp_path, check=True)
    included = ""
    for part in (DEPLOY / "nginx").iterdir():
        words = part.read_text(encoding="utf-8").replace("/etc/nginx", str(tmp_path))
        (tmp_path / part.name).write_text(words)
        included += f"include {tmp_path / part.name};"
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {included} }}")
    command = ["nginx", "-t", "-c", str(main), "-e", str(tmp_path / "errors")]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr + (tmp_path / "errors").read_text()


@pytest.mark.parametrize("end", ["\n", "", "\r\n"], ids=["newline", "none", "of Windows"])
def test_install_sh_reads_the_last_line_of_the_settings_however_it_ends(tmp_path: Path, end: str):
    script = (DEPLOY / "install.sh").read_text(encoding="utf-8")
    reads = script[script.index("manage() {") : script.index('[ "$(id -u)"')]
    (tmp_path / "settings").write_text(f"# a remark{end or chr(10)}URL=of the app", newline="")
    (tmp_path / "owner").write_text(f"URL=of the owner's=role{end}", newline="")
    words = f"NEW=.; runuser() {{ printenv URL; }}; {reads} manage settings owner -- check"
    done = subprocess.run(["sh", "-euc", words], cwd=tmp_path, capture_output=True, check=False)
    assert done.stdout == b"of the owner's=role\n", done.stderr


@pytest.mark.parametrize("script", sorted(DEPLOY.glob("*.sh")), ids=lambda path: path.name)
def test_the_shell_accepts_each_script(script: Path):
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
