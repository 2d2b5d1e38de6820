"""Bytes to a server and back, without a library that would put them right."""

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


def opened(url: str) -> socket.socket:
    """A connection to a server."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchanged(url: str, *packets: bytes, wanted: int = 1) -> list[Raw]:
    """The answers to these packets, on one connection that is kept open until so many have come."""
    with closing(opened(url)) as connection, ThreadPoolExecutor(1) as beside:
        # A client that reads nothing before it has sent everything can wait for a server that waits for it.
        sending = beside.submit(_send, connection, packets)
        answers = received(connection, wanted)
        if len(answers) == wanted:
            sending.result()
        return answers


def _send(connection: socket.socket, packets: Iterable[bytes]) -> None:
    for packet in packets:
        connection.sendall(packet)


def received(connection: socket.socket, wanted: int = 1) -> list[Raw]:
    """The next answers; fewer, if the server closes the connection before."""
    answers: list[Raw] = []
    with connection.makefile("rb") as incoming:
        while len(answers) < wanted and (line := incoming.readline()):
            status = int(line.split()[1])
            headers = {}
            while (line := incoming.readline().strip()) != b"":
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.strip().lower()] = value.strip()
            if status != 100:
                length = int(headers.get("content-length", 0))
                answers.append(Raw(status=status, headers=headers, body=incoming.read(length)))
    return answers
