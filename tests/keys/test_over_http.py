import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest

from mockserver.foundation.outgoing_text import KEY_REMOVED
from mockserver.web.admin_api.routes import PATHS as ADMIN
from mockserver.web.booking_system_api.operations import PATHS as BOOKING_SYSTEM
from mockserver.web.imin_api.routes import PATHS as IMIN
from tests.keys.planting import ESCAPED, LIVE, in_path, is_found_in, planted
from tests.web.calling import KEY, Received, Stage, scenario, set_stage

JSON, YAML = [(b"content-type", b"application/json")], [(b"content-type", b"application/yaml")]
PAGES = (
    "/",
    "/docs",
    "/docs/{face}",
    "/openapi.json",
    "/booking-system/openapi.json",
    "/__admin/openapi.json",
    "/{none}",
)
HEADERS = (b"accept", b"content-type", b"authorization", b"cookie", b"origin", b"forwarded", b"x-forwarded-host")
KEYS = (LIVE, LIVE.lower(), f"{KEY}@{LIVE}", f"{LIVE}@x", f"{KEY}~{LIVE}")
WORLD = f"/__admin/worlds/{KEY}"
LOOKS = (
    "/__admin/worlds", WORLD, f"{WORLD}/timeline?all=true", f"{WORLD}/snapshot", f"{WORLD}/exchanges",
    f"{WORLD}/exchanges?as=har",
    f"{WORLD}/exchanges?as=ndjson", f"{WORLD}/orders", f"{WORLD}/emails", f"{WORLD}/feed", "/__admin/scenarios",
    "/__admin/pact/provider-states", "/__admin/coverage", "/",
)  # fmt: skip


def routes() -> Iterator[tuple[str, str, Any]]:
    """Every method of every path of every face, with its operation where it has one."""
    for table in (ADMIN, BOOKING_SYSTEM):
        for path, methods in table.items():
            yield from ((method, path, operation) for method, operation in methods.items())
    for path, operations in IMIN.items():
        yield from ((method, path, None) for method in operations)
    yield from (("GET", path, None) for path in PAGES)


def bodies(operation: Any) -> Iterator[bytes]:
    """Bodies with the key in them: in every place of the examples, and as something else than was asked for."""
    examples = [] if operation is None or operation.body is None else list(operation.body.examples.values())
    item = {"type": "OrderItem", "id": "z"}
    examples.append({"orderIdentifier": "x", "orderItemIdentifier": "y", "type": "Order", "orderedItem": [item]})
    for example in examples:
        if isinstance(example, str):
            yield f"{example}\n# {LIVE}\n".encode()
            yield example.replace("title:", f"title: {LIVE} #").encode()
        else:
            yield from (json.dumps(each).encode() for each in planted(example))
    yield from (LIVE.encode(), f'"{LIVE}"'.encode(), b"\xff" + LIVE.encode())
    yield json.dumps({"key": LIVE}).encode().replace(b"0", b"\\u0030")


def everything_that_leaves(stage: Stage) -> Iterator[tuple[str, bytes]]:
    """What can be looked at afterwards, and what is kept."""
    for look in LOOKS:
        for accept in (b"application/json", b"text/html"):
            answer = stage.call("GET", look, headers=[(b"accept", accept)])
            yield look, answer.body + repr(answer.headers).encode()
    yield "aliases", repr(stage.server.worlds.aliases).encode()
    yield "keys", repr([world.key for world in stage.server.worlds]).encode()
    yield "journals", repr([list(world.journal.read()) for world in stage.server.worlds]).encode()


def sent(stage: Stage, method: str, target: str, body: bytes = b"", **more: Any) -> Received:
    """An answer that does not repeat the key, in which none of ours went wrong."""
    answer = stage.call(method, target, body, **more)
    assert not is_found_in(answer.body), (method, target, body, answer.body)
    assert not is_found_in(repr(answer.headers)), (method, target, body, answer.headers)
    assert answer.header("x-imin-mock-fault") != "bug", (method, target, body, answer.body)
    return answer


