"""Requests that cannot be taken: each client reads why, in its turn, and nothing that it sends can fill the server."""

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
import requests

from mockserver.bootstrap import build_server
from mockserver.foundation.limits import HEAD_BYTES, HEADERS, TARGET_BYTES
from mockserver.settings import Settings
from tests.sockets.raw import Raw, exchanged, opened, received
from tests.web.serving import served

ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
HOST = b"Host: localhost\r\n"
LISTING = b"GET /api/v2/order-items?customerIdentifier=asha HTTP/1.1\r\nX-API-KEY: happy-path\r\n" + HOST
LIMIT = 20_000


@pytest.fixture(scope="module", params=["httptools", "h11"])
def parser(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(parser: str) -> Iterator[str]:
    with served(build_server(Settings(body_limit=LIMIT)).app, http=parser) as url:
        yield url


def fault_of(answer: Raw) -> tuple[int, str]:
    assert json.loads(answer.body)["status"] == answer.status
    assert answer.headers["connection"] == "close"
    return answer.status, answer.headers["x-imin-mock-fault"]


HEAD_TOO_LARGE = (431, "head-too-large")
TOO_MUCH = {
    "one long header": (b"X-Long: " + b"a" * HEAD_BYTES + b"\r\n", HEAD_TOO_LARGE),
    "one header without an end": (b"X-Long: " + b"a" * 1_000_000, HEAD_TOO_LARGE),
    "a name without an end": (b"a" * 1_000_000, HEAD_TOO_LARGE),
    "many headers": (b"".join(b"X:\r\n" for _ in range(HEADERS)), HEAD_TOO_LARGE),
    "many large headers": (b"".join(b"X-%d: %b\r\n" % (n, b"a" * 4_000) for n in range(50)), HEAD_TOO_LARGE),
}


@pytest.mark.parametrize("size", [1_000_000, 30_000, 1_000])
@pytest.mark.parametrize("case", TOO_MUCH)
def test_a_head_over_a_limit_is_431_however_it_comes(server: str, case: str, size: int) -> None:
    more, wanted = TOO_MUCH[case]
    request = LISTING + more + b"\r\n"
    assert fault_of(_sent_in_pieces(server, request, size)) == wanted


@pytest.mark.parametrize("size", [1_000_000, 5_000])
@pytest.mark.parametrize("length", [TARGET_BYTES + 1, 500_000])
def test_a_target_over_the_limit_is_refused_however_it_comes(server: str, length: int, size: int) -> None:
    target = b"/".ljust(length, b"a")
    answer = _sent_in_pieces(server, b"GET " + target + b" HTTP/1.1\r\n" + HOST + b"\r\n", size)
    assert fault_of(answer) in {(414, "target-too-long"), HEAD_TOO_LARGE}
    if length < HEAD_BYTES:
        assert answer.status == 414


def test_a_head_within_the_limits_is_served_however_it_comes(server: str) -> None:
    more = b"".join(b"X-%d: %b\r\n" % (n, b"a" * 300) for n in range(HEADERS - 10))
    for size in (1_000_000, 10_000):
        assert _sent_in_pieces(server, LISTING + more + b"\r\n", size).status == 200
    body = b'{"a": "' + b"a" * (LIMIT - 9) + b'"}'
    patch = b"PATCH /api/v2/orders/%b HTTP/1.1\r\nX-API-KEY: happy-path\r\n" % ORDER.encode() + HOST
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    answers = exchanged(server, (patch + length + body) * 5 + LISTING + more + b"\r\n", wanted=6)
    assert [answer.status for answer in answers] == [400] * 5 + [200]


NOT_HTTP = {
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a space in a name": LISTING + b"X Y: 1\r\n\r\n",
    "two lengths": b"PATCH / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "a length that is no number": b"PATCH / HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\nabc",
    "a header without a colon": LISTING + b"X-Nothing\r\n\r\n",
}


@pytest.mark.parametrize("case", NOT_HTTP)
def test_what_is_not_http_is_a_fault_of_the_mock_s_own_and_not_a_plain_text(server: str, case: str) -> None:
    answer = exchanged(server, NOT_HTTP[case])[0]
    assert fault_of(answer) == (400, "not-http")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_request_that_cannot_be_read_is_answered_after_the_ones_before_it(server: str) -> None:
    good = LISTING + b"\r\n"
    answers = exchanged(server, good + good + b"GARBAGE\r\n\r\n" + good, wanted=9)
    assert [answer.status for answer in answers] == [200, 200, 400]


def test_a_chunked_body_that_breaks_the_rules_is_400_and_changes_nothing(server: str) -> None:
    patch = b"PATCH /api/v2/orders/%b HTTP/1.1\r\nX-API-KEY: happy-path@broken\r\n" % ORDER.encode() + HOST
    answer = exchanged(server, patch + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"ord\r\nwrong\r\n')[0]
    assert fault_of(answer) == (400, "not-http")


def test_a_body_that_breaks_the_rules_behind_another_request_is_answered_after_it(server: str) -> None:
    patch = b"PATCH /api/v2/orders/%b HTTP/1.1\r\nX-API-KEY: happy-path@broken\r\n" % ORDER.encode() + HOST
    broken = patch + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"ord\r\nwrong\r\n'
    answers = exchanged(server, LISTING + b"\r\n" + broken, wanted=2)
    assert [answer.status for answer in answers] == [200, 400]


def test_a_tunnel_is_refused_because_the_mock_is_no_proxy(server: str) -> None:
    answer = exchanged(server, b"CONNECT book.imin.co:443 HTTP/1.1\r\nHost: book.imin.co:443\r\n\r\n")[0]
    assert fault_of(answer) == (501, "no-proxy")


FACES = {
    "imin's": ("PATCH", f"/api/v2/orders/{ORDER}", LIMIT),
    "the Booking System's": ("POST", "/booking-system/test-interface/actions", LIMIT),
    "control": ("POST", "/__admin/worlds", LIMIT * 64),
}


@pytest.mark.parametrize("keeps", ["keep-alive", "close"])
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_413_and_the_client_reads_it_to_the_end(
    server: str, face: str, chunked: bool, keeps: str
) -> None:
    method, path, limit = FACES[face]
    body = b"a" * (limit + 3_000_000)
    headers = {"X-API-KEY": "happy-path", "Content-Type": "application/json", "Connection": keeps}
    content = (body[start : start + 50_000] for start in range(0, len(body), 50_000)) if chunked else body
    with requests.Session() as session:
        answer = session.request(method, server + path, data=content, headers=headers, timeout=20)
        assert answer.status_code == 413
        assert "--body-limit" in answer.text
        assert f"{limit:,} bytes" in answer.text
        if keeps == "keep-alive":
            again = session.get(f"{server}/__admin/health", timeout=20)
            assert again.status_code == 200


def test_a_library_that_reads_only_when_it_has_sent_everything_learns_of_the_413(server: str) -> None:
    headers = {"X-API-KEY": "happy-path", "Content-Type": "application/json"}
    url = f"{server}/api/v2/orders/{ORDER}"
    request = urllib.request.Request(url, b"a" * 5_000_000, headers, method="PATCH")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    with refused.value as error:
        assert error.code == 413


def test_a_client_that_waits_to_be_asked_gets_its_413_at_once_and_is_not_asked(server: str) -> None:
    head = b"PATCH /api/v2/orders/%b HTTP/1.1\r\nX-API-KEY: happy-path\r\n" % ORDER.encode() + HOST
    with closing(opened(server)) as connection:
        connection.sendall(head + b"Content-Length: 9999999\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_what_may_follow_a_chunked_body_is_bounded_like_a_head(server: str) -> None:
    head = b"PATCH /api/v2/orders/%b HTTP/1.1\r\nX-API-KEY: happy-path\r\n" % ORDER.encode() + HOST
    for trailer in (b"X-A: " + b"a" * 400_000, b"X-A: 1\r\n" * 60_000):
        request = head + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n" + trailer
        assert fault_of(_sent_in_pieces(server, request, 20_000)) == HEAD_TOO_LARGE


def test_nothing_of_all_this_is_a_bug_of_the_server(server: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        for request in (
            *NOT_HTTP.values(),
            LISTING + b"\xff\xfe: 1\r\n\r\n",
            b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
        ):
            exchanged(server, request)
    assert [record.getMessage() for record in caplog.records] == []


def _sent_in_pieces(url: str, request: bytes, size: int) -> Raw:
    """The answer, also where it comes before everything is sent."""
    with closing(opened(url)) as connection:
        for start in range(0, len(request), size):
            connection.sendall(request[start : start + size])
        return received(connection)[0]
