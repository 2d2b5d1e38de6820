"""The address that a client called, for ids and links; and the ones that imin itself would show."""

import re
from functools import lru_cache

from mockserver.web.answers import Scope

IMIN_ADDRESS = "https://book.imin.co"
STAND_IN_ADDRESS = "http://imin-mock.test"
"""What clients within a test call where nothing else was given. No name under ``.test`` is anybody's (RFC 6761)."""
_HOST = re.compile(rb"[A-Za-z0-9._-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


def called_address(scope: Scope, host: bytes) -> str:
    """``scheme://host`` as the client called it; a missing or odd ``Host`` is replaced by the server's own address."""
    name, port = scope.get("server") or ("127.0.0.1", None)
    return _address(scope.get("scheme", "http"), host, name, port)


@lru_cache(maxsize=64)
def _address(scheme: str, host: bytes, name: str, port: int | None) -> str:
    if _HOST.fullmatch(host):
        return f"{scheme}://{host.decode()}"
    return f"{scheme}://{name}" if port is None else f"{scheme}://{name}:{port}"


def is_host(text: str) -> bool:
    """Whether the text is a host, with or without a port."""
    return text.isascii() and _HOST.fullmatch(text.encode()) is not None
