"""Questions that tests of actions often ask."""

from agencies.models import Event, Message, User


def told(sentence: str = "") -> set[User]:
    """Return who has a message that contains these words."""
    return {m.user for m in Message.objects.filter(sentence__contains=sentence)}


def only_event() -> Event:
    """Return the only event that was recorded."""
    return Event.objects.get()
