"""The worlds on one port, by key. The first use of a key creates its world; the least recently used one makes room."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from whenever import Instant

from mockserver.domain.evolve import evolve
from mockserver.engine.clock import WallClock, WorldClock, wall_now
from mockserver.engine.codec import CodecError, decode, encode
from mockserver.engine.exchanges import ExchangeRing
from mockserver.engine.journal import Journal
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.rehearsal import Observer, Rehearsal
from mockserver.scenario.scenario import ClockSetting, Running, Scenario, Seed


def digest_of(scenario: Scenario) -> str:
    """A short mark of the scenario's text, so that a snapshot is not restored into another text."""
    return sha256(scenario.text.encode()).hexdigest()[:16]


class UnknownScenarioError(Exception):
    """There is no scenario of this name."""


class WorldExistsError(Exception):
    """A world with this key is there already."""


class UnknownWorldError(Exception):
    """No world has this key yet."""


class SnapshotError(Exception):
    """A snapshot cannot be restored: it is not one, or it was made of another version of the scenario."""


class Scenarios(Protocol):
    """Where scenarios come from."""

    def names(self) -> Iterable[str]:
        """The names of all scenarios, sorted."""

    def find(self, name: str) -> Scenario:
        """The scenario. *Raises* :class:`UnknownScenarioError`, or ``ScenarioFaults`` if its file is faulty."""


@dataclass(slots=True, kw_only=True)
class Worlds:
    """All worlds of one server. ``live``: their clocks run from now, whatever the scenario says."""

    scenarios: Scenarios
    make_journal: Callable[[], Journal]
    most: int = 1000
    exchanges_kept: int = 500
    live: bool = False
    wall: WallClock = wall_now
    observer: Observer | None = None
    dropped: int = 0
    _by_key: OrderedDict[str, Rehearsal] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[Rehearsal]:
        return iter(list(self._by_key.values()))

    def enter(self, key: str) -> Rehearsal:
        """The world of a key, made on its first use. *Raises* :class:`KeyRefusedError`."""
        rehearsal = self._by_key.get(key)
        if rehearsal is None:
            return self.create(key)
        self._by_key.move_to_end(key)
        return rehearsal

    def find(self, key: str) -> Rehearsal:
        """The world of a key that was used before. *Raises* :class:`UnknownWorldError`."""
        try:
            return self._by_key[key]
        except KeyError:
            raise UnknownWorldError(
                f"No world has the key {key!r} yet; its first use, or a POST here, makes it."
            ) from None

    def create(self, key: str) -> Rehearsal:
        """A new world. *Raises* :class:`KeyRefusedError`, :class:`WorldExistsError`."""
        if key in self._by_key:
            raise WorldExistsError(f"A world with the key {key!r} is there already; reset it instead.")
        name = parse_key(key).scenario
        try:
            scenario = self.scenarios.find(name)
        except UnknownScenarioError as error:
            raise KeyRefusedError(str(error)) from error
        rehearsal = self._start(key, scenario, scenario.seed(self._epoch_of(scenario)))
        self._keep(rehearsal)
        return rehearsal

    def reset(self, key: str) -> Rehearsal:
        """The world of a key, begun again. *Raises* :class:`UnknownWorldError`, :class:`KeyRefusedError`."""
        self.find(key)
        del self._by_key[key]
        return self.create(key)

    def drop(self, key: str) -> None:
        """Forget a world. *Raises* :class:`UnknownWorldError`."""
        self.find(key)
        del self._by_key[key]

    def fork(self, key: str, to: str) -> Rehearsal:
        """A second world in the same state, with a life of its own.

        *Raises* :class:`UnknownWorldError`, :class:`KeyRefusedError`, :class:`WorldExistsError`.
        """
        origin = self.find(key)
        if parse_key(to).scenario != origin.scenario.name:
            raise KeyRefusedError(
                f"A fork of {key!r} runs the same scenario: its key is {origin.scenario.name}@<label>."
            )
        if to in self._by_key:
            raise WorldExistsError(f"A world with the key {to!r} is there already.")
        origin.catch_up()
        return self._resume(to, origin.scenario, origin.seed, origin.clock.copy(), origin.journal.read())

    def snapshot(self, key: str) -> dict[str, Any]:
        """The whole world as a mapping of JSON values. *Raises* :class:`UnknownWorldError`."""
        rehearsal = self.find(key)
        now = rehearsal.catch_up()
        return {
            "version": 1,
            "scenario": rehearsal.scenario.name,
            "digest": digest_of(rehearsal.scenario),
            "epoch": rehearsal.seed.epoch.format_iso(),
            "now": now.format_iso(),
            "journal": [encode(recorded) for recorded in rehearsal.journal.read()],
        }

    def restore(self, key: str, snapshot: Mapping[str, Any]) -> Rehearsal:
        """A new world from a snapshot. *Raises* :class:`SnapshotError` and what :meth:`create` raises."""
        if key in self._by_key:
            raise WorldExistsError(f"A world with the key {key!r} is there already; drop it first.")
        name = parse_key(key).scenario
        try:
            scenario = self.scenarios.find(name)
        except UnknownScenarioError as error:
            raise KeyRefusedError(str(error)) from error
        if snapshot.get("version") != 1 or (snapshot.get("scenario"), snapshot.get("digest")) != (
            name,
            digest_of(scenario),
        ):
            raise SnapshotError(f"The snapshot is not one of the scenario {name!r} as it is now.")
        try:
            seed = scenario.seed(Instant.parse_iso(snapshot["epoch"]))
            clock = WorldClock.starting(self._clock_of(scenario), Instant.parse_iso(snapshot["now"]), self.wall)
            return self._resume(key, scenario, seed, clock, [decode(mapping) for mapping in snapshot["journal"]])
        except (CodecError, KeyError, TypeError, ValueError, IndexError) as error:
            raise SnapshotError(f"The snapshot cannot be restored: {error}") from error

    def _epoch_of(self, scenario: Scenario) -> Instant:
        if self.live or scenario.epoch is None:
            return self.wall().round("second", mode="floor")
        return scenario.epoch

    def _clock_of(self, scenario: Scenario) -> ClockSetting:
        return Running(rate=1) if self.live else scenario.clock

    def _start(self, key: str, scenario: Scenario, seed: Seed) -> Rehearsal:
        return Rehearsal.starting(
            key=key,
            scenario=scenario,
            seed=seed,
            setting=self._clock_of(scenario),
            wall=self.wall,
            journal=self.make_journal(),
            exchanges=ExchangeRing(self.exchanges_kept),
            observer=self.observer,
        )

    def _resume(self, key: str, scenario: Scenario, seed: Seed, clock: WorldClock, journal: Iterable[Any]) -> Rehearsal:
        rehearsal = Rehearsal(
            key=key,
            scenario=scenario,
            seed=seed,
            clock=clock,
            journal=self.make_journal(),
            exchanges=ExchangeRing(self.exchanges_kept),
            observer=self.observer,
        )
        for recorded in journal:
            evolve(rehearsal.world, recorded.event)
            rehearsal.journal.append([recorded])
        self._keep(rehearsal)
        return rehearsal

    def _keep(self, rehearsal: Rehearsal) -> None:
        self._by_key[rehearsal.key] = rehearsal
        while len(self._by_key) > self.most:
            self._by_key.popitem(last=False)
            self.dropped += 1
