"""Everything that the Booking System's face says, collected from every shipped scenario and from every mistake of a caller."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.bootstrap import build_server
from mockserver.domain.events import OrderPublished
from mockserver.domain.evolve import evolve
from mockserver.domain.values import replace
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.scenario import Scenario
from mockserver.settings import Settings
from mockserver.web.booking_system_api.feed import feed_item
from tests.library import NAMES, shipped
from tests.web.calling import ADDRESS, KEY, Received, call, scenario, session, set_stage
from tests.web.test_booking_system_actions import ACTIONS, WRONG

FEED = "/booking-system/orders-rpde"


def published(which: Scenario, readings: Mapping[Any, str] | None = None) -> Iterator[Any]:
    """What the feed has said of each order at each of its changes, in a run of the scenario to its end."""
    seed = which.sample
    world = replace(seed, readings={**seed.readings, **(readings or {})}).world(which.twin)
    for recorded in run_scenario(which).happened:
        evolve(world, recorded.event)
        if isinstance(recorded.event, OrderPublished):
            yield feed_item(world, world.booking_system.feed[recorded.event.order_id], ADDRESS)["data"]


def walked(name: str) -> Iterator[dict[str, Any]]:
    """The pages of the scenario's feed once it is quiet, as a harvester gets them, the last one included."""
    server = build_server(Settings(), also=[shipped(name)])
    run_in = server.worlds.enter(name)
    run_in.until_quiet()
    url = f"{ADDRESS}{FEED}"
    for index in range(10):
        headers = [(b"host", b"mock.test"), (b"x-api-key", name.encode())]
        answer = call(server.app, "GET", url.removeprefix(ADDRESS), headers=headers)
        yield {
            "name": f"{name}, page {index}",
            "walk": name,
            "url": url,
            "json": answer.json,
            "pageIndex": index,
            "contentType": answer.header("content-type"),
            "cacheControl": answer.header("cache-control"),
            "status": answer.status,
            "isInitialHarvestComplete": False,
            "isOrdersFeed": True,
        }
        if answer.json["next"] == url:
            return
        url = answer.json["next"]


def every_publication() -> Iterator[tuple[str, Any]]:
    """Each with the scenario's name and its number there."""
    for name in NAMES:
        for number, data in enumerate(published(shipped(name)), start=1):
            yield f"{name}, change {number}", data


def every_error() -> Iterator[tuple[str, Received]]:
    """Each way in which the Booking System says no, with what was wrong."""
    stage = set_stage()
    for case, (body, *_) in WRONG.items():
        yield case, stage.call("POST", ACTIONS, body)
    yield "no key", stage.get(FEED, key=None)
    yield "unknown key", stage.get(FEED, key="nonesuch")
    yield "unknown endpoint", stage.get("/booking-system/orders")
    yield "wrong method", stage.call("DELETE", FEED)
    yield "wrong cursor", stage.get(f"{FEED}?afterChangeNumber=x")
    yield "wrong media type", stage.call("POST", ACTIONS, b"", headers=[(b"content-type", b"text/plain")])
    yield "too large", set_stage(body_limit=10).call("POST", ACTIONS, b" " * 11)
    out = {"behaviour": {"states": {"out": {"booking_system": {"feed": {"outage": True}}}}}}
    yield "outage", set_stage(scenario(**out)).get(FEED)
    proposal = {
        "@type": "test:SellerAcceptOrderProposalSimulateAction",
        "object": {"@type": "OrderProposal", "@id": "x"},
    }
    yield "proposal", stage.call("POST", ACTIONS, proposal)


def of_every_form(option: str) -> Iterator[tuple[str, Any]]:
    """A session, a slot and a court, changed in every way that a Seller can, under an option of the reading of their form."""
    slot = session(type="Slot", name="Squash")
    court = session(type="Slot", name="Tennis", individual_facility_use="Clay Court 1")
    text = scenario(
        opportunities={"yoga": session(), "squash": slot, "tennis": court, "cheap": session(name="Cheap")},
        orders={"booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "squash", "seat-3": "tennis"}}},
        readings={"feed-ordered-item": option},
    )
    stage = set_stage(text)
    for kind, of in (
        ("AccessPassUpdate", None), ("AccessCodeUpdate", None), ("AccessChannelUpdate", None), ("CustomerNotice", None),
        ("ChangeOfLogisticsTime", "yoga"), ("ChangeOfLogisticsName", "squash"), ("ChangeOfLogisticsLocation", "tennis"),
        ("AttendeeAttended", None), ("AttendeeAbsent", None), ("SellerRequestedCancellationWithMessage", None),
    ):  # fmt: skip
        target = {"@type": "Order", "@id": "booking"} if of is None else {"@type": "Slot", "@id": of}
        if of == "yoga":
            target["@type"] = "ScheduledSession"
        answer = stage.call("POST", ACTIONS, {"@type": f"test:{kind}SimulateAction", "object": target})
        assert answer.status == 204, (kind, answer.body)
        stage.live_world.until_quiet()
        (item,) = stage.get(FEED, key=KEY).json["items"]
        yield f"{option} after {kind}", item["data"]
