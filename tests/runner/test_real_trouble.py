"""The shipped scenarios of lost and cut connections over a real socket: the client has trouble, and the server's log has none."""

import http.client
import logging

import pytest

from mockserver.bootstrap import build_server
from mockserver.runner.steps import request_of
from mockserver.settings import Settings
from tests.library import shipped
from tests.serving import PATIENCE
from tests.web.serving import served


@pytest.mark.parametrize("parser", ["httptools", "h11"])
@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("connection-lost-after-the-effect", http.client.RemoteDisconnected),
        ("connection-lost-before-the-effect", http.client.RemoteDisconnected),
        ("truncated-body", http.client.IncompleteRead),
    ],
)
def test_scripted_trouble_is_the_clients_alone(
    name: str, trouble: type[Exception], parser: str, caplog: pytest.LogCaptureFixture
) -> None:
    server = build_server(Settings())
    world = server.worlds.enter(name)
    asked = request_of(world.seed.steps[0], world.world.catalogue, world.world.readings)
    with caplog.at_level(logging.WARNING), served(server.app, http=parser) as address:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
        connection.request(asked.method, asked.target, asked.body or None, {"X-API-KEY": shipped(name).name})
        with pytest.raises(trouble):
            connection.getresponse().read()
        connection.close()
    assert [record.getMessage() for record in caplog.records] == []
