"""The oracle: what a client may rightly show to its user at an instant, and what may come of a wish to cancel.

It asks the functions that answer a client, on a copy of the world. A client that looks while something happens may show
what was or what is; what imin leaves open is left open here. It knows nothing of imin's JSON or of any client.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from whenever import Instant

from mockserver.client.errors import MockError
from mockserver.client.in_process import InProcess
from mockserver.domain.catalogue import Order
from mockserver.domain.commands import RequestCancellation
from mockserver.domain.errors import OpenBookingError
from mockserver.domain.rules import Rule
from mockserver.domain.statuses import ATTENDANCE, OrderItemStatus
from mockserver.domain.twin_decisions import decide_as_twin
from mockserver.domain.values import CustomerId, OrderItemId
from mockserver.domain.world import WorldState
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.predictions import answer_about
from mockserver.testing.world import World


class Status(StrEnum):
    """How it stands with a booking, in words."""

    BOOKED = "booked"
    PENDING = "waiting to be cancelled"
    CANCELLED = "cancelled"
    CANCELLED_BY_SELLER = "cancelled by the seller"
    ATTENDED = "attended"
    MISSED = "missed"
    OTHER = "something else"
    """Whatever the client has no word for."""


class Outcome(StrEnum):
    """What a client says right after its user wished to cancel a booking."""

    REQUESTED = "asked for, not cancelled yet"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    """The client could not find out, and says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A booking as a client shows it. ``item`` and ``order`` are imin's identifiers.

    ``cancellable``: whether it offers to cancel; ``None`` where it does not say.
    """

    item: str
    order: str
    status: Status
    cancellable: bool | None = None


class UnavailableError(Exception):
    """Raised by a client's methods where imin could not be reached, and its user is told so."""


STATUSES: Mapping[OrderItemStatus, Status] = MappingProxyType(
    {
        OrderItemStatus.CONFIRMED: Status.BOOKED,
        OrderItemStatus.PENDING: Status.PENDING,
        OrderItemStatus.CUSTOMER_CANCELLED: Status.CANCELLED,
        OrderItemStatus.SELLER_CANCELLED: Status.CANCELLED_BY_SELLER,
        OrderItemStatus.ATTENDED: Status.ATTENDED,
        OrderItemStatus.ABSENT: Status.MISSED,
    }
)
"""The word for each of imin's statuses."""


def live_world_of(world: World) -> LiveWorld:
    """The life of the world, up to date. *Raises* :class:`MockError` for a world of a mock that runs elsewhere."""
    channel = world.channel
    if not isinstance(channel, InProcess):
        raise MockError("Only a mock in this process can be looked into; make one with Mock() instead of Mock.at(...).")
    live_world = channel.server.worlds.find(world.api_key)
    live_world.catch_up()
    return live_world


_RULES: Mapping[OrderItemStatus, Rule] = {
    OrderItemStatus.PENDING: Rule.CANCEL_PASSED_ON,
    OrderItemStatus.CUSTOMER_CANCELLED: Rule.FEED_MOVES_PENDING,
    OrderItemStatus.SELLER_CANCELLED: Rule.SELLER_CANCELS,
    OrderItemStatus.ATTENDED: Rule.SELLER_ATTENDANCE,
    OrderItemStatus.ABSENT: Rule.SELLER_ATTENDANCE,
}
"""Why an item has a status, where its cancellability does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An order item as imin has it. ``flag_open``: at this very instant imin leaves open whether it is cancellable."""

    item: OrderItemId
    order: Order
    status: OrderItemStatus
    listed: bool
    cancellable: bool
    flag_open: bool
    rule: Rule

    def allows(self, shown: Shown | None, *, in_list: bool) -> bool:
        """Whether a client may show the item so, or (``None``) not at all, in its list or for its order."""
        if shown is None:
            # A cancelled item may stay in the list or leave it, and a user may be spared it.
            return in_list and (not self.listed or self.status.is_cancelled)
        if in_list and not self.listed and not self.status.is_cancelled:
            return False
        return self.shows(shown.status) and (self.flag_open or shown.cancellable in (None, self.cancellable))

    def shows(self, status: Status) -> bool:
        """Whether this is the word for it; for attendance the standard has two, and a client need not know both."""
        return status is STATUSES[self.status] or (status is Status.OTHER and self.status in ATTENDANCE)

    def explain(self, shown: Shown | None) -> str:
        """What imin says instead, with the rule."""
        if shown is None:
            word = f"{STATUSES[self.status]} and {'listed' if self.listed else 'not listed'}"
            return f"{word} (rule {Rule.LIST_UPCOMING_ORDER})"
        if shown.status is STATUSES[self.status]:
            return f"{'' if self.cancellable else 'not '}cancellable (rule {self.rule})"
        return f"{STATUSES[self.status]} (rule {_RULES.get(self.status, self.rule)})"


@dataclass(frozen=True, eq=False)
class Glimpse:
    """A world at an instant, kept to be asked."""

    world: WorldState
    now: Instant

    @classmethod
    def of(cls, live_world: LiveWorld) -> "Glimpse":
        """The world as it is now."""
        live_world.catch_up()
        return cls(live_world.world.copy(), live_world.clock.now())

    @cached_property
    def held(self) -> Mapping[OrderItemId, Held]:
        """Every item."""
        return {item_id: self._held(item_id) for item_id in self.world.catalogue.items}

    def history(self, customer: CustomerId) -> list[str]:
        """The identifiers of the customer's orders, newest first."""
        return [str(order.id) for order in self.world.catalogue.orders_by_customer.get(customer, ())]

    def outcomes(self, order: Order, items: Sequence[OrderItemId]) -> dict[OrderItemId, tuple[set[Outcome], Rule]]:
        """What a client may say of each item after it asked for all of them, together or one by one, and by which rule."""
        together = self._refusal(order, items)
        found: dict[OrderItemId, tuple[set[Outcome], Rule]] = {}
        for item_id in items:
            held = self.held[item_id]
            alone = self._refusal(order, (item_id,))
            right: set[Outcome] = set()
            for refusal in (together, alone):
                right.add(Outcome.REQUESTED if refusal is None else Outcome.REFUSED)
            if held.flag_open or held.status is OrderItemStatus.PENDING:
                right |= {Outcome.REQUESTED, Outcome.REFUSED}
            if held.status.is_cancelled:
                right |= {Outcome.CANCELLED, Outcome.REQUESTED, Outcome.REFUSED}
            found[item_id] = right, together or Rule.CANCEL_PASSED_ON
        return found

    def _refusal(self, order: Order, items: Sequence[OrderItemId]) -> Rule | None:
        try:
            decide_as_twin(self.world, RequestCancellation(order_id=order.id, item_ids=tuple(items)), self.now)
        except OpenBookingError as refusal:
            return refusal.rule
        return None

    def _held(self, item_id: OrderItemId) -> Held:
        answer = answer_about(self.world, item_id, self.now)
        return Held(
            item=item_id,
            order=self.world.catalogue.orders[self.world.catalogue.items[item_id].order_id],
            status=self.world.imin.state_of(item_id).status,
            listed=answer.listed,
            cancellable=answer.flag.allowed,
            flag_open=answer.flag.deadline == self.now,
            rule=answer.flag.rule,
        )
