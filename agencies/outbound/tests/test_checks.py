import pytest

from agencies.outbound.checks import check_outbound

ALL = {
    "EMAIL_IS_ON": True,
    "DEFAULT_FROM_EMAIL": "platform@office.example",
    "SITE_URL": "https://policy.example",
    "WEBHOOK_URL": "https://gateway.example",
    "WEBHOOK_SECRET": "a-secret-of-the-two-sides",
    "OUTBOUND_NETWORKS": ["10.1.2.0/24", "fd00::/8"],
}


def found(settings, **changed) -> list[str]:
    for name, value in (ALL | changed).items():
        setattr(settings, name, value)
    return [fault.id for fault in check_outbound()]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"EMAIL_IS_ON": False, "WEBHOOK_URL": "", "SITE_URL": ""}, []),  # off
        ({"SITE_URL": ""}, ["agencies.E001"]),
        ({"SITE_URL": "policy.example"}, ["agencies.E001"]),
        ({"DEFAULT_FROM_EMAIL": ""}, ["agencies.E002"]),
        ({"WEBHOOK_URL": "gateway.example"}, ["agencies.E003"]),
        ({"WEBHOOK_URL": "ftp://gateway.example"}, ["agencies.E003"]),
        ({"WEBHOOK_URL": "https:///todos"}, ["agencies.E003"]),
        ({"WEBHOOK_URL": "https://gateway.example:port"}, ["agencies.E003"]),
        ({"WEBHOOK_URL": "https://gateway.example/接口"}, ["agencies.E003"]),
        ({"WEBHOOK_URL": "https://[gateway"}, ["agencies.E003"]),
        ({"WEBHOOK_SECRET": "short"}, ["agencies.E004"]),
        ({"OUTBOUND_NETWORKS": ["10.1.2.1/24"]}, ["agencies.E005"]),
        ({"OUTBOUND_NETWORKS": ["the office"]}, ["agencies.E005"]),
        ({"WEBHOOK_ADAPTER": "office.adapter.Ours"}, ["agencies.E009"]),
        ({"WEBHOOK_ADAPTER": "agencies.outbound.todo_adapter.Call"}, ["agencies.E009"]),
        ({"WEBHOOK_ADAPTER": "office", "WEBHOOK_URL": ""}, []),  # off
    ],
)
def test_a_way_out_that_is_switched_on_by_halves_is_named(settings, changed, expected):
    assert found(settings, **changed) == expected
