"""Interception: calls of unchanged client code to ``https://book.imin.co`` reach a world, and calls to anybody else are refused.

It knows when an interception begins and ends; how each library is led aside is in its modules. Importing it loads no library.
"""

import threading
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec

from mockserver.client.errors import MockError
from mockserver.client.in_process import InProcess
from mockserver.testing.interception.calls import PORTS, Interception, StrayCallError
from mockserver.testing.world import World
from mockserver.web.addresses import IMIN_ADDRESS
from mockserver.web.hosts import name_of

__all__ = ["AlreadyInterceptedError", "Interception", "StrayCallError", "intercepted"]


class AlreadyInterceptedError(MockError):
    """Calls are intercepted already: there is one interception at a time in a process."""


_TURN = threading.Lock()


@contextmanager
def intercepted(world: World, host: str = IMIN_ADDRESS, *, besides: Collection[str] = ()) -> Iterator[Interception]:
    """While it lasts, calls of this process to ``host`` reach the world, whatever key they carry, and nobody else is called.

    A call without ``X-API-KEY`` stays without. ``besides`` names hosts (``"127.0.0.1"`` or ``"127.0.0.1:5432"``) that code may go
    on calling, such as a database.
    *Raises* :class:`StrayCallError` where somebody else is called, and at the end, if the code under test has swallowed it;
    :class:`AlreadyInterceptedError`; :class:`MockError` for a host that is none.
    """
    interception = Interception(world, host, besides)
    if not _TURN.acquire(blocking=False):
        raise AlreadyInterceptedError(
            "Calls are intercepted already, for another world or by another thread. End that interception first; tests that "
            "intercept run one after another in a process, and pytest-xdist gives each worker a process."
        )
    try:
        with ExitStack() as stack:
            stack.enter_context(_scheme_kept(interception))
            _lead_aside(interception, stack)
            try:
                yield interception
            except StrayCallError:
                raise
            except BaseException as error:
                for stray in interception.strays:
                    error.add_note(f"Before that: {stray}")
                raise
    finally:
        _TURN.release()
    if interception.strays:
        raise interception.strays[0]


@contextmanager
def _scheme_kept(interception: Interception) -> Iterator[None]:
    """Ids and links begin as the client called, though its connection has no TLS on the way to the mock's port."""
    channel = interception.world.channel
    scheme, _, host = interception.host.partition("://")
    if not isinstance(channel, InProcess):
        yield
        return
    named = host.lower().encode("latin-1")
    written = [named] if b":" in named.rpartition(b"]")[2] else [named, b"%s:%d" % (named, PORTS[scheme])]
    channel.schemes.update(dict.fromkeys(written, scheme))
    channel.names.append(name_of(named) or host)
    try:
        yield
    finally:
        channel.names.pop()
        for each in written:
            del channel.schemes[each]


def _lead_aside(interception: Interception, stack: ExitStack) -> None:
    """Replace what leads to the network, in every library that is installed: one imported later is the same one."""
    from mockserver.testing.interception.sockets import sockets_kind
    from mockserver.testing.interception.standard_library import http_client_kind

    replacements = [*sockets_kind(interception), *http_client_kind(interception)]
    for name in ("httpx", "httpx2"):
        if find_spec(name):
            from mockserver.testing.interception.client_libraries import httpx_kind

            replacements += httpx_kind(import_module(name), interception)
    if find_spec("requests"):
        from mockserver.testing.interception.client_libraries import requests_kind

        with suppress(ImportError):  # without its urllib3, nobody can use it
            replacements += requests_kind(interception)
    if find_spec("aiohttp"):
        from mockserver.testing.interception.client_libraries import aiohttp_kind

        replacements += aiohttp_kind(interception)
    for replacement in replacements:
        stack.enter_context(replacement)
