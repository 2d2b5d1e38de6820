"""What a Seller's action does where it does not say: always the same in the same world. It must never know HTTP."""

from whenever import TimeDelta, ZonedDateTime

from mockserver.domain.catalogue import Opportunity, Order
from mockserver.domain.commands import AccessKind
from mockserver.domain.errors import SellerActionNotPermittedError
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderItemId
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later_in_zone
from mockserver.web.instants import NoSuchInstantError

DEFAULT_MESSAGE = "The provider has cancelled this booking."
DEFAULT_NOTICE = "Please arrive ten minutes before the start."


def replacement_for(world: WorldState, order: Order, item_ids: tuple[OrderItemId, ...]) -> Opportunity:
    """The first other opportunity of the order's Seller that costs none of the items more.

    *Raises* :class:`SellerActionNotPermittedError` if there is none.
    """
    truth = world.booking_system
    items = [item for item in order.items if not item_ids or item.id in item_ids]
    confirmed = [item for item in items if truth.state_of(item.id).status is OrderItemStatus.CONFIRMED]
    taken = {world.opportunity_of(item, truth).id for item in confirmed}
    offers = [world.offer_of(item, truth) for item in confirmed]
    for opportunity in world.catalogue.opportunities.values():
        suits = opportunity.seller_id == order.seller_id and opportunity.id not in taken
        if suits and all(
            opportunity.offer.price_minor <= offer.price_minor and opportunity.offer.currency == offer.currency
            for offer in offers
        ):
            return truth.opportunities.get(opportunity.id, opportunity)
    raise SellerActionNotPermittedError(
        Rule.SELLER_ILLEGAL, "The Seller has no other opportunity at the same price or a lower one to move this to."
    )


def default_access(world: WorldState, kind: AccessKind) -> str:
    """A way of access that the order has not had before: it follows the number of changes in the feed."""
    number = len(world.booking_system.feed_log) + 1
    return f"https://live.example/rooms/{number}" if kind is AccessKind.CHANNEL else f"{kind.value}-{number}"


def moved_start(opportunity: Opportunity) -> ZonedDateTime:
    """An hour later than now planned. *Raises* :class:`NoSuchInstantError` at the end of the calendar."""
    starts = later_in_zone(opportunity.starts, TimeDelta(hours=1))
    if starts is None:
        raise NoSuchInstantError("An hour later than planned is after the end of the calendar: say when it starts.")
    return starts
