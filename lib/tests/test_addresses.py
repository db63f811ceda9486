import socket
from ipaddress import ip_address

import pytest

from lib import addresses
from lib.addresses import AddressRefusedError, checked_addresses, connect, is_allowed, networks_of

LISTED = networks_of(["10.1.2.0/24", "fd12::/16", "127.0.0.1"])
CASES = [
    ("8.8.8.8", True),
    ("2001:4860:4860::8888", True),
    ("10.1.2.3", True),  # listed
    ("10.1.3.3", False),
    ("fd12::5", True),  # listed
    ("fd13::5", False),
    ("127.0.0.1", True),  # listed, and alone
    ("127.0.0.2", False),
    ("192.168.0.1", False),
    ("172.16.0.1", False),
    ("169.254.169.254", False),  # what clouds tell their machines
    ("100.64.0.1", False),  # shared by carriers
    ("0.0.0.0", False),
    ("224.0.0.1", False),
    ("240.0.0.1", False),
    ("255.255.255.255", False),
    ("::", False),
    ("::1", False),
    ("fe80::1", False),
    ("ff02::1", False),
    ("::ffff:192.168.0.1", False),  # IPv4 within IPv6
    ("::ffff:10.1.2.3", True),
    ("::ffff:8.8.8.8", True),
    ("2002:c0a8:0001::1", False),  # 6to4 of 192.168.0.1
    ("64:ff9b::c0a8:1", False),  # NAT64 of 192.168.0.1
    ("64:ff9b::808:808", True),
]


@pytest.mark.parametrize(("address", "expected"), CASES)
def test_an_address_must_be_public_or_listed(address: str, expected: bool) -> None:
    assert is_allowed(ip_address(address), LISTED) is expected


def test_unencrypted_connections_need_a_listed_address(monkeypatch):
    resolving(monkeypatch, "8.8.8.8")
    assert checked_addresses("public.example", 80, LISTED) == [ip_address("8.8.8.8")]
    with pytest.raises(AddressRefusedError):
        checked_addresses("public.example", 80, LISTED, only_listed=True)


def resolving(monkeypatch, *found: str) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: rows)


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch):
    resolving(monkeypatch, "8.8.8.8", "10.9.9.9")
    with pytest.raises(AddressRefusedError):
        checked_addresses("mixed.example", 443, LISTED)


def test_the_connection_uses_the_checked_address_without_resolving_again(monkeypatch):
    """A name that answers with a private address the second time is not asked a second time."""
    resolving(monkeypatch, "8.8.8.8", "8.8.4.4")
    gone = []

    def create(place, timeout):
        gone.append(place)
        if len(gone) == 1:
            raise ConnectionRefusedError
        return "connected"

    monkeypatch.setattr(addresses.socket, "create_connection", create)
    assert connect("public.example", 443, timeout=5, listed=LISTED) == "connected"
    assert gone == [("8.8.8.8", 443), ("8.8.4.4", 443)]


def test_an_invalid_network_is_an_error():
    with pytest.raises(ValueError, match="10.0.0.1/8"):
        networks_of(["10.0.0.1/8"])
