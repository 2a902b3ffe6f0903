"""Decide which addresses may be requested, so that a pasted link never reaches private networks.

``client.py`` checks the URL before a request, and the resolved IP address when it connects.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from bot.model.errors import Refused
from bot.model.redact import shown_url

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Ports below 1024 belong to mail, shells and file servers; only these two serve HTTP.
_LOW_PORTS = frozenset({80, 443})
_FIRST_HIGH_PORT = 1024

#: What nearly every address looks like: no user, no escapes, and a port that is one. Such need no closer look.
_ORDINARY = re.compile(r"https?://[a-z0-9.-]+(?::(?P<port>[0-9]{1,5}))?(?:[/?#]|$)")
_LAST_PORT = 65_535

#: RFC 4291, 2.5: what is given out as global unicast; ``ipaddress`` calls more than that global.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
#: RFC 6052, 2.1: IPv4 addresses behind a translator.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def host_of(url: str) -> str:
    """Return the host a URL names, as a person wrote it; else the text as it may be shown."""
    try:
        return urlsplit(url).hostname or shown_url(url)
    except ValueError:
        return shown_url(url)


@lru_cache(maxsize=16_384)
def check_url(url: str) -> None:
    """Let an absolute ``http`` or ``https`` URL pass.

    :raises Refused: another scheme, no host, a user name or password inside, or a port where no web server lives.
    """
    ordinary = _ORDINARY.match(url)
    if ordinary and _is_web_port(ordinary["port"]):
        return
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("That is not a web address.") from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise Refused("Only addresses that begin with http:// or https:// are allowed.")
    if not parts.hostname:
        raise Refused("That address has no host.")
    if "@" in parts.netloc:
        # It would be stored, shown and sent along by redirects; the text must not repeat it either.
        raise Refused(f"The address of {parts.hostname} contains a user name or password. Leave them out.")
    if port is not None and port < _FIRST_HIGH_PORT and port not in _LOW_PORTS:
        raise Refused(f"Port {port} of {parts.hostname} is not a port for web pages.")


def _is_web_port(port: str | None) -> bool:
    return port is None or int(port) in _LOW_PORTS or _FIRST_HIGH_PORT <= int(port) <= _LAST_PORT


@lru_cache(maxsize=16_384)
def may_connect(address: str, allow: tuple[IPNetwork, ...]) -> bool:
    """Tell whether a resolved IP address may be connected to.

    :param address: as in a socket address, without a port; an IPv6 zone is ignored.
    :param allow: networks that may be dialled although they are not public.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return _allowed(ip, allow) or all(_is_public(inner) or _allowed(inner, allow) for inner in _unwrap(ip))


def _allowed(ip: IPAddress, allow: Sequence[IPNetwork]) -> bool:
    return any(ip.version == network.version and ip in network for network in allow)


def _is_public(ip: IPAddress) -> bool:
    if ip.is_multicast or not ip.is_global:
        return False
    return ip.version == 4 or ip in _GLOBAL_UNICAST or ip in _NAT64


def _unwrap(ip: IPAddress) -> Iterator[IPAddress]:
    """Yield an address and every IPv4 address it would be carried to (RFC 3056, 4380, 6052)."""
    yield ip
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo
    if ip in _NAT64:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
