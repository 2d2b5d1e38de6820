"""The same calls through every client library, and what each of them makes of the answers: a value that can be compared."""

import asyncio
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import httpx2
import requests
import trio

from mockserver.testing import World
from mockserver.testing.interception.calls import replaced
from mockserver.testing.transports.httpx import AsyncTransport, Transport
from mockserver.testing.transports.requests import Adapter

OF_THE_CONNECTION = {"transfer-encoding", "connection", "keep-alive"}

IMPATIENT, PATIENT = 0.5, 120.0
"""Units: seconds. Less than any scripted latency that is to be met; more than any answer takes on a busy machine."""

AT_ONCE = 0.01
"""Units: seconds. The patience of a client on a port with an answer that cannot come for long: what it waits is real."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request: its target, and what makes it more than a GET."""

    target: str
    method: str = "GET"
    json: Any = None
    content: Any = None
    headers: Mapping[str, str | bytes] | None = None
    patience: float = IMPATIENT
    """How long the client waits for the answer. In this process a latency takes no time, and patience costs none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a client has of a call: an answer, or where it went wrong and how."""

    status: int | None = None
    headers: Sequence[tuple[str, str]] = ()
    body: bytes = b""
    trouble: str = ""


Play = Callable[[World, str, bool, Sequence[Call]], list[Outcome]]
"""World, address, whether in this process, calls."""


def _headers(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs if name.lower() not in OF_THE_CONNECTION)


def _httpx_sync(library: Any) -> Play:
    def play(world: World, url: str, here: bool, calls: Sequence[Call]) -> list[Outcome]:
        transport = Transport(world) if here else None
        outcomes = []
        with library.Client(transport=transport, base_url=url, headers=world.headers, trust_env=False) as client:
            for call in calls:
                status: int | None = None
                headers: tuple[tuple[str, str], ...] = ()
                try:
                    with client.stream(
                        call.method,
                        call.target,
                        json=call.json,
                        content=call.content,
                        headers=call.headers,
                        timeout=library.Timeout(PATIENT, read=call.patience),
                    ) as response:
                        status, headers = response.status_code, _headers(response.headers.multi_items())
                        outcomes.append(Outcome(status=status, headers=headers, body=response.read()))
                except library.HTTPError as error:
                    outcomes.append(Outcome(status=status, headers=headers, trouble=type(error).__name__))
        return outcomes

    return play


def _httpx_async(library: Any, run: Callable[[Any], Any]) -> Play:
    def play(world: World, url: str, here: bool, calls: Sequence[Call]) -> list[Outcome]:
        transport = AsyncTransport(world) if here else None
        outcomes = []

        async def all_of_them() -> None:
            async with library.AsyncClient(
                transport=transport, base_url=url, headers=world.headers, trust_env=False
            ) as client:
                for call in calls:
                    status: int | None = None
                    headers: tuple[tuple[str, str], ...] = ()
                    try:
                        async with client.stream(
                            call.method,
                            call.target,
                            json=call.json,
                            content=_later(call.content),
                            headers=call.headers,
                            timeout=library.Timeout(PATIENT, read=call.patience),
                        ) as response:
                            status, headers = response.status_code, _headers(response.headers.multi_items())
                            outcomes.append(Outcome(status=status, headers=headers, body=await response.aread()))
                    except library.HTTPError as error:
                        outcomes.append(Outcome(status=status, headers=headers, trouble=type(error).__name__))

        run(all_of_them)
        return outcomes

    return play


def _later(content: Any) -> Any:
    """Parts of a body for an asynchronous client."""
    if content is None or isinstance(content, bytes):
        return content

    async def parts() -> Any:
        for part in content:
            yield part

    return parts()


def _requests(world: World, url: str, here: bool, calls: Sequence[Call]) -> list[Outcome]:
    outcomes = []
    with requests.Session() as session:
        session.trust_env = False
        if here:
            session.mount(url, Adapter(world))
        for call in calls:
            status: int | None = None
            headers: tuple[tuple[str, str], ...] = ()
            try:
                response = session.request(
                    call.method,
                    url + call.target,
                    json=call.json,
                    data=iter(call.content) if isinstance(call.content, list) else call.content,
                    headers={**world.headers, **(call.headers or {})},
                    timeout=(PATIENT, call.patience),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    status = response.status_code
                    headers = _headers((name.lower(), value) for name, value in response.headers.items())
                    outcomes.append(Outcome(status=status, headers=headers, body=response.content))
            except requests.RequestException as error:
                outcomes.append(Outcome(status=status, headers=headers, trouble=type(error).__name__))
    return outcomes


def as_patient_as_it_takes(calls: Sequence[Call], outcomes: Sequence[Outcome]) -> list[Call]:
    """The calls with all the patience that the same outcomes need on a busy machine: next to none where it ran out before."""
    return [
        replace(call, patience=AT_ONCE if "Timeout" in outcome.trouble else PATIENT)
        for call, outcome in zip(calls, outcomes, strict=True)
    ]


PLAYS: dict[str, Play] = {
    "httpx": _httpx_sync(httpx),
    "httpx in asyncio": _httpx_async(httpx, lambda work: asyncio.run(work())),
    "httpx in trio": _httpx_async(httpx, trio.run),
    "httpx2": _httpx_sync(httpx2),
    "httpx2 in asyncio": _httpx_async(httpx2, lambda work: asyncio.run(work())),
    "httpx2 in trio": _httpx_async(httpx2, trio.run),
    "requests": _requests,
}


@contextmanager
def no_new_sockets() -> Iterator[None]:
    """While it lasts, whoever opens a network connection fails."""

    def refuse(_: socket.socket, address: Any) -> None:
        raise AssertionError(f"A socket is connected to {address}.")

    with replaced(socket.socket, "connect", refuse):
        yield
