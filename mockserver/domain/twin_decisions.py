"""What is decided in a world whose twin bends decisions: other events than the law says, before anything is folded.

The journal holds what then happened, so that replay needs nothing of this. It must never know how anything is shown.
"""

from collections.abc import Callable, Mapping, Sequence

from whenever import Instant, TimeDelta

from mockserver.domain.commands import (
    AnswerCancellation,
    Command,
    CompleteRefund,
    ConsiderCancellation,
    Following,
    ReadOrdersFeed,
    RequestCancellation,
)
from mockserver.domain.decide import Decision, decide
from mockserver.domain.events import (
    CancellationRefused,
    CancellationRequested,
    EmailKind,
    EmailSent,
    Event,
    OrderPublished,
    OrderUpdateRead,
    PendingReverted,
    RefundCompleted,
    RefundStarted,
    WorkScheduled,
)
from mockserver.domain.refund_parts import RefundCause, RefundPart, sum_minor
from mockserver.domain.twins import Twin
from mockserver.domain.values import OrderItemId, RefundId, replace
from mockserver.domain.world import WorldState
from mockserver.foundation.calendar import later

Step = Event | Following
Decide = Callable[[WorldState, Command, Instant], Decision]

REVERSED_AFTER = TimeDelta(minutes=1)
"""How long a cancellation holds where it is reversed: long enough to be seen."""


def decide_as_twin(world: WorldState, command: Command, now: Instant) -> Decision:
    """What happens if ``command`` is given to the world at ``now``: by the law, or as the world's twin has it."""
    if world.twin is None:
        return decide(world, command, now)
    return DECISIONS.get(world.twin, decide)(world, command, now)


def _bending(bend: Callable[[WorldState, Step, Instant], Sequence[Step]]) -> Decide:
    """What is lawful, but for each step what ``bend`` puts in its place."""

    def decide_bent(world: WorldState, command: Command, now: Instant) -> Decision:
        return [step for lawful in decide(world, command, now) for step in bend(world, lawful, now)]

    return decide_bent


def _without(*kinds: type) -> Decide:
    """What is lawful without the steps of these kinds."""
    return _bending(lambda _, step, __: [] if isinstance(step, kinds) else [step])


def _only_first(_: WorldState, step: Step, __: Instant) -> Sequence[Step]:
    if isinstance(step, CancellationRequested | ConsiderCancellation):
        return [replace(step, item_ids=step.item_ids[:1])]
    return [step]


def _whenever_asked(world: WorldState, command: Command, now: Instant) -> Decision:
    """No request is too late: it is judged as if it had come at the beginning of time."""
    return decide(world, command, Instant.MIN if isinstance(command, RequestCancellation) else now)


def _twice_refunded(world: WorldState, step: Step, _: Instant) -> Sequence[Step]:
    match step:
        case RefundStarted():
            # Not for a cancellation: no second e-mail follows, for that is another law.
            return [step, replace(step, refund_id=_again(step.refund_id), cancelled_ids=())]
        case WorkScheduled(work=CompleteRefund(refund_id=refund_id)) if refund_id not in world.imin.refunds:
            return [step, replace(step, work=CompleteRefund(refund_id=_again(refund_id)))]
        case _:
            return [step]


def _again(refund_id: RefundId) -> RefundId:
    return RefundId(f"{refund_id}-again")


