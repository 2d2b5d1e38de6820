"""imin's face about order items: what a customer will attend."""

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.engine.coverage.list_points import sighting_of_items
from mockserver.engine.queries import upcoming_items
from mockserver.web.imin_api import wire
from mockserver.web.imin_api.lists import LIST_QUERY, LIST_REFUSALS, SAME_CUSTOMER, list_answer, missing_list
from mockserver.web.imin_api.rows import ApiCall, ApiRow, Reply, answered, link, links_to_order


def list_upcoming(call: ApiCall) -> Reply:
    """The customer's upcoming order items."""
    customer_id, number = LIST_QUERY.decode(call.scope["query_string"])
    world = call.live_world.world
    now = call.live_world.present()
    upcoming = upcoming_items(world, customer_id, number, now)
    sighting = sighting_of_items(world, customer_id, upcoming.page, now) if call.live_world.tally is not None else None
    missing = missing_list(world, customer_id, upcoming.page)
    if missing is not None:
        return Reply(answer=missing, holds_until=upcoming.holds_until, sighting=sighting)
    items = [wire.upcoming_item(world, shown, call.address) for shown in upcoming.page.items]
    pending = tuple(s.item.id for s in upcoming.page.items if s.state.status is OrderItemStatus.PENDING)
    return Reply(
        answer=list_answer(call, upcoming.page, items, "order-items", customer_id),
        holds_until=upcoming.holds_until,
        pending_shown=pending,
        sighting=sighting,
    )


PATHS: dict[str, dict[str, ApiRow]] = {
    "/api/v2/order-items": {
        "GET": ApiRow(
            id="listUpcomingOrderItems",
            api=ApiOperation.LIST_UPCOMING,
            tag="Order items",
            summary="What a customer will attend",
            about="The upcoming order items of a customer, with the flag for cancelling.",
            rules=(
                Rule.LIST_UPCOMING_ORDER,
                Rule.LIST_TEN_A_PAGE,
                Rule.LIST_PAST_THE_END,
                Rule.LIST_EMPTY,
                Rule.CANCEL_ALLOWED,
            ),
            readings=(ReadingName.CANCELLED_ITEMS_IN_UPCOMING,),
            carry_out=list_upcoming,
            query=LIST_QUERY,
            outcomes={
                200: answered(
                    "The page.",
                    "UpcomingOrderItems",
                    links={
                        **links_to_order("/imin:item/0/imin:order/identifier", "/imin:item/0/identifier"),
                        "orders": link("listOrders", "The orders of the same customer.", SAME_CUSTOMER),
                    },
                ),
                **LIST_REFUSALS,
            },
        )
    }
}
