import asyncio
import gc
import json
from typing import Any

import pytest

from mockserver.web.background import _WORKERS
from mockserver.web.doorkeeper import Doorkeeper
from mockserver.web.hosts import Hosts
from tests.web.calling import Stage, set_stage
from tests.web.test_worst_cases import TEXTS

SLOW = TEXTS["mappings"]
HOST = (b"host", b"127.0.0.1")


async def ask(
    app: Any, method: str, path: str, body: bytes = b"", media_type: bytes | None = None
) -> tuple[int, bytes]:
    """Status and body of one request that comes through the door."""
    headers = [HOST] if media_type is None else [HOST, (b"content-type", media_type)]
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


async def answered_meanwhile(app: Any, *uploads: tuple[str, bytes]) -> tuple[int, list[tuple[int, bytes]]]:
    """How many requests of somebody else were answered before all uploads were, and the answers to those."""
    running = [asyncio.create_task(ask(app, "PUT", path, text, b"application/yaml")) for path, text in uploads]
    meanwhile = 0
    while not all(task.done() for task in running):
        await asyncio.sleep(0)
        assert (await ask(app, "GET", "/__admin/health"))[0] == 200
        meanwhile += not all(task.done() for task in running)
    return meanwhile, [task.result() for task in running]


def door(stage: Stage) -> Doorkeeper:
    return Doorkeeper(stage.server.app, Hosts())


@pytest.mark.parametrize("path", ["/__admin/scenarios/x", "/__admin/pact/provider-states"])
def test_others_are_answered_while_a_large_text_is_being_read(path: str) -> None:
    meanwhile, [(status, body)] = asyncio.run(answered_meanwhile(door(set_stage()), (path, SLOW)))
    assert meanwhile >= 5
    assert status == 422
    assert b"(limit uploaded-values: 10,000)" in body


def test_many_large_texts_at_once_are_read_one_after_the_other_and_each_gets_its_own_answer() -> None:
    texts = [
        (f"/__admin/scenarios/x{n}", f"version: 1\ntitle: text {n}\nabout: {'a' * 200_000}\n".encode())
        for n in range(6)
    ]
    meanwhile, answers = asyncio.run(answered_meanwhile(door(set_stage()), *texts))
    assert meanwhile >= 1
    assert [(status, json.loads(body)["title"]) for status, body in answers] == [(201, f"text {n}") for n in range(6)]


def test_what_a_large_text_is_refused_for_is_said_as_it_is_without_a_loop() -> None:
    stage = set_stage()
    _, [(status, body)] = asyncio.run(answered_meanwhile(door(stage), ("/__admin/scenarios/x", SLOW)))
    direct = stage.call("PUT", "/__admin/scenarios/x", SLOW, headers=[(b"content-type", b"application/yaml")])
    assert (status, body) == (direct.status, direct.body)


def test_of_an_upload_that_nobody_waits_for_any_more_nothing_is_complained(caplog: pytest.LogCaptureFixture) -> None:
    async def given_up() -> None:
        upload = asyncio.create_task(ask(door(set_stage()), "PUT", "/__admin/scenarios/x", SLOW, b"application/yaml"))
        await asyncio.sleep(0)
        upload.cancel()
        await asyncio.wait([upload])
        assert upload.cancelled()
        await asyncio.wrap_future(
            _WORKERS[asyncio.get_running_loop()].submit(lambda: None)
        )  # after the work that goes on
        await asyncio.sleep(0)

    asyncio.run(given_up())
    gc.collect()
    assert not caplog.records