def _half_refunded(_: WorldState, step: Step, __: Instant) -> Sequence[Step]:
    if not isinstance(step, RefundStarted):
        return [step]
    return [replace(step, parts=tuple(replace(part, amount_minor=part.amount_minor // 2) for part in step.parts))]


def _never_through(_: WorldState, step: Step, __: Instant) -> Sequence[Step]:
    return [] if isinstance(step, RefundCompleted) or _tells_of_refund(step) else [step]


def _twice_told(_: WorldState, step: Step, __: Instant) -> Sequence[Step]:
    return [step, step] if isinstance(step, EmailSent) else [step]


def _told_too_early(world: WorldState, step: Step, now: Instant) -> Sequence[Step]:
    if _tells_of_refund(step):
        return []
    if not (isinstance(step, RefundStarted) and step.cancelled_ids):
        return [step]
    email = EmailSent(
        kind=EmailKind.CANCELLATION_CONFIRMATION,
        at=now,
        customer_id=world.catalogue.orders[step.order_id].customer_id,
        order_id=step.order_id,
        item_ids=step.cancelled_ids,
        refund_id=step.refund_id,
        refund_minor=sum_minor(step.parts, step.cancelled_ids),
        message=None,
    )
    return [step, email]


def _tells_of_refund(step: Step) -> bool:
    return isinstance(step, EmailSent) and step.kind is EmailKind.CANCELLATION_CONFIRMATION and step.refund_minor > 0


def _refunded_but_refused(world: WorldState, command: Command, now: Instant) -> Decision:
    """Where the Booking System would confirm, it refuses, as it may; the refund follows nevertheless."""
    if not (isinstance(command, AnswerCancellation) and command.confirm):
        return decide(world, command, now)
    refused = decide(world, replace(command, confirm=False), now)
    return [*refused, *(event for step in refused for event in _refund_for(world, step, now))]


def _refund_for(world: WorldState, step: Step, now: Instant) -> Sequence[Event]:
    if not isinstance(step, CancellationRefused):
        return []
    offers = {i: world.offer_of(world.catalogue.items[i], world.booking_system) for i in step.item_ids}
    refund = RefundStarted(
        refund_id=RefundId(f"refund-{len(world.imin.refunds) + 1}"),
        order_id=step.order_id,
        parts=tuple(
            RefundPart(item_id=i, amount_minor=offer.price_minor, cause=RefundCause.CANCELLED)
            for i, offer in offers.items()
            if offer.price_minor
        ),
        cancelled_ids=(),
        currency=offers[step.item_ids[0]].currency,
        fails=0,
    )
    due = later(now, world.behaviour.refund.takes)
    return [refund, WorkScheduled(due=due, work=CompleteRefund(refund_id=refund.refund_id))]


def _reversed(world: WorldState, command: Command, now: Instant) -> Decision:
    """A cancellation that imin has read does not last. The feed is read as if it did: what is settled is settled once."""
    if isinstance(command, AnswerCancellation):
        shown = [world.imin.state_of(item_id).status for item_id in command.item_ids]
        if all(status.is_cancelled for status in shown):
            return [PendingReverted(order_id=command.order_id, item_ids=command.item_ids)]
    before = _before_reversals(world) if isinstance(command, ReadOrdersFeed) else world
    steps = list(decide(before, command, now))
    updates = [step for step in steps if isinstance(step, OrderUpdateRead) and step.cancelled_ids]
    for update in updates:
        work = AnswerCancellation(order_id=update.order_id, item_ids=update.cancelled_ids, confirm=False)
        steps.append(WorkScheduled(due=later(now, REVERSED_AFTER), work=work))
    return steps


def _before_reversals(world: WorldState) -> WorldState:
    """The world with every cancellation that has been refunded or told of, whatever became of it since."""
    settled: set[OrderItemId] = {i for refund in world.imin.refunds.values() for i in refund.cancelled_ids}
    settled |= {i for email in world.imin.emails for i in email.item_ids}
    before = world.copy()
    for item_id in settled:
        truth, held = world.booking_system.state_of(item_id), world.imin.state_of(item_id)
        if truth.status.is_cancelled and not held.status.is_cancelled:
            before.imin.states[item_id] = replace(held, status=truth.status)
    return before


DECISIONS: Mapping[Twin, Decide] = {
    Twin.NEVER_CANCELS: _without(CancellationRequested, ConsiderCancellation),
    Twin.PENDING_FOR_EVER: _without(ConsiderCancellation),
    Twin.FEED_LOSES_ITEM: _without(OrderPublished),
    Twin.ONE_OF_TWO_CANCELLED: _bending(_only_first),
    Twin.CANCEL_AFTER_DEADLINE: _whenever_asked,
    Twin.REVERSAL_AFTER_CANCELLATION: _reversed,
    Twin.REFUND_WITHOUT_CANCELLATION: _refunded_but_refused,
    Twin.REFUNDS_TWICE: _bending(_twice_refunded),
    Twin.NEVER_REFUNDS: _bending(_never_through),
    Twin.REFUNDS_HALF: _bending(_half_refunded),
    Twin.EMAIL_BEFORE_REFUND: _bending(_told_too_early),
    Twin.EMAILS_TWICE: _bending(_twice_told),
}
"""How each twin decides that bends decisions; the others bend answers."""
