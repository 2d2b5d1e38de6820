"""Every answer carries one ``Date`` (RFC 9110 6.6.1): the world's where it tells of a world, else this machine's."""

from email.utils import parsedate_to_datetime

import pytest

from mockserver.engine.clock import wall_now
from tests.web.calling import KEY, set_stage

EPOCH = "Mon, 03 Jun 2030 08:00:00 GMT"
LATER = "Wed, 05 Jun 2030 08:00:00 GMT"
WORLD = f"/__admin/worlds/{KEY}"


def test_what_tells_of_a_world_has_the_date_of_the_world_wherever_it_stands() -> None:
    stage = set_stage()
    told = [
        stage.call("POST", "/__admin/worlds", {"key": f"{KEY}@made"}),
        stage.call("POST", f"{WORLD}@made/fork", {"to": f"{KEY}@forked"}),
        stage.get(f"{WORLD}@forked/timeline"),
        stage.get("/api/v2/order-items?customerIdentifier=asha"),
        stage.call("GET", "/api/v2/nothing"),
        stage.get("/booking-system/orders-rpde"),
    ]
    assert [answer.header("date") for answer in told] == [EPOCH] * len(told)
    told = [
        stage.call("POST", f"{WORLD}/clock/advance", {"by": "P2D"}),
        stage.get(f"{WORLD}/clock"),
        stage.call("POST", f"{WORLD}/clock/advance", {"by": "nonsense"}),
        stage.call("DELETE", WORLD),
    ]
    assert [answer.header("date") for answer in told] == [LATER] * len(told)


NO_WORLD = [
    ("GET", "/api/v2/orders", None), ("GET", "/api/v2/orders", "no-such-scenario"), ("GET", "/booking-system/orders-rpde", None),
    ("GET", "/", KEY), ("GET", "/docs", KEY), ("GET", "/docs/imin", KEY), ("GET", "/docs/nothing", KEY), ("GET", "/nothing", KEY),
    ("GET", "/openapi.json", KEY), ("GET", "/__admin/openapi.json", KEY), ("GET", "/__admin/rules", KEY), ("POST", "/", KEY),
    ("GET", "/__admin/nothing", KEY), ("GET", "/__admin/worlds", KEY), ("DELETE", "/__admin/health", KEY),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "key"), NO_WORLD)
def test_what_tells_of_no_world_has_the_date_of_this_machine(method: str, path: str, key: str | None) -> None:
    before = wall_now().timestamp()
    date = set_stage().call(method, path, key=key).header("date")
    assert date is not None
    assert date.endswith(" GMT")
    assert before - 1 <= parsedate_to_datetime(date).timestamp() <= wall_now().timestamp()
