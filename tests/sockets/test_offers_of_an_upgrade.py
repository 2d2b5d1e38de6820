"""A request that offers another protocol counts in full, whatever it offers and however its bytes come (RFC 9110 7.8)."""

import itertools
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.web.answers import Receive, Scope, Send
from tests.sockets.raw import exchanged, opened, received
from tests.web.serving import served

OFFERS = {
    "none": b"",
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
    "websocket": b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "tls": b"Upgrade: TLS/1.2\r\nConnection: upgrade\r\n",
    "several": b"Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
    "waits": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nExpect: 100-continue\r\n",
}
BODY = b'{"seat": 1, "filler": "GET / HTTP/1.1"}'
FRAMINGS = {
    "nothing": b"\r\n",
    "length": b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    "empty": b"Content-Length: 0\r\n\r\n",
    "chunked": b"Transfer-Encoding: chunked\r\n\r\n5\r\n%b\r\n%x;note=1\r\n%b\r\n0\r\nX-After: 1\r\n\r\n"
    % (BODY[:5], len(BODY) - 5, BODY[5:]),
}
PARSERS = ["httptools", "h11"]


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """What the server has understood, as JSON."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message["body"]
        if not message["more_body"]:
            break
    understood = {
        "method": scope["method"],
        "target": (scope["raw_path"] + b"?" + scope["query_string"]).decode("latin-1"),
        "version": scope["http_version"],
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
        "body": body.decode("latin-1"),
    }
    content = json.dumps(understood).encode()
    headers = [(b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


@pytest.fixture(scope="module", params=PARSERS)
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with served(echo, http=request.param) as url:
        yield url


def request_of(offer: str, framing: str, method: bytes = b"PATCH") -> bytes:
    return method + b" /a%20b?c=d HTTP/1.1\r\nHost: mock\r\nX-API-KEY: k\r\n" + OFFERS[offer] + FRAMINGS[framing]


def understood_of(offer: str, framing: str, method: str = "PATCH") -> dict[str, Any]:
    head = request_of(offer, framing, method.encode()).partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {
        "method": method,
        "target": "/a%20b?c=d",
        "version": "1.1",
        "headers": [[name.lower(), value.strip()] for name, _, value in (line.partition(":") for line in head)],
        "body": BODY.decode() if framing in {"length", "chunked"} else "",
    }


@pytest.mark.parametrize(
    ("offer", "framing", "second"), list(itertools.product(OFFERS, FRAMINGS, [None, "none", "h2c"]))
)
def test_a_request_with_an_offer_is_read_in_full_and_so_is_the_one_behind_it(
    server: str, offer: str, framing: str, second: str | None
) -> None:
    requests = [request_of(offer, framing), *([] if second is None else [request_of(second, "length", b"POST")])]
    wanted = [understood_of(offer, framing), *([] if second is None else [understood_of(second, "length", "POST")])]
    everything = b"".join(requests)
    head = requests[0].index(b"\r\n\r\n") + 4
    for cuts in ([], [head], [head - 2], [head + 3], [len(requests[0])], [7, head, head + 1]):
        answers = exchanged(server, *_cut(everything, cuts), wanted=len(requests))
        assert [json.loads(answer.body) for answer in answers] == wanted


@pytest.mark.parametrize("offer", ["h2c", "websocket", "tls"])
def test_a_request_with_an_offer_may_come_byte_by_byte(server: str, offer: str) -> None:
    request = request_of(offer, "chunked")
    with closing(opened(server)) as connection:
        for byte in request:
            connection.sendall(bytes([byte]))
        assert json.loads(received(connection)[0].body) == understood_of(offer, "chunked")


def test_a_connection_goes_on_after_an_offer_until_its_client_ends_it(server: str) -> None:
    with closing(opened(server)) as connection:
        for offer in ["h2c", "none", "websocket", "h2c"]:
            connection.sendall(request_of(offer, "length"))
            assert json.loads(received(connection)[0].body) == understood_of(offer, "length")


def test_many_offers_in_one_packet_are_all_answered_in_their_order(server: str) -> None:
    methods = [b"PUT", b"POST", b"PATCH", b"DELETE"] * 50
    answers = exchanged(server, b"".join(request_of("h2c", "length", each) for each in methods), wanted=len(methods))
    assert [json.loads(answer.body)["method"].encode() for answer in answers] == methods


def test_a_client_that_waits_to_be_asked_is_asked_though_it_makes_an_offer(server: str) -> None:
    head, _, body = request_of("waits", "length").partition(b"\r\n\r\n")
    with closing(opened(server)) as connection:
        connection.sendall(head + b"\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert json.loads(received(connection)[0].body)["body"] == BODY.decode()


def test_an_offer_with_an_end_of_the_connection_ends_it(server: str) -> None:
    request = request_of("h2c", "length").replace(b"Connection: Upgrade,", b"Connection: close, Upgrade,")
    with closing(opened(server)) as connection:
        connection.sendall(request)
        answer = received(connection)[0]
        assert json.loads(answer.body)["body"] == BODY.decode()
        assert connection.recv(1) == b""


def test_what_follows_a_chunked_body_is_no_header_of_the_request(server: str) -> None:
    request = b"POST / HTTP/1.1\r\nHost: mock\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-API-KEY: k\r\n\r\n"
    names = [name for name, _ in json.loads(exchanged(server, request)[0].body)["headers"]]
    assert names == ["host", "transfer-encoding"]


def test_a_client_that_has_said_all_it_had_to_say_still_gets_its_answer(server: str) -> None:
    with closing(opened(server)) as connection:
        connection.sendall(request_of("none", "length"))
        connection.shutdown(1)
        assert json.loads(received(connection)[0].body) == understood_of("none", "length")
        connection.settimeout(3)  # less than a connection is kept for another request
        assert connection.recv(1) == b""


@st.composite
def asked(draw: st.DrawFn) -> tuple[str, bytes, bytes]:
    """A request: its method, its body, and its bytes."""
    method = draw(st.sampled_from(["GET", "POST", "PATCH", "PUT"]))
    body = draw(st.sampled_from([1, 20_000])) * draw(st.binary(max_size=9))
    head = f"{method} / HTTP/1.1\r\nHost: mock\r\nX-Pad: {draw(st.sampled_from([0, 900, 9_000])) * 'a'}\r\n".encode()
    head += OFFERS[draw(st.sampled_from(["none", "h2c", "websocket", "tls"]))]
    if draw(st.booleans()):
        return method, body, head + b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    size = draw(st.sampled_from([1, 700, 100_000])) if len(body) < 1_000 else 50_000
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    sent = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return method, body, head + b"Transfer-Encoding: chunked\r\n\r\n" + sent + b"0\r\n\r\n"


@settings(max_examples=50, deadline=None)
@given(data=st.data(), requests=st.lists(asked(), min_size=1, max_size=5))
def test_any_requests_in_any_pieces_are_understood_in_full_and_in_their_order(
    server: str, data: st.DataObject, requests: list[tuple[str, bytes, bytes]]
) -> None:
    everything = b"".join(sent for _, _, sent in requests)
    places = sorted(data.draw(st.lists(st.integers(0, len(everything)), max_size=6)))
    answers = [json.loads(answer.body) for answer in exchanged(server, *_cut(everything, places), wanted=len(requests))]
    assert [(answer["method"], answer["body"]) for answer in answers] == [
        (method, body.decode("latin-1")) for method, body, _ in requests
    ]


def test_a_request_that_breaks_off_is_never_begun() -> None:
    done: list[str] = []

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        while message["type"] == "http.request" and message["more_body"]:
            message = await receive()
        done.append(f"{scope['method']} {message['type']}")
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    for parser in PARSERS:
        done.clear()
        with served(noting, http=parser) as url:
            request = request_of("h2c", "length")
            for cut in (20, request.index(b"\r\n\r\n") + 10, len(request) - 1):
                with closing(opened(url)) as connection:
                    connection.sendall(request[:cut])
            assert exchanged(url, request)[0].status == 204
        assert done.count("PATCH http.request") == 1
        assert set(done) <= {"PATCH http.request", "PATCH http.disconnect"}


def _cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *places, len(data)]
    return [piece for start, end in itertools.pairwise(edges) if (piece := data[start:end])]
