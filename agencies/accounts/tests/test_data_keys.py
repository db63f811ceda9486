"""Telephone numbers and second factors' secrets are encrypted, with keys outside the database."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.test import Client

from agencies.accounts.data_keys import check_keys, encrypt_anew, key_faults
from agencies.accounts.people import edit_own_profile
from agencies.accounts.second_factor import enrol
from agencies.models import Event, User
from agencies.permissions import Role
from agencies.sign_in.lockout import judge_code
from agencies.sign_in.tests.test_second_factor import SECRET, code_at
from agencies.tests.factories import NOW, PASSWORD, make_user
from lib.errors import DomainError
from policy_tracker.management.commands import prepare

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
PHONE, OFFICE = "13870005678", "023-67810002"
NEW_KEY = "n" * 43 + "="


@pytest.fixture
def person():
    person = make_user(Role.LIAISON, username="zhangsan", phone=PHONE, office_phone=OFFICE)
    enrol(person, secret=SECRET, code=code_at(NOW), at=NOW)
    return User.objects.get(pk=person.pk)


def stored(person):
    with connection.cursor() as cursor:
        columns = "phone, office_phone, totp_secret"
        cursor.execute(f"SELECT {columns} FROM agencies_user WHERE id = %s", [person.pk])
        return cursor.fetchone()


def store_in_clear(person):
    """Store values as a version without encryption did."""
    import_module("agencies.migrations.0021_encrypt").decrypt(apps, None)
    assert stored(person) == (PHONE, OFFICE, SECRET)


def read(person):
    person = User.objects.get(pk=person.pk)
    return person.phone, person.office_phone, person.totp_secret


def test_no_table_holds_a_telephone_number_or_a_secret_in_clear(client, person):
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    typed = {"name": "李四", "username": "lisi", "phone": "13870001111", "office_phone": OFFICE}
    assert client.post("/accounts/new/", typed).status_code == 200
    own = Client()
    own.force_login(person)
    own.post("/me/", {"phone": "13870002222", "office_phone": "023-67813333"})
    own.post("/me/", {"phone": "13870002222x", "office_phone": "023-67813333"})  # refused
    assert read(person)[:2] == ("13870002222", "023-67813333")
    sought = f"1387000|{OFFICE}|67813333|{SECRET}"
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT one::text FROM "{table}" one WHERE one::text ~ %s', [sought])
            assert not cursor.fetchall(), table
    assert Event.objects.filter(after__phone="138****2222").exists()


def test_an_encrypted_column_has_no_lookups():
    with pytest.raises(FieldError):
        User.objects.filter(phone=PHONE)


def test_an_older_versions_rows_are_read_reported_and_encrypted_by_the_migration(person):
    store_in_clear(person)
    assert read(person) == (PHONE, OFFICE, SECRET)
    assert key_faults() == ["有3项电话等信息没有加密，请运行manage.py rotate_data_keys。"]
    import_module("agencies.migrations.0021_encrypt").encrypt(apps, None)
    assert not set(stored(person)) & {PHONE, OFFICE, SECRET}
    assert read(person) == (PHONE, OFFICE, SECRET)
    assert key_faults() == []


def test_a_new_key_takes_over_and_the_old_one_may_go(person, settings):
    (old,) = settings.DATA_KEYS
    settings.DATA_KEYS = [NEW_KEY, old]
    assert read(person) == (PHONE, OFFICE, SECRET)
    said = StringIO()
    call_command("rotate_data_keys", stdout=said)
    assert said.getvalue().startswith("已重新加密3项")
    settings.DATA_KEYS = [NEW_KEY]
    assert read(person) == (PHONE, OFFICE, SECRET)
    assert Event.objects.filter(action="user.encrypt_anew").count() == 1
    assert check_keys() == []


def test_without_the_key_nothing_is_lost_and_no_second_factor_falls_away(client, person, settings):
    keys, before = settings.DATA_KEYS, stored(person)
    settings.DATA_KEYS = [NEW_KEY]
    (fault,) = key_faults()
    assert "有3项" in fault
    person = User.objects.get(pk=person.pk)
    assert (person.masked_phone, person.masked_office_phone) == ("无法读取", "无法读取")
    edit_own_profile(person, phone="", office_phone="", email="zhang@sww.example", at=NOW)
    person.save()
    with pytest.raises(DomainError, match="无法读取"):
        encrypt_anew(at=NOW)
    assert client.post("/login/", {"username": "zhangsan", "password": PASSWORD}).url.endswith(
        "/login/code/"
    )
    assert not judge_code(person, code_at(NOW), at=NOW)
    assert stored(person) == before
    settings.DATA_KEYS = keys
    assert read(person) == (PHONE, OFFICE, SECRET)


@pytest.mark.parametrize("keys", [[], ["no key"]])
def test_the_checks_report_a_missing_or_invalid_key(settings, keys):
    settings.DATA_KEYS = keys
    assert [one.id for one in check_keys()] == ["agencies.E007"]


def test_nothing_is_migrated_without_a_key(settings, monkeypatch):
    settings.DATA_KEYS = []
    monkeypatch.setattr(prepare.MigrationExecutor, "migration_plan", lambda *_: ["0020"])
    with pytest.raises(SystemExit):
        call_command(prepare.Command(), stdout=(said := StringIO()))
    assert "DATA_KEYS" in said.getvalue()
