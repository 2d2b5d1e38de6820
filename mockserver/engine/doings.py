"""What was done to a world other than by its clients: by Sellers, and by whoever puts its machine into a state.

Read off its journal, so that a recording of its exchanges can be played again with everything in its place.
"""

from contextlib import suppress
from typing import Any

from mockserver.domain.commands import EnterState, SellerCommand
from mockserver.engine.codec import encode
from mockserver.engine.redeciding import DivergenceError, Done, redecide
from mockserver.engine.rehearsal import Rehearsal


def doings_of(rehearsal: Rehearsal) -> list[Done]:
    """Every command of a Seller or of whoever runs the world, in order."""
    found: list[Done] = []
    with suppress(DivergenceError):  # of a journal that another version wrote, what can be said is said
        found.extend(redecide(rehearsal.seed, rehearsal.law_breaker, list(rehearsal.journal.read())))
    return [done for done in found if isinstance(done.command, EnterState | SellerCommand)]


def told_doings(rehearsal: Rehearsal) -> list[dict[str, Any]]:
    """The same as JSON values: ``after`` how many events it was done, and the event that followed first."""
    return [{"after": done.index, "event": encode(done.recorded)} for done in doings_of(rehearsal)]
