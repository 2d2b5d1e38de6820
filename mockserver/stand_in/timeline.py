"""What has happened in a world, in lines for people, by the clocks of its zone."""

from whenever import Instant, OffsetDateTime

from mockserver.calendar import by_clocks_of
from mockserver.engine.rehearsal import Rehearsal
from mockserver.engine.story import tell


def timeline(rehearsal: Rehearsal, last: int) -> tuple[str, ...]:
    """The last lines of what has happened in the world, each with its time in the world's zone and its rule."""
    lines: list[str] = []
    for recorded in reversed(list(rehearsal.journal.read())):
        told = tell(rehearsal.world, recorded.event)
        if not told:
            continue
        lines.append(f"{clock_time(local(recorded.at, rehearsal))}  {told}  [{recorded.event.rule}]")
        if len(lines) == last:
            break
    return tuple(reversed(lines))


def local(at: Instant, rehearsal: Rehearsal) -> OffsetDateTime:
    """The instant as the clocks of the world's zone show it."""
    return by_clocks_of(rehearsal.seed.timezone, at)


def clock_time(at: OffsetDateTime) -> str:
    """Date and time for people: ``2030-06-03 09:00:00``."""
    return at.to_plain().format_iso(unit="second").replace("T", " ")
