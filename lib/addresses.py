"""Connecting to other machines: to public addresses, and to private ones only where listed.

A name is resolved once, all of its addresses are checked, and the connection goes to a checked
one. So a name that resolves differently the second time cannot redirect it (DNS rebinding).
"""

import socket
from collections.abc import Iterable, Iterator
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class AddressRefusedError(OSError):
    """A name resolves to an address that is neither public nor listed."""


def networks_of(words: Iterable[str]) -> list[Network]:
    """10.1.2.0/24, 192.168.1.5, fd00::/8 → networks. Raises ValueError for anything else."""
    return [ip_network(word.strip()) for word in words]


def is_allowed(address: Address, listed: Iterable[Network]) -> bool:
    """Whether an address may be connected to: it is listed, or public and embeds no other."""
    hidden = list(_hidden_in(address))
    return is_listed(address, listed) or all(_is_public(one) for one in (hidden or [address]))


def is_listed(address: Address, listed: Iterable[Network]) -> bool:
    """Whether an address, or an IPv4 address embedded in it, is in one of the networks."""
    own = [address, *_hidden_in(address)]
    return any(one.version == net.version and one in net for net in listed for one in own)


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _hidden_in(address: Address) -> Iterator[Address]:
    """The IPv4 addresses embedded in an IPv6 address: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return
    for found in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if found is not None:
            yield found
    if any(address in network for network in NAT64):
        yield IPv4Address(int(address) & 0xFFFF_FFFF)


def checked_addresses(
    host: str, port: int, listed: Iterable[Network], *, only_listed: bool = False
) -> list[Address]:
    """Return all addresses of a host. Raises AddressRefusedError if one of them is refused.

    Raises OSError if the name has no address or is not a valid name.
    """
    listed, fits = list(listed), is_listed if only_listed else is_allowed
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # an empty or too long part
        raise OSError("this can be no name of a host") from error
    # The zone of a link-local address (%eth0) is not part of the address.
    addresses = [ip_address(str(row[4][0]).partition("%")[0]) for row in found]
    if not all(fits(address, listed) for address in addresses):
        raise AddressRefusedError("the address is private and not listed")
    return list(dict.fromkeys(addresses))


def connect(
    host: str,
    port: int,
    *,
    timeout: float | None,
    listed: Iterable[Network],
    only_listed: bool = False,
) -> socket.socket:
    """Return a connection to the first of a host's addresses that answers. Raises OSError.

    `only_listed`: public addresses are refused too, for example when data is sent unencrypted.
    """
    failure: OSError = OSError("the name has no address")
    for address in checked_addresses(host, port, listed, only_listed=only_listed):
        try:
            return socket.create_connection((str(address), port), timeout)
        except OSError as error:
            failure = error
    raise failure
