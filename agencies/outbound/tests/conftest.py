import pytest


@pytest.fixture
def mail_on(settings):
    settings.EMAIL_IS_ON = True
    settings.DEFAULT_FROM_EMAIL = "platform@office.example"
    settings.SITE_URL = "https://policy.example"
    return settings


@pytest.fixture
def webhook_on(settings):
    settings.WEBHOOK_URL = "https://gateway.example/todos"
    settings.WEBHOOK_SECRET = "a-secret-of-the-two-sides"
    settings.SITE_URL = "https://policy.example"
    return settings
