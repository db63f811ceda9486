"""Which channels (e-mail, webhook) are configured, and how a channel refuses."""

from django.conf import settings

from agencies.choices import OutboxChannel


def channels_on() -> tuple[OutboxChannel, ...]:
    is_on = {OutboxChannel.EMAIL: settings.EMAIL_IS_ON, OutboxChannel.WEBHOOK: settings.WEBHOOK_URL}
    return tuple(channel for channel, configured in is_on.items() if configured)


class RefusedError(Exception):
    """The other side refuses this one for good; its text says in our words what kind of refusal."""


class NotNowError(Exception):
    """The other side refuses this one for now."""


class UnreachableError(Exception):
    """The other side is not there, or takes nothing from us: what else is queued can wait too."""
