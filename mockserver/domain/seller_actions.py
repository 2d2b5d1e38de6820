"""What a Seller does inside the Booking System: cancel, replace, leave a notice, note attendance, change access or logistics.

The vocabulary is that of OpenActive's test interface. An action applies to the listed items that the standard lets it apply to
(every such item of the order, if none is listed); if there is none, it is refused. *Source*: Open Booking API 8.3.3, 8.4.
"""

from urllib.parse import quote

from whenever import Instant

from mockserver.domain.cancellation import find_item, find_order
from mockserver.domain.catalogue import Opportunity, Place
from mockserver.domain.commands import (
    ActOnOpportunity,
    CancelBySeller,
    ChangeLogistics,
    GiveCustomerNotice,
    ItemsCommand,
    MarkAttendance,
    ReplaceBySeller,
    UpdateAccess,
)
from mockserver.domain.errors import SellerActionNotPermittedError
from mockserver.domain.events import (
    AccessUpdated,
    AttendanceMarked,
    CancelledBySeller,
    CustomerNoticeGiven,
    Event,
    LogisticsChanged,
    ReplacedBySeller,
)
from mockserver.domain.orders_feed import publication_of
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import ATTENDANCE, BOOKING_SYSTEM_MOVES, OrderItemStatus
from mockserver.domain.values import OpportunityId, OrderId, OrderItemId, replace
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later_in_zone


def cancel_by_seller(world: WorldState, command: CancelBySeller, now: Instant) -> list[Event]:
    """The Seller cancels; what is cancelled already stays as it is."""
    order_id, chosen = command.order_id, _chosen(world, command.order_id, command.item_ids)
    item_ids = tuple(i for i in chosen if _may_become(world, i, OrderItemStatus.SELLER_CANCELLED))
    if not item_ids:
        return []
    event = CancelledBySeller(order_id=order_id, item_ids=item_ids, message=command.message)
    return [event, publication_of(world, order_id, now)]


def mark_attendance(world: WorldState, command: MarkAttendance, now: Instant) -> list[Event]:
    """The attendee came or did not; a cancelled item cannot be attended."""
    if command.status not in ATTENDANCE:
        raise SellerActionNotPermittedError(Rule.SELLER_ILLEGAL, f"{command.status.value} says nothing of attendance.")
    chosen = _chosen(world, command.order_id, command.item_ids)
    item_ids = tuple(i for i in chosen if _may_become(world, i, command.status))
    if not item_ids:
        if any(world.booking_system.state_of(i).status is command.status for i in chosen):
            return []
        raise SellerActionNotPermittedError(
            Rule.SELLER_ILLEGAL, "A cancelled item cannot be marked as attended or absent."
        )
    event = AttendanceMarked(order_id=command.order_id, item_ids=item_ids, status=command.status)
    return [event, publication_of(world, command.order_id, now)]


def give_customer_notice(world: WorldState, command: GiveCustomerNotice, now: Instant) -> list[Event]:
    """A notice for the customer, on items that are not cancelled."""
    item_ids = _not_cancelled(world, command.order_id, command.item_ids)
    event = CustomerNoticeGiven(order_id=command.order_id, item_ids=item_ids, notice=command.notice)
    return [event, publication_of(world, command.order_id, now)]


def update_access(world: WorldState, command: UpdateAccess, now: Instant) -> list[Event]:
    """A new access pass, code or channel, on items that are not cancelled."""
    item_ids = _not_cancelled(world, command.order_id, command.item_ids)
    event = AccessUpdated(order_id=command.order_id, item_ids=item_ids, kind=command.kind, value=command.value)
    return [event, publication_of(world, command.order_id, now)]


def replace_by_seller(world: WorldState, command: ReplaceBySeller, now: Instant) -> list[Event]:
    """Another opportunity of the same Seller, at the same price or a lower one, for items that are confirmed."""
    order = find_order(world, command.order_id)
    chosen = _chosen(world, command.order_id, command.item_ids)
    item_ids = tuple(i for i in chosen if world.booking_system.state_of(i).status is OrderItemStatus.CONFIRMED)
    opportunity = _opportunity(world, command.opportunity_id)
    if not item_ids:
        raise SellerActionNotPermittedError(Rule.SELLER_ILLEGAL, "Only a confirmed item can be replaced.")
    if opportunity.seller_id != order.seller_id:
        raise SellerActionNotPermittedError(Rule.SELLER_ILLEGAL, "A replacement is an opportunity of the same Seller.")
    for item_id in item_ids:
        offer = world.offer_of(world.catalogue.items[item_id], world.booking_system)
        if opportunity.offer.price_minor > offer.price_minor or opportunity.offer.currency != offer.currency:
            raise SellerActionNotPermittedError(
                Rule.SELLER_ILLEGAL, "A replacement costs the same or less, in the same currency."
            )
    event = ReplacedBySeller(order_id=order.id, item_ids=item_ids, opportunity=opportunity, offer=opportunity.offer)
    return [event, publication_of(world, order.id, now)]


