"""Where a request comes from and what it calls us: hosts, addresses, proxies. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from talentscope.runtime.web_settings import Network

DEFAULT_PORTS = {"http": "80", "https": "443"}


def is_loopback(host: str) -> bool:
    """Whether this name or address, without a port, is this machine's own and nobody else's."""
    name = host.lower().strip("[]").rstrip(".")
    if name == "localhost":
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def host_name(header: str) -> str | None:
    """The name in a Host header, lower case, without port and last dot; None for what is no name."""
    if not header or any(letter in header for letter in "/@\\?# \t,"):
        return None
    try:
        parts = urlsplit(f"//{header}")
        parts.port  # noqa: B018 - raises for what is no port
    except ValueError:
        return None
    return (parts.hostname or "").rstrip(".") or None


def is_known(name: str, known: Sequence[str], own_address: str) -> bool:
    """Whether `name` is one of ours: this machine's, the address that was connected to, or one of `known`.

    `known` may hold `*.example.org` (any name under it) and `*` (any at all).
    """
    if is_loopback(name) or (own_address and name == own_address.strip("[]")):
        return True
    return any(
        one in {name, "*"} or (one.startswith("*.") and name.endswith(one[1:]) and name != one[1:]) for one in known
    )


def is_same_origin(origin: str, host: str, public_url: str) -> bool:
    """Whether the Origin of a request is the host that it went to, or the address that people know us by."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in DEFAULT_PORTS or not parts.netloc:
        return False
    if public_url and _netloc(parts.scheme, parts.netloc) == _netloc(*public_url.split("://", 1)):
        return parts.scheme == public_url.split("://", 1)[0]
    return _netloc(parts.scheme, parts.netloc) == _netloc(parts.scheme, host)


def _netloc(scheme: str, netloc: str) -> str:
    return netloc.lower().removesuffix(f":{DEFAULT_PORTS[scheme]}")


def client_address(peer: str, forwarded_for: str, proxies: Sequence[Network], *, trusts_peer: bool) -> str:
    """The address of whoever asks: the last one in X-Forwarded-For that no proxy of ours wrote itself.

    With `trusts_peer` the peer alone is a proxy, whoever it is. What visitors put into the header stays to the left of
    what our proxies add, and is never reached.
    """
    address = peer
    for said in reversed([word.strip() for word in forwarded_for.split(",") if word.strip()]):
        if not (trusts_peer and address == peer) and not is_in(address, proxies):
            break
        address = said.rsplit("]", 1)[0].strip("[") if said.startswith("[") else said
        trusts_peer = False
    return address


def is_address(text: str) -> bool:
    """Whether this is an address, no name."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def is_in(address: str, networks: Sequence[Network]) -> bool:
    """Whether the address lies in one of the networks."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed.version == network.version and parsed in network for network in networks)


def counted_as(address: str) -> str:
    """What requests are counted by: the address, or the /64 that an IPv6 address is in, which one household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(ip_network((parsed, 64), strict=False))
    return str(parsed)
