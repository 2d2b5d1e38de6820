"""A thousand tests on two workers: no world meets another, and every life is the one that it is in a serial run."""

import json
from pathlib import Path

import pytest

from tests.pytest_plugin.running import run

SUITE = """
import json
from pathlib import Path

SCENARIOS = ["happy-path", "booking-system-refuses-late", "one-order-two-sessions", "lagging-feed"]

@pytest.mark.parametrize("number", range(1000))
def test_one_of_many(imin, number, request):
    world = imin if number % 3 else imin.world(SCENARIOS[number // 3 % 4], step=f"PT{number}S")
    assert len(world.timeline) == 1 and world.exchanges == []
    order = world.orders[0]
    item = order.items[number % len(order.items)].identifier
    path = f"/api/v2/orders/{order.identifier}"
    wanted = {"@context": "https://openactive.io/", "type": "Order", "orderedItem": [{
        "type": "OrderItem", "id": f"http://imin-mock.test{path}/order-items/{item}",
        "orderItemStatus": "https://openactive.io/CustomerCancelled"}]}
    headers = [(b"x-api-key", world.api_key.encode()), (b"content-type", b"application/json")]
    for _ in range(1 + number % 3):
        assert imin.mock.send("PATCH", path, headers, json.dumps(wanted).encode()).status == 204
    world.advance(f"PT{number * 7 % 300}S")
    assert len(world.exchanges) == 1 + number % 3
    life = {"key": world.api_key, "journal": world.snapshot()["journal"]}
    Path("LIVES", f"{number}.json").write_text(json.dumps(life))
"""


def lives(pytester: pytest.Pytester, name: str, *workers: str) -> dict[str, object]:
    folder = pytester.mkdir(name)
    run(pytester, SUITE.replace("LIVES", str(folder)), "-q", *workers).assert_outcomes(passed=1000)
    return {path.name: json.loads(path.read_text()) for path in sorted(Path(folder).iterdir())}


@pytest.mark.exhaustive
def test_a_thousand_tests_live_the_same_lives_on_two_workers_as_in_a_serial_run(pytester: pytest.Pytester) -> None:
    alone = lives(pytester, "alone")
    assert len(alone) == 1000
    assert len({json.dumps(life) for life in alone.values()}) == 1000
    assert lives(pytester, "together", "-n", "2") == alone