def act_on_opportunity(world: WorldState, command: ActOnOpportunity, now: Instant) -> list[ItemsCommand]:
    """The same deed for each order with items on the opportunity now, where the standard lets it be done; refused if nowhere."""
    opportunity = _opportunity(world, command.opportunity_id)
    by_order: dict[OrderId, list[OrderItemId]] = {}
    for item_id in _items_now_on(world, opportunity.id):
        by_order.setdefault(world.catalogue.items[item_id].order_id, []).append(item_id)
    refusals = [SellerActionNotPermittedError(Rule.SELLER_ILLEGAL, f"Nobody has booked {opportunity.id!r}.")]
    permitted: list[ItemsCommand] = []
    for order_id, item_ids in by_order.items():
        deed = replace(command.deed, order_id=order_id, item_ids=tuple(item_ids))
        try:
            _decide(world, deed, now)
        except SellerActionNotPermittedError as refusal:
            refusals.append(refusal)
        else:
            permitted.append(deed)
    if not permitted:
        raise refusals[-1]
    return permitted


def _decide(world: WorldState, deed: ItemsCommand, now: Instant) -> list[Event]:
    match deed:
        case CancelBySeller():
            return cancel_by_seller(world, deed, now)
        case ReplaceBySeller():
            return replace_by_seller(world, deed, now)
        case GiveCustomerNotice():
            return give_customer_notice(world, deed, now)
        case MarkAttendance():
            return mark_attendance(world, deed, now)
        case UpdateAccess():
            return update_access(world, deed, now)


def change_logistics(world: WorldState, command: ChangeLogistics, now: Instant) -> list[Event]:
    """A new name, start or place for an opportunity, told for every order that has a live item on it; none, if it has them."""
    old = _opportunity(world, command.opportunity_id)
    new = replace(
        old,
        name=command.name if command.name is not None else old.name,
        starts=command.starts if command.starts is not None else old.starts,
        place=old.place if command.place_name is None else _place_called(world, old, command.place_name),
    )
    if later_in_zone(new.starts, new.lasts) is None:
        raise SellerActionNotPermittedError(
            Rule.SELLER_ILLEGAL, "An opportunity ends before the calendar does, which is at the end of the year 9999."
        )
    by_order: dict[OrderId, list[OrderItemId]] = {}
    for item_id in _items_now_on(world, old.id):
        if not world.booking_system.state_of(item_id).status.is_cancelled:
            by_order.setdefault(world.catalogue.items[item_id].order_id, []).append(item_id)
    if not by_order:
        raise SellerActionNotPermittedError(
            Rule.SELLER_ILLEGAL, f"Nobody has booked {old.id!r}, or all have cancelled."
        )
    if new == old:
        return []
    events: list[Event] = []
    for order_id, item_ids in by_order.items():
        events += [
            LogisticsChanged(order_id=order_id, item_ids=tuple(item_ids), opportunity=new),
            publication_of(world, order_id, now),
        ]
    return events


def _place_called(world: WorldState, opportunity: Opportunity, name: str) -> Place:
    """The Seller's place of this name, or a new one beside the old: another place has another identifier."""
    if name == opportunity.place.name:
        return opportunity.place
    for other in world.catalogue.opportunities.values():
        if other.seller_id == opportunity.seller_id and other.place.name == name:
            return other.place
    url = f"{world.catalogue.sellers[opportunity.seller_id].url}/venues/{quote(name, safe='')}"
    return replace(opportunity.place, identifier=name, name=name, url=url)


def _items_now_on(world: WorldState, opportunity_id: OpportunityId) -> list[OrderItemId]:
    """Items on the opportunity now: booked on it and not moved away, or moved to it."""
    truth = world.booking_system
    booked = [item.id for item in world.catalogue.items_by_opportunity.get(opportunity_id, ())]
    moved_to = [
        item_id
        for item_id, state in truth.states.items()
        if state.opportunity is not None and state.opportunity.id == opportunity_id and item_id not in booked
    ]
    moved_away = {
        i for i in booked if (other := truth.state_of(i).opportunity) is not None and other.id != opportunity_id
    }
    return [i for i in booked if i not in moved_away] + moved_to


def _opportunity(world: WorldState, opportunity_id: OpportunityId) -> Opportunity:
    opportunity = world.booking_system.opportunities.get(opportunity_id) or world.catalogue.opportunities.get(
        opportunity_id
    )
    if opportunity is None:
        raise SellerActionNotPermittedError(Rule.SELLER_ILLEGAL, f"There is no opportunity {opportunity_id!r}.")
    return opportunity


def _chosen(world: WorldState, order_id: OrderId, item_ids: tuple[OrderItemId, ...]) -> tuple[OrderItemId, ...]:
    order = find_order(world, order_id)
    listed = tuple(find_item(world, order, i).id for i in dict.fromkeys(item_ids))
    return listed or tuple(item.id for item in order.items)


def _not_cancelled(world: WorldState, order_id: OrderId, item_ids: tuple[OrderItemId, ...]) -> tuple[OrderItemId, ...]:
    chosen = _chosen(world, order_id, item_ids)
    live = tuple(i for i in chosen if not world.booking_system.state_of(i).status.is_cancelled)
    if not live:
        raise SellerActionNotPermittedError(Rule.SELLER_ILLEGAL, "All of these items are cancelled.")
    return live


def _may_become(world: WorldState, item_id: OrderItemId, status: OrderItemStatus) -> bool:
    return status in BOOKING_SYSTEM_MOVES[world.booking_system.state_of(item_id).status]
