"""Functions that make people and messages for the tests of e-mails and 待办."""

from datetime import datetime

from agencies.choices import AgencyMessage, MailChoice, OutboxAction
from agencies.models import MailSetting, Message, OutboxItem, User
from agencies.tests.factories import LONG_AGO, NOW, make_message, make_user

KIND = AgencyMessage.ACCOUNT


def make_reader(choice: MailChoice = MailChoice.AT_ONCE, **fields: object) -> User:
    """Make a person with an e-mail address, who wants messages of KIND by e-mail."""
    person = make_user(**{"email": "reader@office.example"} | fields)
    since = NOW.replace(year=LONG_AGO.year)
    if choice is not MailChoice.NONE:
        MailSetting.objects.create(user=person, kind=KIND, choice=choice, since=since)
    return person


def make_item(
    action: OutboxAction = OutboxAction.NOTIFY,
    *,
    user: User | None = None,
    message: Message | None = None,
    at: datetime = NOW,
    **fields: object,
) -> OutboxItem:
    person = user or make_reader()
    told = message or make_message(person, kind=KIND, sentence="您的密码已重置：详情。", url="/me/")
    return OutboxItem.objects.create(
        **{
            "channel": action.channel,
            "action": action,
            "user": person,
            "message": told,
            "created_at": at,
            "next_try_at": at,
        }
        | fields
    )
