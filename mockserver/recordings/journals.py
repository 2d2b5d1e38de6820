"""A recorded journal, decided once more: the first event that is another one now, and the state that led there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whenever import Instant

from mockserver.domain.catalogue import Order
from mockserver.domain.execution import Recorded
from mockserver.domain.readings import ReadingName
from mockserver.domain.twins import Twin
from mockserver.domain.values import replace
from mockserver.domain.world import WorldState
from mockserver.engine.codec import encode
from mockserver.engine.narration import tell
from mockserver.engine.predictions import answer_about
from mockserver.engine.replay import DivergenceError, redecide
from mockserver.recordings.files import JournalFile
from mockserver.recordings.replaying import State
from mockserver.recordings.session import Beginning
from mockserver.scenario.seed import Seed


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalDivergence:
    """The first event that would be another one; numbers are those of the timeline, from 1."""

    number: int
    was: str
    now: str
    because: str
    state: State


def replay_journal(recording: JournalFile, beginning: Beginning, seed: Seed) -> JournalDivergence | None:
    """The first divergence of a journal; ``None`` if it would all happen again."""
    readings = {ReadingName(name): option for name, option in beginning.readings.items()}
    seed = replace(seed, readings={**seed.readings, **readings})
    twin = None if beginning.twin is None else Twin(beginning.twin)
    try:
        for _ in redecide(seed, twin, recording.journal):
            pass
    except DivergenceError as found:
        return _told(found, recording)
    return None


def _told(found: DivergenceError, recording: JournalFile) -> JournalDivergence:
    world = found.world
    about = found.was or found.now
    now = world.epoch if about is None else about.at
    return JournalDivergence(
        number=found.index + 1,
        was=_sentence(found.was, world),
        now=_sentence(found.now, world),
        because=f": {found.why}" if found.why else "",
        state=State(
            now=now.format_iso(),
            machine=world.state_name if world.stay else "none yet",
            items=tuple(_items(world, about, now)) if world.stay else (),
            timeline=tuple(_timeline(world, recording.journal[: found.index])),
        ),
    )


def _sentence(recorded: Recorded | None, world: WorldState) -> str:
    """The event in words, and where there are none, as it is written."""
    if recorded is None:
        return "nothing"
    fields = encode(recorded)
    at, name = fields.pop("at"), fields.pop("event")
    told = ", ".join(f"{key} {value}" for key, value in fields.items())
    return f"{at}  {_words(recorded, world) or name.replace('_', ' ')}" + (f"  ({told})" if told else "")


def _words(recorded: Recorded, world: WorldState) -> str | None:
    try:
        return tell(world, recorded.event)
    except KeyError:
        return None  # it is about what this world does not have, which is the divergence itself


def _timeline(world: WorldState, journal: tuple[Recorded, ...]) -> Iterator[str]:
    for recorded in journal:
        if says := _words(recorded, world):
            yield f"{recorded.at.format_iso()}  {says}  [{recorded.event.rule}]"


def _items(world: WorldState, about: Recorded | None, now: Instant) -> Iterator[dict[str, Any]]:
    """The items that the event is about, else those that have changed."""
    named = getattr(about.event, "item_ids", ()) if about is not None else ()
    for item_id in [i for i in (named or list(world.imin.states)) if i in world.catalogue.items]:
        order: Order = world.catalogue.orders[world.catalogue.items[item_id].order_id]
        flag = answer_about(world, item_id, now).flag
        yield {
            "order": order.name,
            "identifier": item_id,
            "imin": {"status": world.imin.state_of(item_id).status.value},
            "booking_system": {"status": world.booking_system.state_of(item_id).status.value},
            "cancellable": {"allowed": flag.allowed, "rule": flag.rule.value, "reason": flag.reason},
        }
