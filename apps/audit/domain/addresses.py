"""From where a request came. Only a proxy of our own is believed when it names somebody behind it."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(words: Sequence[str]) -> tuple[Network, ...]:
    """Read addresses and CIDR ranges (``10.0.0.1``, ``10.0.0.0/8``).

    :raises ValueError: one of them is neither.
    """
    return tuple(ip_network(word, strict=False) for word in words)


def client_address(remote: str, forwarded: str, proxies: Sequence[Network]) -> str:
    """Return the address of whoever asks, without trusting what the asker may have written.

    ``remote`` is the other end of the connection, ``forwarded`` the header ``X-Forwarded-For``, which each proxy
    lengthens on the right. It is read from the right and only as far as our own ``proxies`` wrote it; with no proxy
    configured it is not read at all. Empty if the other end is no address (a local socket).
    """
    address = _read(remote)
    if address is None:
        return ""
    hops = [_read(word) for word in forwarded.split(",")] if forwarded else []
    while hops and any(address in network for network in proxies):
        before = hops.pop()
        if before is None:
            break
        address = before
    return str(address)


def _read(word: str) -> Address | None:
    try:
        address = ip_address(word.strip())
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
