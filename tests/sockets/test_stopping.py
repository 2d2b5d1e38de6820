"""A server that is told to stop in the middle of requests: each client learns it, or sees a clean end."""

import json
import signal
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from mockserver.testing import Mock
from tests.serving import ROOT, serving
from tests.sockets.raw import exchanged, opened, received

ORDER = "406292c3-05d0-5c8b-a2cb-a9a0ad9e6b2b"
HEAD = b"PATCH /api/v2/orders/%b HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: happy-path\r\n" % ORDER.encode()
HALF_SENT = {
    "a body that has not come": HEAD + b"Content-Length: 100\r\n\r\n",
    "half a body": HEAD + b'Content-Length: 100\r\n\r\n{"order',
    "half a chunked body": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "an offer": HEAD + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 100\r\n\r\n{",
    "half an upload": b"POST /__admin/worlds HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    "a slow answer": b"GET /api/v2/orders/%b HTTP/1.1\r\nHost: localhost\r\nX-API-KEY: slow\r\n\r\n" % ORDER.encode(),
}
HEALTH = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
NEVER_WHOLE = {"half a head": HEAD, "half a line": b"GET /api", "nothing": b""}


def slow_scenario(folder: Path) -> None:
    happy = (ROOT / "scenarios" / "happy-path.yaml").read_text(encoding="utf-8")
    slow = happy.replace("      imin: {", "      imin: {api: {get_order: {latency: PT1H}}, ", 1)
    assert slow != happy
    (folder / "slow.yaml").write_text(slow, encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_every_client_of_a_server_that_stops_gets_an_answer_of_the_mock_s_or_a_clean_end(
    number: signal.Signals, tmp_path: Path
) -> None:
    slow_scenario(tmp_path)
    with serving("--scenarios", str(tmp_path)) as served, ExitStack() as stack:
        waiting = {name: stack.enter_context(closing(opened(served.url))) for name in (*HALF_SENT, *NEVER_WHOLE)}
        for name, connection in waiting.items():
            connection.sendall((HALF_SENT | NEVER_WHOLE)[name])
        assert exchanged(served.url, HEALTH)[0].status == 200  # which shows that the others have been read
        served.process.send_signal(number)
        for name in HALF_SENT:
            answer = received(waiting[name])[0]
            assert (answer.status, answer.headers["x-imin-mock-fault"]) == (503, "stopping"), name
            assert "stop" in json.loads(answer.body)["detail"]
            assert waiting[name].recv(1) == b""
        for name in NEVER_WHOLE:
            assert waiting[name].recv(1) == b"", name
        _, log = served.process.communicate(timeout=10)
    assert served.process.returncode == 0
    assert "Traceback" not in log
    assert "Exception" not in log


def test_a_mock_of_a_test_that_ends_says_so_too(caplog: pytest.LogCaptureFixture) -> None:
    mock = Mock()
    connection = opened(mock.url)
    with closing(connection):
        connection.sendall(HALF_SENT["half a body"])
        assert exchanged(mock.url, HEALTH)[0].status == 200
        mock.close()
        assert received(connection)[0].headers["x-imin-mock-fault"] == "stopping"
    assert caplog.records == []
