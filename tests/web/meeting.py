"""Clients that meet, between them, every point of behaviour coverage that no shipped scenario meets by its own steps."""

from collections.abc import Callable, Iterator
from typing import Any

from mockserver.engine.coverage.report import CoverageReport, merge
from tests.library import shipped
from tests.web.calling import KEY, Stage, scenario, session, set_stage

UPCOMING = "/api/v2/order-items?customerIdentifier="
CANCELLED = "https://openactive.io/CustomerCancelled"
EVENINGS = {"yoga": session(), "boxing": session(name="Evening Boxing")}
TWO_ORDERS = {
    "booking": {"customer": "asha", "placed": "-3d", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
    "other": {"customer": "asha", "placed": "-2d", "items": {"ring-1": "boxing"}},
}


def report_of(stage: Stage) -> CoverageReport:
    """What was met on the stage."""
    ledger = stage.server.worlds.coverage
    assert ledger is not None
    return ledger.report()


def counts_of(stage: Stage) -> dict[str, int]:
    """How often each point was met on the stage."""
    return dict(report_of(stage).counts)


def one(stage: Stage, item: str = "seat-1", order: str = "booking", **more: Any) -> dict[str, Any]:
    """A body that cancels one item, with more in it or something else."""
    entry = {"type": "OrderItem", "id": stage.item_url(order, item), "orderItemStatus": CANCELLED} | more
    return {"type": "Order", "orderedItem": [entry]}


def advance(stage: Stage, **how: Any) -> None:
    """The clock is moved through the control interface."""
    stage.server.worlds.enter(KEY)
    answer = stage.call("POST", f"/__admin/worlds/{KEY}/clock/advance", how)
    assert answer.status == 200, answer.body


def act(stage: Stage, action: str, item: str = "seat-1", **more: Any) -> None:
    """The Seller does something to one item of the booking."""
    body = {
        "@type": f"test:{action}",
        "object": {"@type": "Order", "@id": f"http://mock.test/api/v2/orders/{stage.order('booking')}"},
        "imin-mock:items": [item],
        **more,
    }
    answer = stage.call("POST", f"/__admin/worlds/{KEY}/actions", body)
    assert answer.status == 200, answer.body
    advance(stage, until_quiet=True)


def wrong_requests() -> Stage:
    """Every mistake that a client can make."""
    stage = set_stage(scenario(opportunities=EVENINGS, orders=TWO_ORDERS), body_limit=2_000)
    stage.get(f"{UPCOMING}asha", key=None)
    stage.get(f"{UPCOMING}asha", key="no-such-scenario")
    stage.get("/api/v2/order-items")
    stage.get(f"{UPCOMING}asha&page=0")
    stage.get(f"{UPCOMING}{'a' * 2_100}")
    stage.get("/api/v2/orders/nonesuch")
    good = one(stage)
    entry = good["orderedItem"][0]
    bodies: list[Any] = [
        b"{",
        {},
        {"orderIdentifier": "another", "orderItemIdentifier": "seat-1"},
        good | {"type": "Offer"},
        good | {"extra": 1},
        one(stage, orderItemStatus="https://openactive.io/SellerCancelled"),
        good | {"orderedItem": []},
        good | {"orderedItem": [entry, entry]},
        one(stage, id="seat-1"),
        b" " * 3_000,
    ]
    for body in bodies:
        stage.cancel("booking", body)
    stage.call("PATCH", "/api/v2/orders/nonesuch", good)
    stage.cancel("booking", good, headers=[(b"content-type", b"text/plain")])
    return stage


def other_readings() -> Stage:
    """The refusals that readings move to 404."""
    readings = {"unknown-order-item": "404", "unknown-customer": "not-found", "page-past-the-end": "not-found"}
    stage = set_stage(scenario(readings=readings))
    stage.get(f"{UPCOMING}nobody")
    stage.get(f"{UPCOMING}asha&page=2")
    stage.cancel("booking", one(stage, "seat-9"))
    return stage


def cancelled_by_the_seller_alone() -> Stage:
    """A Booking System that refuses a request for what it has cancelled itself, before imin has read of it."""
    timeline = [{"at": "+0s", "do": "seller_cancels", "order": "booking"}]
    stage = set_stage(scenario(timeline=timeline, readings={"cancel-of-cancelled-unread": "refused"}))
    stage.cancel("booking", one(stage))
    return stage


def readings_of_the_standard() -> Stage:
    """The refusals that readings move to 403 and 500, as in the standard."""
    readings = {"unknown-order-item": "500", "wrong-type-or-id": "500"}
    imposed = ("refused-key=standard",)
    stage = set_stage(scenario(readings=readings, opportunities=EVENINGS, orders=TWO_ORDERS), readings=imposed)
    stage.get(f"{UPCOMING}asha", key=None)
    good = one(stage)
    entry = good["orderedItem"][0]
    for body in (good | {"type": "Offer"}, good | {"orderedItem": [entry, entry]}, one(stage, id="seat-1")):
        stage.cancel("booking", body)
    stage.cancel("booking", one(stage, "seat-9"))
    return stage


def a_gateway_that_forbids() -> Stage:
    """The refusal of a key that a reading moves to 403, as older gateways have it."""
    stage = set_stage(readings=("refused-key=gateway-403",))
    stage.get(f"{UPCOMING}asha", key="no-such-scenario")
    return stage


def attendance_noted() -> Stage:
    """Attendance noted, corrected, and overtaken by the Seller's cancellation, one item at a time."""
    items = {f"seat-{number}": "yoga" for number in range(1, 6)}
    never = {"states": {"silent": {"booking_system": {"answers": "never"}}}}
    stage = set_stage(
        scenario(orders={"booking": {"customer": "asha", "placed": "-3d", "items": items}}, behaviour=never)
    )
    came, stayed_away = "AttendeeAttendedSimulateAction", "AttendeeAbsentSimulateAction"
    cancelled = "SellerRequestedCancellationSimulateAction"
    for item, actions in {
        "seat-1": (came, stayed_away, came),
        "seat-2": (came, cancelled),
        "seat-3": (stayed_away, cancelled),
    }.items():
        for action in actions:
            act(stage, action, item)
    stage.cancel("booking", one(stage, "seat-4"))
    act(stage, stayed_away, "seat-4")
    return stage


def late_and_unknown() -> Stage:
    """A right client that comes too late, and one whose customer imin does not know."""
    stage = set_stage(shipped("no-cancellation-window").text)
    world = stage.live_world.world
    order = next(iter(world.catalogue.orders.values()))
    stage.get(f"{UPCOMING}nobody")
    advance(stage, to=(order.items[0].opportunity.ends.to_instant()).format_iso())
    stage.get(f"{UPCOMING}{order.customer_id}")
    stage.call("PATCH", f"/api/v2/orders/{order.id}", one(stage, order.items[0].id, order.name))
    return stage


CLIENTS: tuple[Callable[[], Stage], ...] = (
    wrong_requests,
    other_readings,
    cancelled_by_the_seller_alone,
    readings_of_the_standard,
    a_gateway_that_forbids,
    attendance_noted,
    late_and_unknown,
)
"""All of them."""


def met_by_all() -> CoverageReport:
    """What they meet together."""
    return merge(*_reports())


def _reports() -> Iterator[CoverageReport]:
    for client in CLIENTS:
        yield report_of(client())
