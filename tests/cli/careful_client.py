"""A client's own check, as an integrator would write it: nothing but imin's API, a base URL and keys. It exits 1 at a doubt.

It knows nothing of twins. With ``careless`` as its argument it looks at the status of the answer alone. Only to let time pass
does it ask the mock.
"""

import http.client
import json
import os
import sys
from typing import Any
from urllib.parse import urlsplit

PENDING, CANCELLED = "https://imin.co/CustomerCancellationPending", "https://openactive.io/CustomerCancelled"
MOCK = urlsplit(os.environ["IMIN_MOCK_URL"])
API = urlsplit(os.environ["IMIN_BASE_URL"]).path


class Client:
    """One key of the API."""

    def __init__(self, key: str) -> None:
        self.key = key
        assert MOCK.hostname
        self.connection = http.client.HTTPConnection(MOCK.hostname, MOCK.port, timeout=60)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        headers = {"X-API-KEY": self.key, "Content-Type": "application/json"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = self.connection.getresponse()
        content = response.read()
        return response.status, json.loads(content) if content else None

    def upcoming(self, customer: str) -> list[Any]:
        """All upcoming items, page by page; fails where the pages do not end or do not add up."""
        items: list[Any] = []
        path = f"{API}/order-items?customerIdentifier={customer}"
        for page in range(1, 40):
            _, shown = self.ask("GET", f"{path}&page={page}")
            items += shown.get("imin:item", [])
            if "next" not in shown["view"]:
                break
        else:
            raise AssertionError("the pages never end")
        assert len(items) == shown["imin:totalItems"], "the pages do not add up"
        assert len({item["identifier"] for item in items}) == len(items), "two items have one identifier"
        starts = [item["orderedItem"]["startDate"] for item in items]
        assert starts == sorted(starts), "the items are not in order"
        return items

    def cancel(self, items: list[Any]) -> tuple[int, Any]:
        """A request to cancel these items of one order."""
        order = items[0]["imin:order"]["identifier"]
        ordered = [{"type": "OrderItem", "id": item["id"], "orderItemStatus": CANCELLED} for item in items]
        return self.ask("PATCH", f"{API}/orders/{order}", {"type": "Order", "orderedItem": ordered})

    def order(self, identifier: str) -> Any:
        """The order."""
        return self.ask("GET", f"{API}/orders/{identifier}")[1]

    def wait(self, by: str) -> None:
        """Let time pass."""
        self.ask("POST", f"/__admin/worlds/{self.key}/clock/advance", {"by": by})


def check_carelessly() -> None:
    client = Client("group-booking")
    status, _ = client.cancel(client.ask("GET", f"{API}/order-items?customerIdentifier=hannah")[1]["imin:item"][:2])
    assert status == 204


def check_with_care() -> None:
    client = Client("group-booking@careful")
    items = client.upcoming("hannah")
    wanted = items[:2]
    order_id = wanted[0]["imin:order"]["identifier"]
    assert client.cancel(wanted)[0] == 204
    chosen = {item["identifier"] for item in wanted}

    def statuses() -> set[str]:
        return {i["orderItemStatus"] for i in client.order(order_id)["orderedItem"] if i["identifier"] in chosen}

    assert statuses() == {PENDING}
    flags = [i["imin:isPresentlyCancellable"] for i in client.upcoming("hannah") if i["identifier"] in chosen]
    assert flags == [False, False]
    client.wait("PT5M")
    assert statuses() == {CANCELLED}
    client.wait("PT5M")
    assert statuses() == {CANCELLED}
    assert len(client.order(order_id)["imin:receipt"]) == 2
    refused = Client("window-closed@careful")

    status, body = refused.cancel(refused.upcoming("owen")[:1])
    assert status == 400
    assert body["description"]
    assert len(Client("many-upcoming-items@careful").upcoming("winston")) > 10


if __name__ == "__main__":
    check_carelessly() if "careless" in sys.argv else check_with_care()
