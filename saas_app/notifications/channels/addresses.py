"""Which network addresses are outside: open to the world, and no way back into a network of ours. Pure."""

import ipaddress
import re

# Public by registry, and still answered by the cloud's own machines.
_METADATA = frozenset({ipaddress.ip_address("168.63.129.16")})
# The one block that IPv6 gives out to the world; mapped, compatible and NAT64 forms lie beside it.
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
# Forms within it that carry an IPv4 address inside, and blocks for documents and relays.
_REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "192.88.99.0/24",
    )
)
_NAME = re.compile(
    r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)


def is_outside(address: str, *, loopback: bool = False) -> bool:
    try:
        there = ipaddress.ip_address(address)
    except ValueError:
        return False
    if loopback and there.is_loopback:
        return True
    if there in _METADATA or any(there in each for each in _REFUSED):
        return False
    if there.version == 6 and there not in _GLOBAL_IPV6:  # noqa: PLR2004 — the protocol's own number
        return False
    return there.is_global and not there.is_multicast and not there.is_reserved


def is_odd(host: str) -> bool:
    """Neither a plain name nor an address in its one usual form: 127.1, 0x7f.1 and 2130706433 are this machine."""
    if ":" in host:
        return "%" in host
    last = host.rstrip(".").rpartition(".")[2]
    if last.isdigit() or re.fullmatch(r"0x[0-9a-f]*", last):
        return not _is_dotted(host)
    return _NAME.fullmatch(host) is None


def _is_dotted(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
