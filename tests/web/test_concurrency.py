import json
from collections import Counter
from collections.abc import Sequence
from http.client import HTTPConnection
from threading import Barrier, Thread
from urllib.parse import urlsplit

from mockserver.domain.events import CancellationRequested
from tests.serving import PATIENCE
from tests.web.calling import Stage, scenario, session, set_stage
from tests.web.serving import served

AT_ONCE = 16


def cancel_at_once(stage: Stage, items: Sequence[str]) -> Counter[int]:
    """The statuses of one PATCH for each of the items: all are under way before the body of any is sent."""
    order = stage.order("booking")
    start = Barrier(len(items))
    statuses: list[int] = []

    def cancel(address: str, item: str) -> None:
        body = json.dumps({"orderIdentifier": order, "orderItemIdentifier": item}).encode()
        connection = HTTPConnection(address, timeout=PATIENCE)
        connection.putrequest("PATCH", f"/api/v2/orders/{order}")
        connection.putheader("X-API-KEY", stage.live_world.key)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        start.wait(30)
        connection.send(body)
        statuses.append(connection.getresponse().status)
        connection.close()

    with served(stage.server.app) as url:
        threads = [Thread(target=cancel, args=(urlsplit(url).netloc, item)) for item in items]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return Counter(statuses)


def requested(stage: Stage) -> list[tuple[str, ...]]:
    """The items of each request to cancel in the journal."""
    events = [recorded.event for recorded in stage.live_world.journal.read()]
    return [event.item_ids for event in events if isinstance(event, CancellationRequested)]


def stage_of_seats(**parts: object) -> Stage:
    seats = {f"seat-{number}": "yoga" for number in range(AT_ONCE)}
    return set_stage(
        scenario(
            opportunities={"yoga": session()},
            orders={"booking": {"customer": "asha", "placed": "-3d", "items": seats}},
            **parts,
        )
    )


def test_sixteen_cancellations_of_one_item_at_once_are_one_event() -> None:
    stage = stage_of_seats()
    assert cancel_at_once(stage, ["seat-3"] * AT_ONCE) == {204: AT_ONCE}
    assert requested(stage) == [("seat-3",)]


def test_where_repeats_are_refused_one_of_sixteen_at_once_is_passed_on() -> None:
    stage = stage_of_seats(readings={"repeat-cancel-while-pending": "refused"})
    assert cancel_at_once(stage, ["seat-3"] * AT_ONCE) == {204: 1, 400: AT_ONCE - 1}
    assert requested(stage) == [("seat-3",)]


def test_sixteen_items_of_one_order_cancelled_at_once_are_sixteen_events() -> None:
    stage = stage_of_seats()
    seats = [f"seat-{number}" for number in range(AT_ONCE)]
    assert cancel_at_once(stage, seats) == {204: AT_ONCE}
    assert sorted(requested(stage)) == sorted((seat,) for seat in seats)
