"""What tests of verbs ask again and again."""

from agencies.models import Event, Message, User


def told(sentence: str = "") -> set[User]:
    """Who has a message with these words in it."""
    return {m.user for m in Message.objects.filter(sentence__contains=sentence)}


def only_event() -> Event:
    """The one event that was left."""
    return Event.objects.get()
