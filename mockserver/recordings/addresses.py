"""Addresses of servers in one form, however a client or a recorder wrote them: case, default ports and passwords do not count.

*Source*: RFC 9110, 4.2.3. It must never know whose addresses they are.
"""

from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


def origin_of(url: SplitResult) -> str:
    """Scheme, host and, where it is not the default one, port; never a user or a password."""
    host = (url.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = url.port
    return f"{url.scheme}://{host}" + ("" if port is None or port == _PORTS.get(url.scheme) else f":{port}")


def origin_in(text: str) -> str | None:
    """The origin of the URL that the text is; ``None`` where it is none."""
    try:
        url = urlsplit(text)
        return origin_of(url) if url.scheme in _PORTS and url.hostname else None
    except ValueError:
        return None


def host_in(text: str) -> str:
    """The host, with a port that is not HTTPS's default, in what somebody names as one: a host, or a whole address."""
    origin = origin_in(text if "://" in text else f"https://{text}")
    return text if origin is None else origin.partition("://")[2]
