"""Two hundred clients with two hundred keys on one port, all at once: each sees exactly what it would see alone."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import quote, urlsplit

from tests.serving import PATIENCE, serving

KEYS = 200
SCENARIOS = ("happy-path", "booking-system-refuses-late", "seller-cancels-while-pending", "stepping-clock")
Exchange = tuple[int, list[tuple[str, str]], bytes]


def life_of(address: str, key: str) -> Iterator[Exchange]:
    """Everything that one client is answered: it looks, cancels all it can, lets time pass, and looks again."""
    connection = HTTPConnection(address, timeout=PATIENCE)

    def ask(method: str, target: str, body: object = None) -> Exchange:
        headers = {"X-API-KEY": key, "Content-Type": "application/json", "Host": "mock"}
        connection.request(method, target, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, sorted(response.getheaders()), response.read()

    scenario = key.partition("@")[0]
    made = ask("POST", "/__admin/worlds", {"key": key})
    assert made[0] == 201
    customers = json.loads(ask("GET", f"/__admin/scenarios/{scenario}")[2])["customers"]
    world = f"/__admin/worlds/{quote(key)}"
    for customer in customers:
        target = f"/api/v2/order-items?customerIdentifier={quote(customer['identifier'])}"
        looked = ask("GET", target)
        yield looked
        for item in json.loads(looked[2]).get("imin:item", []):
            order = item["imin:order"]["identifier"]
            body = {"orderIdentifier": order, "orderItemIdentifier": item["identifier"]}
            yield ask("PATCH", f"/api/v2/orders/{order}", body)
            yield ask("GET", target)
        yield ask("POST", f"{world}/clock/advance", {"by": "PT90S"})
        yield ask("GET", target)
        yield ask("POST", f"{world}/clock/advance", {"until_quiet": True})
        yield ask("GET", f"/api/v2/orders?customerIdentifier={quote(customer['identifier'])}")
    yield ask("GET", "/booking-system/orders-rpde")
    yield ask("GET", f"{world}/timeline")
    connection.close()


def test_two_hundred_keys_at_once_each_see_what_they_would_see_alone() -> None:
    with serving() as alone, serving() as shared:
        expected = {name: list(life_of(urlsplit(alone.url).netloc, f"{name}@alone")) for name in SCENARIOS}
        start = Barrier(KEYS)

        def live(number: int) -> tuple[str, list[Exchange]]:
            name = SCENARIOS[number % len(SCENARIOS)]
            start.wait(60)
            return name, list(life_of(urlsplit(shared.url).netloc, f"{name}@{number}"))

        with ThreadPoolExecutor(KEYS) as pool:
            lives = list(pool.map(live, range(KEYS)))
    assert all({200, 204} <= {status for status, _, _ in exchanges} for exchanges in expected.values())
    assert all(exchanges == expected[name] for name, exchanges in lives)
