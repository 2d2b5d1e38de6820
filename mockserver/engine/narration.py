"""What happened, in domain words: one sentence per event, for people who watch a world."""

from dataclasses import dataclass
from itertools import islice

from mockserver.domain import events as e
from mockserver.domain.events import HOUSEKEEPING, EmailKind, Event
from mockserver.domain.execution import Recorded
from mockserver.domain.world import WorldState
from mockserver.engine.live_world import LiveWorld


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrated:
    """An event with its place in the journal, from 1, and its sentence."""

    number: int
    recorded: Recorded
    says: str | None


def story_of(
    live_world: LiveWorld, after: int = 0, *, everything: bool = False, most: int | None = None
) -> list[Narrated]:
    """What happened after the ``after``-th event, told; ``everything``: those of the agenda too. Of ``most`` events."""
    told = (
        Narrated(number=number, recorded=recorded, says=tell(live_world.world, recorded.event))
        for number, recorded in enumerate(islice(live_world.journal.read(after), most), start=after + 1)
    )
    return [each for each in told if everything or each.says is not None]


_WORDS_OF_EMAIL = {
    EmailKind.CANCELLATION_NOTICE: "cancelled, refund to follow",
    EmailKind.CANCELLATION_CONFIRMATION: "cancellation confirmed",
    EmailKind.CHANGE_NOTICE: "a change",
}


def tell(world: WorldState, event: Event) -> str | None:
    """The event in a sentence; ``None`` for events of the agenda itself, which nobody wants to read."""
    if isinstance(event, HOUSEKEEPING):
        return None
    return _sentence(world, event)


def _sentence(world: WorldState, event: Event) -> str:  # noqa: C901 - a table
    match event:
        case e.CancellationRequested():
            return f"{_customer(world, event)} asks to cancel {_items(event.item_ids)}; imin passes it on"
        case e.CancellationConfirmed():
            return f"Booking System cancels {_items(event.item_ids)}; imin does not know yet"
        case e.CancellationRefused():
            return f"Booking System refuses to cancel {_items(event.item_ids)}: {event.reason}"
        case e.PendingReverted():
            return f"imin shows {_items(event.item_ids)} as confirmed again"
        case e.PendingShown():
            return f"client sees {event.item_id} pending"
        case e.CancelledBySeller():
            return f"Seller cancels {_items(event.item_ids)}{_quoted(event.message)}"
        case e.ReplacedBySeller():
            return f"Seller moves {_items(event.item_ids)} to {event.opportunity.id}"
        case e.CustomerNoticeGiven():
            return f"Seller leaves a notice on {_items(event.item_ids)}{_quoted(event.notice)}"
        case e.AttendanceMarked():
            return f"Seller marks {_items(event.item_ids)} {event.status.value}"
        case e.AccessUpdated():
            return f"Seller sets a new {event.kind.value} on {_items(event.item_ids)}"
        case e.LogisticsChanged():
            return f"Seller changes {event.opportunity.id} for {_items(event.item_ids)}"
        case e.OrderPublished():
            again = " again" if event.again else ""
            return f"OrdersFeed shows {_order(world, event)}{again} as change {event.change_number}"
        case e.OrdersFeedReadFailed():
            return "imin finds the OrdersFeed out of order"
        case e.OrderUpdateRead():
            return _update(world, event)
        case e.OrdersFeedRead():
            return f"imin has read the OrdersFeed up to change {event.change_number}"
        case e.RefundStarted():
            return f"imin starts {event.refund_id}: {_parts(event)}"
        case e.RefundAttemptFailed():
            return f"attempt {event.attempt} at {event.refund_id} fails"
        case e.RefundCompleted():
            refund = world.imin.refunds[event.refund_id]
            return f"{event.refund_id} is through: {money(refund.amount_minor, refund.currency)}"
        case e.EmailSent():
            name = world.catalogue.customers[event.customer_id].given_name
            about = f"{_WORDS_OF_EMAIL[event.kind]}, {_items(event.item_ids)}"
            return f"imin e-mails {name}: {about}{_quoted(event.message)}"
        case e.BehaviourEntered():
            return f"behaviour: {event.state}"
        case e.FaultUsed():
            return f"imin's API fails on purpose: {event.operation.value}"
        case e.WorkRefused():
            return f"not permitted, nothing done: {event.reason}"
        case e.WorkScheduled() | e.WorkTaken() | e.TransitionFired() | e.AnswerAwaitsReads() | e.RequestCounted():
            return ""


def _parts(started: e.RefundStarted) -> str:
    """What goes back for which items; told item by item where it is not all for one cause."""
    if len({part.cause for part in started.parts}) == 1:
        return f"{money(started.amount_minor, started.currency)} for {_items(started.item_ids)}"
    each = ", ".join(
        f"{money(part.amount_minor, started.currency)} for {part.item_id} ({part.cause.value})"
        for part in started.parts
    )
    return f"{money(started.amount_minor, started.currency)}: {each}"


def _update(world: WorldState, event: e.OrderUpdateRead) -> str:
    news = [f"that {_items(event.cancelled_ids)} is cancelled"] if event.cancelled_ids else []
    news += [f"a change of {_items(event.changed_ids)}"] if event.changed_ids else []
    if news:
        return f"imin reads {' and '.join(news)}"
    return f"imin reads {_order(world, event)} again; nothing is new"


def money(minor: int, currency: str) -> str:
    """An amount in pence, in words: ``6.50 GBP``."""
    return f"{minor // 100}.{minor % 100:02d} {currency}"


def _items(item_ids: tuple[str, ...]) -> str:
    shown = ", ".join(item_ids[:3])
    return shown if len(item_ids) <= 3 else f"{shown} and {len(item_ids) - 3} more"


def _order(world: WorldState, event: e.OrderPublished | e.OrderUpdateRead) -> str:
    return f"order {world.catalogue.orders[event.order_id].name}"


def _customer(world: WorldState, event: e.CancellationRequested) -> str:
    return world.catalogue.customers[world.catalogue.orders[event.order_id].customer_id].given_name


def _quoted(text: str | None) -> str:
    return f' ("{text}")' if text else ""
