"""What can be observed of a world from outside, by name: a client goes through what it may rely on, in any world alike.

Two worlds that keep the same laws give the same observations; where they differ, the names say which law does not hold.
"""

from collections.abc import Iterator
from typing import Any

from mockserver.domain.twins import Twin
from tests.web.calling import Received, Stage, scenario, session, set_stage

KEY = "stage"
TEACHER_SAYS_NO = {"answers": "refuse_now", "reason": "The teacher is paid"}
TWELVE = {f"class-{n}": session(name=f"Class {n}", starts=f"+{n + 9}d") for n in range(1, 13)}
LATE = session(name="Late", starts="+5h")
TEXT = scenario(
    opportunities={"yoga": session(), "late": LATE, **TWELVE},
    orders={
        "booking": {"customer": "asha", "placed": "-3d", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
        "single": {"customer": "asha", "placed": "-2d", "items": {"seat-3": "class-1"}},
        "tonight": {"customer": "asha", "placed": "-2d", "items": {"seat-4": "late"}},
        "firm": {"customer": "asha", "placed": "-2d", "items": {"seat-5": "class-2"}},
        "rest": {"customer": "asha", "placed": "-1d", "items": {f"rest-{n}": f"class-{n}" for n in range(3, 13)}},
    },
    behaviour={
        "always": {"imin": {"reads_feed_every": "PT60S", "refund": {"takes": "PT5S"}}},
        "states": {
            "obliging": {
                "booking_system": {
                    "answers": "confirm",
                    "after": "PT30S",
                    "items": {"seat-5": TEACHER_SAYS_NO},
                }
            }
        },
    },
)


class Client:
    """Goes through one world, whose twin, if it has one, is in its key."""

    def __init__(self, twin: Twin | None = None, *, stage: Stage | None = None) -> None:
        self.stage = stage or set_stage(TEXT)
        self.key = KEY + (f"~{twin.value}" if twin else "") + "@a"
        self.answers: list[Received] = []

    def ask(self, method: str, target: str, body: Any = b"") -> Received:
        """One request with the key; the answer is kept."""
        json = [(b"content-type", b"application/json")] if body else []
        self.answers.append(self.stage.call(method, target, body, key=self.key, headers=json))
        return self.answers[-1]

    def control(self, rest: str, body: Any = None) -> Any:
        """What the control interface says of the world."""
        json = [(b"content-type", b"application/json")]
        method = "GET" if body is None else "POST"
        target = f"/__admin/worlds/{self.key}{rest}"
        self.answers.append(self.stage.call(method, target, body or b"", key=None, headers=json))
        assert self.answers[-1].status == 200, self.answers[-1].body
        return self.answers[-1].json

    def cancel(self, order: str, *items: str) -> Received:
        """A request to cancel."""
        base = f"http://mock.test/api/v2/orders/{self.stage.order(order)}"
        ordered = [
            {
                "type": "OrderItem",
                "id": f"{base}/order-items/{item}",
                "orderItemStatus": "https://openactive.io/CustomerCancelled",
            }
            for item in items
        ]
        return self.ask("PATCH", f"/api/v2/orders/{self.stage.order(order)}", {"type": "Order", "orderedItem": ordered})

    def order(self, order: str) -> Any:
        """The order as imin shows it."""
        return self.ask("GET", f"/api/v2/orders/{self.stage.order(order)}").json

    def upcoming(self, page: int = 1) -> Any:
        """A page of what is upcoming."""
        return self.ask("GET", f"/api/v2/order-items?customerIdentifier=asha&page={page}").json

    def statuses(self, order: str) -> list[str]:
        """The statuses of the order's items, as whole URLs."""
        return [item["orderItemStatus"] for item in self.order(order)["orderedItem"]]

    def advance(self, by: str) -> None:
        """Time passes."""
        self.control("/clock/advance", {"by": by})


def observations(client: Client) -> dict[str, Any]:
    """Everything, by name."""
    return dict(_observe(client))


def _observe(client: Client) -> Iterator[tuple[str, Any]]:
    yield from _lists(client)
    late, refused = client.cancel("tonight", "seat-4"), client.cancel("firm", "seat-5")
    yield "status of a late request", late.status
    yield "status of a refused request", refused.status
    yield "why it was refused", _words(refused)
    yield "status of a cancellation", client.cancel("single", "seat-3").status
    yield "right after it", client.statuses("single")
    yield "status of a cancellation of two", client.cancel("booking", "seat-1", "seat-2").status
    yield "right after that of two", client.statuses("booking")
    yield "flags of what is pending", _flags(client, "yoga", "class-1")
    client.advance("PT61S")  # read, and the refund under way
    yield "once the feed is read", client.statuses("single")
    yield "once the feed is read of two", client.statuses("booking")
    yield "e-mails before the refund", _emails(client)
    client.advance("PT10S")
    yield "receipts", [len(client.order(order)["imin:receipt"]) for order in ("single", "booking")]
    yield "refunded", _refunds(client)
    yield "e-mails", _emails(client)
    client.advance("PT10M")
    yield "in the end", client.statuses("single")
    yield "in the end of two", client.statuses("booking")
    feed = client.ask("GET", "/booking-system/orders-rpde").json["items"]
    yield "orders in the feed", len(feed)
    yield "totals in the feed", [entry["data"]["totalPaymentDue"]["price"] for entry in feed]
    truth = [[item["orderItemStatus"] for item in entry["data"]["orderedItem"]] for entry in feed]
    yield "statuses in the feed", truth


def _lists(client: Client) -> Iterator[tuple[str, Any]]:
    first, second = client.upcoming(), client.upcoming(2)
    items = first["imin:item"] + second["imin:item"]
    listed = [item["identifier"] for item in items]
    starts = [item["orderedItem"]["startDate"] for item in first["imin:item"]]
    yield "how many are listed", (len(first["imin:item"]), len(second["imin:item"]), first["imin:totalItems"])
    yield "earliest first", starts == sorted(starts)
    yield "which items are listed", len(set(listed))
    yield "which sessions are listed", sorted({item["orderedItem"]["identifier"] for item in items})
    yield "the page after the last", second["view"].get("next")
    yield "identifiers in an order", len({item["identifier"] for item in client.order("rest")["orderedItem"]})
    yield "flag of what is too late", _flags(client, "late")


def _flags(client: Client, *sessions: str) -> list[bool]:
    """The flags of the items that are booked on these sessions."""
    shown = client.upcoming()["imin:item"]
    booked = [(item["orderedItem"]["identifier"].rpartition("/")[2], item) for item in shown]
    return [item["imin:isPresentlyCancellable"] for session, item in booked if session in sessions]


def _words(answer: Received) -> Any:
    return answer.json.get("description") if answer.status == 400 and answer.body else None


def _emails(client: Client) -> list[tuple[str, str]]:
    emails = client.control("/emails")["emails"]
    return sorted((email["kind"], ",".join(email["items"])) for email in emails)


def _refunds(client: Client) -> list[str]:
    """The amounts that have reached the customer."""
    refunds = client.control("/refunds")["refunds"]
    return sorted(refund["amount"]["amount"] for refund in refunds if refund["status"] == "completed")
