"""Which channels (e-mail, webhook) are configured, and the errors that a channel raises."""

from django.conf import settings

from agencies.choices import OutboxChannel


def channels_on() -> tuple[OutboxChannel, ...]:
    is_on = {OutboxChannel.EMAIL: settings.EMAIL_IS_ON, OutboxChannel.WEBHOOK: settings.WEBHOOK_URL}
    return tuple(channel for channel, configured in is_on.items() if configured)


class RefusedError(Exception):
    """The other side refuses this item permanently; the error's text is our own wording."""


class NotNowError(Exception):
    """The other side refuses this item for now."""


class UnreachableError(Exception):
    """The other side does not answer, or accepts nothing from us: the run ends for its channel."""
