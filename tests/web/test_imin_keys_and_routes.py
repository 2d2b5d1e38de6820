import pytest

from mockserver.web.imin_api import routes
from tests.web.calling import KEY, set_stage

ITEMS = "/api/v2/order-items?customerIdentifier=asha"


def keyed(*keys: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"x-api-key", key) for key in keys]


@pytest.mark.parametrize(
    ("headers", "status", "rule"),
    [
        (keyed(), 401, "key.missing"),
        (keyed(b""), 401, "key.missing"),
        (keyed(b"stage"), 200, None),
        (keyed(b"stage@test-1"), 200, None),
        (keyed(b"stage", b"stage"), 200, None),
        (keyed(b"stage", b"stage@test-1"), 401, "key.refused"),
        (keyed(b"stage", b""), 401, "key.refused"),
        (keyed(b"stage, stage"), 401, "key.refused"),
        (keyed(b"STAGE"), 401, "key.refused"),
        (keyed(b"stage@"), 401, "key.refused"),
        (keyed(b"stage@" + b"x" * 201), 401, "key.refused"),
        (keyed(b"stage@\xfc"), 401, "key.refused"),
        (keyed("stage\u2019".encode()), 401, "key.refused"),
        (keyed(b"stage~nasty"), 401, "key.refused"),
        (keyed(b"no-such-scenario"), 401, "key.refused"),
        (keyed(b"../stage"), 401, "key.refused"),
        (keyed(b"0123456789abcdef0123456789abcdef"), 401, "key.refused"),
    ],
)
def test_a_key_names_a_world_or_is_refused_and_never_repeated(
    headers: list[tuple[bytes, bytes]], status: int, rule: str | None
) -> None:
    stage = set_stage()
    answer = stage.get(ITEMS, key=None, headers=headers)
    assert (answer.status, answer.rule) == (status, rule)
    if status == 401:
        assert answer.header("content-type") == "application/problem+json"
        assert answer.header("x-imin-mock-fault") == rule.replace(".", "-")  # type: ignore[union-attr]
        assert answer.header("www-authenticate") == 'Key realm="imin-mock"'
        assert len(stage.server.worlds) == 0
        for _, key in headers:
            assert len(key) < 6 or key.decode("latin-1") not in answer.body.decode()


def test_different_labels_are_different_worlds() -> None:
    stage = set_stage()
    body = {"orderIdentifier": stage.order("booking"), "orderItemIdentifier": "seat-1"}
    assert stage.cancel("booking", body, key="stage@one").status == 204
    pending = [
        stage.get(ITEMS, key=key).json["imin:item"][0]["orderItemStatus"].rpartition("/")[2]
        for key in ("stage@one", "stage@two", KEY)
    ]
    assert pending == ["CustomerCancellationPending", "OrderItemConfirmed", "OrderItemConfirmed"]


@pytest.mark.parametrize("path", ["/api/v2/order-items", "/api/v2/orders", "/api/v2/orders/x"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"])
def test_another_method_is_405_and_allow_is_true(path: str, method: str) -> None:
    stage = set_stage()
    before = stage.state()
    answer = stage.call(method, path, b"{")
    assert answer.status == 405
    allowed = (answer.header("allow") or "").split(", ")
    assert allowed == (["GET", "HEAD", "PATCH"] if path.endswith("/x") else ["GET", "HEAD"])
    assert answer.header("x-imin-mock-fault") == "method-not-allowed"
    assert all(stage.call(each, path).status != 405 for each in allowed)
    assert stage.state() == before


@pytest.mark.parametrize(
    "target", [ITEMS, "/api/v2/orders?customerIdentifier=asha", "/api/v2/orders/x", "/api/v2/orders"]
)
def test_head_is_get_without_its_body(target: str) -> None:
    stage = set_stage()
    got, head = stage.get(target), stage.call("HEAD", target)
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
    assert len(got.body) == int(got.header("content-length") or 0) > 0


@pytest.mark.parametrize(
    "path", ["", "receipts/1", "order-items/", "orders/", "orders/a/b", "orders/a/order-items/b", "%00"]
)
def test_a_path_that_imin_does_not_have_says_so(path: str) -> None:
    answer = set_stage().get(f"/api/v2/{path}")
    assert (answer.status, answer.header("x-imin-mock-fault")) == (404, "unknown-route")
    assert answer.header("content-type") == "application/problem+json"


def test_a_path_with_braces_names_an_order_like_any_other() -> None:
    answer = set_stage().get("/api/v2/orders/{orderIdentifier}")
    assert (answer.status, answer.json["description"]) == (404, "There is no order '{orderIdentifier}'.")


def test_a_name_may_stand_anywhere_in_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    order = "/api/v2/orders/{orderIdentifier}"
    monkeypatch.setitem(routes.PATHS, f"{order}/copy", routes.PATHS[order])
    stage = set_stage()
    path = f"/api/v2/orders/{stage.order('booking')}"
    assert stage.get(f"{path}/copy").json == stage.get(path).json
    told = {
        each: stage.get(f"/api/v2/orders/{each}").header("x-imin-mock-fault") for each in ("copy", "/copy", "a/b/copy")
    }
    assert told == {"copy": None, "/copy": "unknown-route", "a/b/copy": "unknown-route"}


def test_every_answer_of_a_world_bears_the_worlds_date() -> None:
    stage = set_stage()
    for target in (ITEMS, "/api/v2/orders", "/api/v2/orders/x", "/api/v2/nothing"):
        assert stage.get(target).header("date") == "Mon, 03 Jun 2030 08:00:00 GMT"


def test_a_key_longer_than_any_file_name_is_refused_like_any_other() -> None:
    answer = set_stage().get(ITEMS, key="a" * 4000)
    assert (answer.status, answer.rule) == (401, "key.refused")
