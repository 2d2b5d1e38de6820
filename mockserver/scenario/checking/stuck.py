"""Items that can stay pending for ever: from some state that can be reached, no way leads to one in which they are not."""

from collections.abc import Iterator

from mockserver.domain.values import OrderItemId
from mockserver.scenario.checking.exploring import Explored


def stuck_items(explored: Explored) -> Iterator[tuple[OrderItemId, int]]:
    """Each such item, with the nearest state in which it is stuck.

    A state that was not explored any more may lead anywhere: nothing is said to be stuck that was only not looked at.
    """
    leaves = _ways_out(explored)
    for place, item_id in enumerate(explored.items):
        bit = 1 << place
        for state, pending in enumerate(explored.pending):
            if pending & bit and not leaves[state] & bit:
                yield item_id, state
                break


def _ways_out(explored: Explored) -> list[int]:
    """For each state, as bits, the items that some way leads out of pending, or that are not pending in it."""
    everything = (1 << len(explored.items)) - 1
    before: list[list[int]] = [[] for _ in explored.pending]
    leaves: list[int] = []
    for state, following in enumerate(explored.following):
        leaves.append(everything if following is None else everything & ~explored.pending[state])
        for after in following or ():
            before[after].append(state)
    waiting = list(range(len(leaves)))
    while waiting:
        state = waiting.pop()
        for earlier in before[state]:
            more = leaves[earlier] | leaves[state]
            if more != leaves[earlier]:
                leaves[earlier] = more
                waiting.append(earlier)
    return leaves
