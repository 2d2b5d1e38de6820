import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec

from mockserver.client.in_process import InProcess
from mockserver.client.over_http import OverHttp
from mockserver.settings import Settings
from tests.library import shipped

LISTING = "/api/v2/order-items?customerIdentifier=asha"


class _Noticed(asyncio.Event):
    """An event that says when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.somebody_waits = threading.Event()

    async def wait(self) -> Literal[True]:
        self.somebody_waits.set()
        return await super().wait()


def test_an_answer_that_waits_is_lost_when_the_mock_is_closed() -> None:
    mock = InProcess(Settings())
    closing = mock._closing = _Noticed()
    order = next(iter(mock.server.worlds.create("slow-answer@late").world.catalogue.orders.values()))
    body = msgspec.json.encode({"orderIdentifier": order.id, "orderItemIdentifier": order.items[0].identifier})
    with ThreadPoolExecutor(1) as elsewhere:
        headers = [(b"x-api-key", b"slow-answer@late"), (b"content-type", b"application/json")]
        answer = elsewhere.submit(OverHttp(mock.url).send, "PATCH", f"/api/v2/orders/{order.id}", headers, body)
        assert closing.somebody_waits.wait(60)
        mock.close()
        assert answer.result().dropped


def test_fresh_worlds_take_the_place_of_all_there_were_behind_the_same_port() -> None:
    with InProcess(Settings()) as mock:
        elsewhere = OverHttp(mock.url)
        key = [(b"x-api-key", b"happy-path")]
        assert elsewhere.send("GET", LISTING, key).status == 200
        assert set(mock.server.worlds.played) == {"happy-path"}
        mock.renew(Settings(twins=False), [shipped("seller-cancels")])
        assert not mock.server.worlds.played
        assert elsewhere.send("GET", LISTING, key).status == 200
        assert elsewhere.url == mock.url
