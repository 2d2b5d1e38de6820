import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mockserver.client.errors import MockError, UnreachableError
from mockserver.client.over_http import OverHttp


@contextmanager
def answering(said: bytes) -> Iterator[str]:
    """The address of a server that says this to whoever asks first, and then ends the connection."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65_536)
            connection.sendall(said)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join()
        listener.close()


@pytest.mark.parametrize("url", ["mock", "ftp://mock", "http://", "http://[", "http://mock:port", "http://mock:99999"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(MockError, match="is no address of a mock"):
        OverHttp(url)


@pytest.mark.parametrize("said", [b"", b"no HTTP\r\n\r\n"])
def test_a_connection_that_ends_without_an_answer_is_a_response(said: bytes) -> None:
    with answering(said) as url:
        assert OverHttp(url).send("GET", "/").dropped


def test_what_answers_as_no_server_does_cannot_be_reached() -> None:
    said = b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n"
    with answering(said) as url, pytest.raises(UnreachableError, match="does not answer as a server does"):
        OverHttp(url).send("GET", "/")


def test_a_body_that_ends_too_early_is_truncated() -> None:
    with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc") as url:
        answer = OverHttp(url).send("GET", "/")
    assert (answer.status, answer.body, answer.truncated) == (200, b"abc", True)


@pytest.mark.parametrize("target", ["/a b", "/\n", "/é"])
def test_what_no_request_can_say_is_refused_before_it_is_sent(target: str) -> None:
    with answering(b"") as url:
        with pytest.raises(MockError, match="cannot be sent"):
            OverHttp(url).send("GET", target)
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))):
            pass


def test_an_answer_that_takes_too_long_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        elsewhere = OverHttp(f"http://127.0.0.1:{silent.getsockname()[1]}", patience=0.01)
        with pytest.raises(UnreachableError, match=r"has not answered GET / for 0\.01 s"):
            elsewhere.send("GET", "/")
