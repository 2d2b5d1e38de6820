"""Who may call at all: no web page of another origin, and nobody who calls the server by a name that is not its own.

*Source*: imin documents that its API is called by servers only, because a key can place orders and read personal data. So no
page has business with any face, and the mock must not be one that a page can drive. Programs that are no browsers send neither
``Origin`` nor ``Sec-Fetch-Site`` and notice nothing; the mock's own pages are of its own origin.
"""

from collections.abc import Awaitable, Mapping
from urllib.parse import urlsplit

from mockserver.web.answers import Answer, Application, Receive, Scope, Send, mock_fault, send_answer
from mockserver.web.hosts import Hosts, name_of

_OF_THE_BROWSER = {b"same-origin", b"none"}
"""A request of a page of this very origin, or of the person at the browser."""

_PAGES = ("/", "/docs")


class Doorkeeper:
    """An application with a doorkeeper before it. A program's request costs a few look-ups among its headers.

    They are left in the scope as ``said``, by name, for whoever looks next: each walk through them costs a request a percent.
    """

    def __init__(self, app: Application, hosts: Hosts) -> None:
        self.app = app
        self.hosts = hosts
        self._remembered = hosts.remembered

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        headers = scope["headers"]
        said = scope["said"] = dict(headers)
        if (
            len(said) == len(headers)
            and b"origin" not in said
            and b"sec-fetch-site" not in said
            and said.get(b"host") in self._remembered
        ):
            return self.app(scope, receive, send)
        return self._look(scope, receive, send)

    async def _look(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self.explain(scope)
        if refusal is None:
            await self.app(scope, receive, send)
        else:
            await send_answer(refusal, send, head=scope["method"] == "HEAD")

    def explain(self, scope: Scope) -> Answer | None:
        """The answer that turns a request away, or nothing for one that may come in."""
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) > 1 or (not hosts and scope["http_version"] == "1.1"):
            detail = "A request of HTTP/1.1 has exactly one Host header (RFC 9112 3.2)."
            return mock_fault("not-http", 400, "This is not an HTTP request", detail)
        if hosts and not self.hosts.allow(hosts[0]):
            return _foreign_host(hosts[0])
        said = dict(scope["headers"])
        if self._is_foreign_page(said) and not _is_link(scope, said):
            return _foreign_page()
        return None

    def _is_foreign_page(self, said: Mapping[bytes, bytes]) -> bool:
        """Whether a page of another origin asks. Where the browser says it itself, no page can change that."""
        site, origin = said.get(b"sec-fetch-site"), said.get(b"origin")
        if site is not None:
            return site not in _OF_THE_BROWSER
        return origin is not None and not self._is_own(origin, said.get(b"host", b""))

    def _is_own(self, origin: bytes, host: bytes) -> bool:
        """Whether the origin is the address that was called, or a host that was given for a proxy before the server."""
        scheme, _, authority = origin.partition(b"://")
        if scheme not in {b"http", b"https"} or not authority:
            return False
        if authority.lower() == host.lower():
            return True
        public = self.hosts.public_url
        if public is not None and authority.decode("latin-1").lower() == urlsplit(public).netloc.lower():
            return True
        name = name_of(authority)
        return name is not None and name not in {"localhost", "127.0.0.1"} and self.hosts.is_named(name)


def is_served(scope: Scope) -> bool:
    """Whether the request has come through the door, from a socket: there is an event loop, and others may wait for it."""
    return "said" in scope


def _is_link(scope: Scope, said: Mapping[bytes, bytes]) -> bool:
    """Whether somebody has followed a link to one of the pages: they see it, and the page that they come from does not."""
    path: str = scope["path"]
    return (
        scope["method"] in {"GET", "HEAD"}
        and said.get(b"sec-fetch-mode") == b"navigate"
        and said.get(b"sec-fetch-dest") == b"document"
        and (path in _PAGES or path.startswith("/docs/"))
    )


def _foreign_host(host: bytes) -> Answer:
    name = name_of(host)
    hint = "" if name is None else f" If it is one of this server's names, start it with --allowed-hosts {name}."
    detail = f"The Host is neither loopback, nor the address that the mock listens on, nor one that it was given.{hint}"
    return mock_fault("foreign-host", 421, "This host is not served here", detail)


def _foreign_page() -> Answer:
    detail = (
        "A web page of another origin asks, and imin's API is for servers only: call it from your backend. The mock's own pages"
        " are at / and /docs; behind a proxy, name its host with --allowed-hosts."
    )
    return mock_fault("foreign-page", 403, "This is not for web pages", detail)
