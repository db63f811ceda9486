"""Which port is used, and which host names are allowed."""

import socket

import pytest

from dev import address
from dev.console import Refusal


def test_the_requested_port_is_used_if_it_is_free() -> None:
    with address.listen("127.0.0.1", 0) as probe:
        port = probe.getsockname()[1]
    with address.listen("127.0.0.1", port) as listening:
        assert listening.getsockname()[1] == port


def test_a_busy_port_is_replaced_by_the_next_free_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with address.listen("127.0.0.1", port) as listening:
            assert port < listening.getsockname()[1] <= port + address.TRIES
    assert f"端口 {port} 已被占用" in capsys.readouterr().out


def test_a_host_of_another_machine_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refusal, match="192.0.2.1"):
        address.listen("192.0.2.1", 8000)


def test_the_default_start_accepts_only_this_machine() -> None:
    assert address.names_of("127.0.0.1") == ["127.0.0.1", "localhost", "[::1]"]


def test_listening_on_all_addresses_allows_their_names() -> None:
    assert socket.gethostname() in address.names_of("0.0.0.0")


@pytest.mark.parametrize(
    ("host", "shown"),
    [("127.0.0.1", "http://127.0.0.1:8000/"), ("::1", "http://[::1]:8000/")],
)
def test_the_printed_address_is_a_url(host: str, shown: str) -> None:
    assert address.url(host, 8000) == shown
