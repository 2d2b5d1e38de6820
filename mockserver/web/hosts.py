"""Which ``Host`` a request may name. A page whose name was led to this machine (DNS rebinding) calls a server by that name.

Such a page has a name that the public DNS holds. So whatever cannot be held there is no danger: loopback, a name without a dot (a
service of a compose file), one under ``.internal`` (``host.docker.internal``). Every other name has to be given.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from mockserver.web.addresses import IMIN_ADDRESS, STAND_IN_ADDRESS

ANY = "*"
"""What allows every host."""

HOSTS_REMEMBERED = 64
"""How many values of ``Host`` are remembered as allowed; a server is seldom called by more than two."""

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{0,5})?")
_CALLED_BY_CLIENTS_OF_OURS = (IMIN_ADDRESS, STAND_IN_ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """The hosts by which a server may be called.

    ``bound`` is the address that it listens on, ``named`` are further hosts: a name, ``.name`` for all that end so, or ``*``.
    ``public_url`` names one too. ``remembered`` are values of the header that are known to be allowed.
    """

    bound: str = "127.0.0.1"
    named: Sequence[str] = ()
    public_url: str | None = None
    remembered: set[bytes] = field(default_factory=set)

    def allow(self, header: bytes) -> bool:
        """Whether a ``Host`` with this value may be answered."""
        if header in self.remembered:
            return True
        name = name_of(header)
        allowed = name is not None and self._allow(name)
        if allowed:
            if len(self.remembered) >= HOSTS_REMEMBERED:
                self.remembered.clear()
            self.remembered.add(header)
        return allowed

    def is_named(self, name: str) -> bool:
        """Whether the host was given by whoever started the server."""
        given = [each.lower().rstrip(".") for each in self.named]
        if self.public_url is not None:
            given.append(urlsplit(self.public_url).hostname or "")
        return any(each in {ANY, name} or (each.startswith(".") and f".{name}".endswith(each)) for each in given)

    def _allow(self, name: str) -> bool:
        address = _as_address(name)
        if address is not None:
            return _is_own(address, self.bound) or self.is_named(name)
        return (
            "." not in name
            or name.endswith((".localhost", ".internal"))
            or name == self.bound.lower().rstrip(".")
            or name in {urlsplit(each).hostname for each in _CALLED_BY_CLIENTS_OF_OURS}
            or self.is_named(name)
        )


def name_of(header: bytes) -> str | None:
    """The host in the value of a ``Host``, in lower case, without port, brackets and final dot; ``None`` if it is not one."""
    match = _HOST.fullmatch(header.decode("latin-1"))
    if match is None:
        return None
    return match["name"].strip("[]").lower().removesuffix(".") or None


def is_name(text: str) -> bool:
    """Whether the text is a host that may be given: a name, ``.name``, an address, or ``*``."""
    bare = text.strip("[]") if text.startswith("[") else text
    return text == ANY or _as_address(bare) is not None or name_of(text.encode("utf-8")) == text.lower().rstrip(".")


def _as_address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(name)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_own(address: IPv4Address | IPv6Address, bound: str) -> bool:
    """Whether the address is this machine's own as far as the server listens: no page has a name that is an address."""
    if address.is_loopback or address.is_unspecified:
        return True
    listens = _as_address(bound)
    return listens is not None and (listens.is_unspecified or listens == address)