def test_no_route_repeats_or_keeps_a_live_key_wherever_it_was_planted() -> None:
    stage = set_stage(most_worlds=100_000)
    assert stage.live_world.key == KEY
    for method, path, operation in routes():
        for form in (LIVE, ESCAPED):
            for target in in_path(path, form):
                sent(stage, method, target, headers=[(b"x-request-id", LIVE.encode())])
        plain = path.replace("{key}", KEY).replace("{order}", "booking").replace("{", "").replace("}", "")
        for header in HEADERS:
            sent(stage, method, plain, headers=[(header, LIVE.encode())])
        for key in KEYS:
            sent(stage, method, plain, headers=JSON, key=key)
        sent(stage, method, plain, headers=JSON, host=f"{LIVE}.example".encode())
        for body in bodies(operation):
            sent(stage, method, plain, body, headers=JSON)
            sent(stage, method, plain, body, headers=YAML)
    for what, left in everything_that_leaves(stage):
        assert not is_found_in(left), what


def test_the_lists_of_an_unknown_customer_link_to_no_live_key() -> None:
    stage = set_stage()
    for form in (LIVE, ESCAPED):
        for where in ("order-items", "orders"):
            for _ in range(2):  # made, and from those kept ready
                answer = sent(stage, "GET", f"/api/v2/{where}?customerIdentifier={form}&x={form}")
                assert answer.status == 200
                assert int(answer.header("content-length") or 0) == len(answer.body)


def test_exchanges_keep_what_was_asked_but_no_key_and_nothing_that_lets_somebody_in() -> None:
    stage = set_stage()
    headers = [(name, b"Basic c2VjcmV0") for name in (b"authorization", b"cookie", b"proxy-authorization")]
    headers.append((b"x-trace", LIVE.encode()))
    body, order = b"\xff" + LIVE.encode(), stage.order("booking")
    sent(stage, "PATCH", f"/api/v2/orders/{order}?trace={LIVE}", body, headers=headers)
    for form in ("json", "har", "ndjson"):
        exported = stage.get(f"{WORLD}/exchanges?as={form}").body
        assert not is_found_in(exported)
        assert b"c2VjcmV0" not in exported
        assert f"trace={KEY_REMOVED}".encode() in exported
    entry = stage.get(f"{WORLD}/exchanges?as=har").json["log"]["entries"][0]
    assert b64decode(entry["request"]["postData"]["text"]) == b"\xff" + KEY_REMOVED.encode()


@pytest.mark.parametrize(
    "part",
    [
        {"title": f"A stage for {LIVE}"},
        {"about": LIVE},
        {"orders": {LIVE: {"customer": "asha", "placed": "-3d", "items": {"seat-1": "yoga"}}}},
        {"timeline": [{"at": "+1m", "do": "seller_cancels", "order": "booking", "message": LIVE}]},
    ],
    ids=["title", "about", "name", "message"],
)
def test_a_scenario_with_a_live_key_in_it_is_not_taken(part: dict[str, Any]) -> None:
    stage = set_stage()
    answer = sent(stage, "PUT", "/__admin/scenarios/mine", scenario(**part).encode(), headers=YAML)
    assert (answer.status, answer.json["title"]) == (422, "The body holds a live key")
    assert sent(stage, "GET", "/__admin/scenarios/mine").status == 404


@pytest.mark.parametrize(
    "written", ["\\u{:04x}", "\\u{:04X}", "%{:x}"], ids=["escaped", "escaped-in-capitals", "of-a-url"]
)
def test_a_body_in_which_the_digits_of_a_live_key_are_escaped_is_not_taken(written: str) -> None:
    escaped = "".join(written.format(ord(digit)) if at % 2 else digit for at, digit in enumerate(LIVE))
    stage = set_stage()
    body = f'{{"key": "stage@new", "label": "{escaped}"}}'.encode()
    answer = sent(stage, "POST", "/__admin/worlds", body, headers=[(b"content-type", b"application/json")])
    assert (answer.status, answer.json["title"]) == (422, "The body holds a live key")
