"""Which orders must be explored together, and which items are like no other."""

from mockserver.domain.catalogue import Order
from mockserver.domain.state_machine import Machine, OnEvent
from mockserver.domain.values import OrderItemId
from mockserver.scenario.expectations import ItemStatusExpected
from mockserver.scenario.seed import Seed


def parts_of(seed: Seed) -> list[tuple[Order, ...]]:
    """The orders in parts, between which nothing that a client does in the one can be felt in the other.

    Orders meet only in the machine and in imin's reading of the feed. Where no event moves the machine, and imin reads at the
    same instants in every state and never in vain, each order goes its way as if it were alone.
    """
    orders = tuple(seed.catalogue.orders.values())
    if not orders or not are_independent(seed.machine):
        return [orders]
    return [(order,) for order in orders]


def are_independent(machine: Machine) -> bool:
    """Whether what happens to one order can never be felt in another."""
    states = machine.states.values()
    return (
        not any(state.awaited_events for state in states)
        and len({state.behaviour.reads_feed_every for state in states}) == 1
        and not any(state.behaviour.feed.outage for state in states)
    )


def named_items(seed: Seed) -> frozenset[OrderItemId]:
    """The items that the file singles out, in its behaviour, its timeline or its expectations."""
    named: set[OrderItemId] = set()
    actions = [entry.do for entry in seed.machine.timeline]
    for state in seed.machine.states.values():
        named |= state.behaviour.answer_per_item.keys()
        for transition in state.transitions:
            actions += transition.do
            if isinstance(transition.trigger, OnEvent) and transition.trigger.item_id is not None:
                named.add(transition.trigger.item_id)
    for action in actions:
        named.update(getattr(action, "item_ids", ()))
    named |= {each.item_id for each in seed.expectations if isinstance(each, ItemStatusExpected)}
    return frozenset(named)
