"""`manage.py`: if database or disk fail, it prints a sentence and ends with exit status 1."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

AWAY = {"DATABASE_URL": "postgresql://policy@127.0.0.1:9/policy"}


@pytest.mark.parametrize(
    ("words", "environment", "code", "sentence"),
    [
        (["check_data"], AWAY, 1, "数据库联系不上，或者不能写入："),
        (["sbom", "--hashes", "none"], {}, 1, "文件不能读写，或者网络不通："),
        (["refresh_lights", "--on", "9999-12-31"], {}, 2, "在2018年至2099年之间"),
        (["backup", "--prot"], {}, 2, "没有这个选项或参数：--prot"),
        (["check"], {"UNUSED_DAYS": "many"}, 1, "设置缺少或者不对；"),
        (["check"], {"UNUSED_DAYS": "many"}, 1, "UNUSED_DAYS: invalid literal"),
        (["check"], {"OIDC_RP_SIGN_ALGO": "none"}, 1, "Invalid value: none not in"),
        (["check", "--deploy"], {"DATABASE_URL": ""}, 1, "DATABASE_URL: it is empty"),
        (["check", "--deploy"], {"REDIS_URL": ""}, 1, "REDIS_URL: it is empty"),
    ],
)
def test_a_failure_is_shown_without_a_traceback(words, environment, code, sentence):
    ended = run(words, environment)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_details_are_shown_on_request():
    ended = run(["sbom", "--hashes", "none", "--traceback"], {})
    assert "Traceback" in ended.stderr


def test_without_tables_it_says_how_to_create_them():
    ended = run(["refresh_lights"], {})  # in the servers' own database, beside the suite's
    assert ended.returncode == 1
    assert "请先运行manage.py prepare" in ended.stderr
    assert "Traceback" not in ended.stderr


def run(words: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "policy_tracker.settings"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
