"""The invented people. Their names describe their posts; none is a real person's."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from agencies.accounts.memberships import COMMISSION, grant_membership, make_membership
from agencies.accounts.people import save_account
from agencies.choices import MailChoice
from agencies.demonstration import ACCOUNTS, PASSWORD
from agencies.inbox.actions import set_mail_choices
from agencies.models import Agency, User
from agencies.permissions import Role
from measures.choices import MeasureMessage

NAME = "演示·{}"
OFFICE_PHONE = "023-6789{:04}"  # invented, one number each, in order
EMAIL = "{}@yanshi.example"  # a reserved top-level domain (RFC 2606)
LEADERSHIP = "zfbgt"  # 市政府办公厅

# username → the person's role, and the code of the agency
POSTS = {
    "shangwu": (Role.COORDINATOR, COMMISSION),
    "shangwu_zong": (Role.CHIEF, COMMISSION),
    "haiguan": (Role.LIAISON, "cqcustoms"),
    "nongye": (Role.LIAISON, "nyncw"),
    "jingxin": (Role.LIAISON, "jjxxw"),
    "jingxin_ld": (Role.AGENCY_HEAD, "jjxxw"),
    "lingdao": (Role.LEADER, LEADERSHIP),
    "xitong": (Role.SYSTEM_ADMIN, COMMISSION),
    "anquan": (Role.SECURITY_ADMIN, COMMISSION),
    "shenji": (Role.AUDITOR, COMMISSION),
}
ADMINS = ("xitong", "anquan", "shenji")
# E-mail choices of some of them, in case the product sends any.
BY_MAIL: dict[str, dict[str, MailChoice]] = {
    "haiguan": {
        MeasureMessage.PERIOD_OPENED: MailChoice.AT_ONCE,
        MeasureMessage.RETURNED: MailChoice.AT_ONCE,
        MeasureMessage.INSTRUCTION: MailChoice.AT_ONCE,
        MeasureMessage.ACCEPTED: MailChoice.DIGEST,
    },
    "shangwu": {
        MeasureMessage.SUBMITTED: MailChoice.DIGEST,
        MeasureMessage.OBJECTION: MailChoice.DIGEST,
    },
    "shangwu_zong": {MeasureMessage.REQUEST: MailChoice.AT_ONCE},
}


class Cast(NamedTuple):
    coordinator: User
    chief: User
    leader: User
    head: User  # of the agency with 本单位审核
    liaisons: dict[str, User]  # by the agency's code
    everybody: list[User]


def make_people(agencies: Iterable[Agency], *, since: date, at: datetime) -> Cast:
    """Create the accounts of the sign-in page, and liaisons for agencies without one of these.

    The three administrators are created first; they create the others and grant their roles.
    """
    hashed = make_password(PASSWORD)
    names = dict(ACCOUNTS)
    places = {agency.code: agency for agency in Agency.objects.filter(order__lt=100)}
    people: dict[str, User] = {}

    def add(username: str, title: str, role: Role, code: str) -> None:
        is_admin = username in ADMINS
        user = User(
            username=username,
            name=NAME.format(title),
            office_phone=OFFICE_PHONE.format(1001 + len(people)),
            email=EMAIL.format(username),
            password=hashed,  # hashed once, because hashing for each takes seconds
            must_change_password=False,
        )
        save_account(user, "演示账号", by=None if is_admin else people["xitong"], at=at)
        grant = (
            partial(make_membership, by=None)
            if is_admin
            else partial(grant_membership, by=people["anquan"])
        )
        grant(user, agency=places[code], role=role, valid_from=since, at=at)
        people[username] = user

    for username in (*ADMINS, *(name for name in POSTS if name not in ADMINS)):
        add(username, names[username].replace(" ", ""), *POSTS[username])
    liaisons = {
        code: people[username] for username, (role, code) in POSTS.items() if role == Role.LIAISON
    }
    for agency in agencies:
        if agency.code not in liaisons:
            username = f"lianluo_{agency.code}"
            add(username, f"{agency.short_name}联络员", Role.LIAISON, agency.code)
            liaisons[agency.code] = people[username]
    for username, choices in BY_MAIL.items():
        set_mail_choices(choices, by=people[username], at=at)
    return Cast(
        coordinator=people["shangwu"],
        chief=people["shangwu_zong"],
        leader=people["lingdao"],
        head=people["jingxin_ld"],
        liaisons=liaisons,
        everybody=list(people.values()),
    )
