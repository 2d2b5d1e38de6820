"""Snapshots: a whole world as a mapping of JSON values, sealed so that one which was changed by hand makes no illegal world."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from whenever import Instant

from mockserver.domain.execution import Recorded
from mockserver.domain.readings import ReadingName
from mockserver.domain.twins import Twin
from mockserver.engine.choices import Choices, clock_written, written_clock
from mockserver.engine.codec import CodecError, decode, encode
from mockserver.foundation.limits import SNAPSHOT_EVENTS

if TYPE_CHECKING:
    from mockserver.engine.live_world import LiveWorld
    from mockserver.scenario.scenario import Scenario

VERSION = 3


class SnapshotError(Exception):
    """A snapshot cannot be restored: it is not one, or it was made of another version of the scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWorld:
    """What a snapshot holds beside what its scenario says."""

    now: Instant
    choices: Choices
    journal: list[Recorded]


def digest_of(scenario: "Scenario") -> str:
    """A short mark of the scenario's text, so that a snapshot is not restored into another text."""
    return sha256(scenario.text.encode()).hexdigest()[:16]


def snapshot_of(live_world: "LiveWorld") -> dict[str, Any]:
    """The whole world, caught up, as a mapping of JSON values. *Raises* :class:`SnapshotError` where too much has happened."""
    now, epoch = live_world.catch_up().format_iso(), live_world.seed.epoch.format_iso()
    if len(live_world.journal) > SNAPSHOT_EVENTS:
        raise SnapshotError(f"Too much has happened in the world to take a snapshot of it {SNAPSHOT_EVENTS.told}.")
    journal = list(live_world.journal.read())
    readings = {name.value: option for name, option in live_world.world.readings.items()}
    clock = written_clock(live_world.clock.setting)
    return {
        "version": VERSION,
        "scenario": live_world.scenario.name,
        "digest": digest_of(live_world.scenario),
        "twin": None if live_world.twin is None else live_world.twin.value,
        "seal": _seal_of(epoch, now, clock, readings, journal, live_world.twin),
        "epoch": epoch,
        "now": now,
        "clock": clock,
        "readings": readings,
        "journal": [encode(recorded) for recorded in journal],
    }


def kept_in(snapshot: Mapping[str, Any], scenario: "Scenario", twin: Twin | None) -> KeptWorld:
    """What the snapshot of a world of this scenario holds. *Raises* :class:`SnapshotError`."""
    made_of = tuple(snapshot.get(part) for part in ("version", "scenario", "digest"))
    if made_of != (VERSION, scenario.name, digest_of(scenario)):
        raise SnapshotError(f"The snapshot is not one of the scenario {scenario.name!r} as it is now.")
    if snapshot.get("twin", "") != twin:
        raise SnapshotError("The snapshot and the key do not name the same twin.")
    try:
        journal = [decode(mapping) for mapping in snapshot["journal"]]
        epoch, now, clock, readings = (snapshot[part] for part in ("epoch", "now", "clock", "readings"))
        if snapshot["seal"] != _seal_of(epoch, now, clock, readings, journal, twin):
            raise SnapshotError("The snapshot was changed after it was made.")
        choices = Choices(
            clock=clock_written(clock),
            epoch=Instant.parse_iso(epoch),
            readings={ReadingName(name): option for name, option in readings.items()},
        )
        return KeptWorld(now=Instant.parse_iso(now), choices=choices, journal=journal)
    except (AttributeError, CodecError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"The snapshot cannot be restored: {error}") from error


def _seal_of(epoch: str, now: str, clock: Any, readings: Any, journal: Iterable[Recorded], twin: Twin | None) -> str:
    content = (epoch, now, clock, readings, [encode(recorded) for recorded in journal], twin)
    return sha256(msgspec.json.encode(content)).hexdigest()
