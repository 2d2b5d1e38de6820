"""What has happened in a world, in lines for people, by the clocks of its zone."""

from whenever import Instant, OffsetDateTime

from mockserver.calendar import by_clocks_of
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.narration import tell


def timeline(live_world: LiveWorld, last: int) -> tuple[str, ...]:
    """The last lines of what has happened in the world, each with its time in the world's zone and its rule."""
    lines: list[str] = []
    for recorded in reversed(list(live_world.journal.read())):
        told = tell(live_world.world, recorded.event)
        if not told:
            continue
        lines.append(f"{clock_time(local(recorded.at, live_world))}  {told}  [{recorded.event.rule}]")
        if len(lines) == last:
            break
    return tuple(reversed(lines))


def local(at: Instant, live_world: LiveWorld) -> OffsetDateTime:
    """The instant as the clocks of the world's zone show it."""
    return by_clocks_of(live_world.seed.timezone, at)


def clock_time(at: OffsetDateTime) -> str:
    """Date and time for people: ``2030-06-03 09:00:00``."""
    return at.to_plain().format_iso(unit="second").replace("T", " ")
