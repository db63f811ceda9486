"""Functions that make this app's objects, with fixed values."""

from datetime import date, datetime
from functools import cache
from itertools import count
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.test import Client

from agencies.choices import AgencyKind, AgencyMessage
from agencies.models import Agency, AgencyName, Membership, Message, User
from agencies.permissions import Role
from lib.prepared import PreparedObjects

# A Monday; the newest quarter that has ended is 2026's third.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
LONG_AGO = date(2018, 1, 1)
PASSWORD = "Kd7-mWq4-xTn9"
_numbers = count(1)


def make_agency(**fields: object) -> Agency:
    """Make an agency with its name."""
    number = next(_numbers)
    name = str(fields.pop("name", f"单位{number}"))
    fields = {
        "code": f"a{number}",
        "short_name": name,
        "full_name": f"重庆市{name}",
        "kind": AgencyKind.MUNICIPAL,
        "order": 1000 + number % 30_000,  # a run makes more objects than a smallint can hold
    } | fields
    agency = Agency.objects.create(**fields)
    AgencyName.objects.create(
        agency=agency, short_name=agency.short_name, full_name=agency.full_name
    )
    return agency


def commission() -> Agency:
    """Return 市商务委, made once per test."""
    return _once("sww", name="市商务委", order=1)


def government_office() -> Agency:
    """Return 市政府办公厅, made once per test."""
    return _once("zfbgt", name="市政府办公厅", order=0)


def _once(code: str, **fields: object) -> Agency:
    found = _of_code().rows([code])
    return found[0] if found else make_agency(code=code, **fields)


@cache
def _of_code() -> PreparedObjects:
    """Prepared, because most tests ask for the commission, some a dozen times."""
    return PreparedObjects(Agency.objects.filter(code="-1"), "varchar")


def make_user(role: Role | None = None, agency: Agency | None = None, **fields: object) -> User:
    """Make a person, with a membership if a role is given (by default in 市商务委)."""
    user = _person(**fields)
    user.save()
    if role:
        join(user, role, agency)
    return user


def sign_in(client: Client, role: Role | None = None, *where: Agency, **fields: object) -> User:
    """Make a person as make_user() does, and sign them in."""
    user = make_user(role, *where, **fields)
    client.force_login(user)
    return user


def make_users(*posts: tuple[Role, Agency | None]) -> list[User]:
    """Make a person for each role and agency, with bulk inserts."""
    users = User.objects.bulk_create(_person() for _ in posts)
    own = commission()
    Membership.objects.bulk_create(
        _membership(user, role, agency or own)
        for user, (role, agency) in zip(users, posts, strict=True)
    )
    return users


def join(user: User, role: Role, agency: Agency | None = None, **fields: object) -> Membership:
    """Make a membership from long ago, without an end; a liaison's is B岗."""
    for known in ("current_memberships", "granted"):
        user.__dict__.pop(known, None)
    membership = _membership(user, role, agency or commission(), **fields)
    membership.save()
    return membership


@cache
def _hashed_password() -> str:
    return make_password(PASSWORD)


def _person(**fields: object) -> User:
    number = next(_numbers)
    fields = {
        "username": f"person{number}",
        "name": f"人员{number}",
        "must_change_password": False,
        "password": _hashed_password(),
    } | fields
    return User(**fields)


def _membership(user: User, role: Role, agency: Agency, **fields: object) -> Membership:
    fields = {"valid_from": LONG_AGO, "is_deputy": role == Role.LIAISON} | fields
    return Membership(user=user, agency=agency, role=role, role_group=role.group, **fields)


def make_message(user: User, **fields: object) -> Message:
    """Make an unread message that links to the inbox itself."""
    fields = {
        "kind": AgencyMessage.HANDED_OVER,
        "sentence": "三季度进展已通过。",
        "url": "/inbox/",
        "created_at": NOW,
    } | fields
    return Message.objects.create(user=user, **fields)
