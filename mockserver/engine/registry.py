"""The worlds on one port, by key. The first use of a key creates its world; the least recently used one makes room.

That is said: in the log, by the next answer to its key, and to whoever asks for it on the control interface. A world with a
request under way makes no room.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from whenever import Instant

from mockserver.domain.evolve import evolve
from mockserver.domain.execution import Recorded
from mockserver.domain.readings import WORLD_READINGS, ReadingName
from mockserver.domain.twins import Twin
from mockserver.domain.values import replace
from mockserver.engine.choices import NO_CHOICES, Choices
from mockserver.engine.clock import WallClock, WorldClock, wall_now
from mockserver.engine.coverage.ledger import CoverageLedger
from mockserver.engine.coverage.tally import Tally
from mockserver.engine.exchanges import ExchangeRing
from mockserver.engine.journal import Journal
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.live_world import LiveWorld, Observer
from mockserver.foundation.limits import EVICTED_KEYS, SCENARIOS_PLAYED
from mockserver.scenario.seed import ClockSetting, Running, Seed

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario


LOG = logging.getLogger("imin-mock")

EVICTED = b"restarted-after-eviction"
"""What the first answer of a world says whose key had another one, which had to make room."""


class UnknownScenarioError(Exception):
    """There is no scenario of this name."""


class TooManyScenariosError(Exception):
    """There are so many scenarios beside those of files that no more can be added."""


class UnreadableScenarioError(Exception):
    """A scenario of this name is there, but its text cannot be read at all."""


class KeyTakenError(Exception):
    """A world with this key is there already."""


class UnknownWorldError(Exception):
    """No world has this key yet."""


class EvictedWorldError(UnknownWorldError):
    """The world with this key had to make room for others."""

    def __init__(self, key: str, most: int) -> None:
        super().__init__(
            f"The world {key!r} is gone: there are {most:,} at the most, it was the one that nobody had used for longest,"
            " and it had to make room. The next use of its key with imin's API, or POST /__admin/worlds, begins it again."
            " A larger --most-worlds keeps more."
        )


class Scenarios(Protocol):
    """Where scenarios come from."""

    def names(self) -> Iterable[str]:
        """The names of all scenarios, sorted."""

    def find(self, name: str) -> "Scenario":
        """The scenario.

        *Raises* :class:`UnknownScenarioError`, :class:`UnreadableScenarioError`, or ``ScenarioFaults`` if its file is faulty.
        """


@dataclass(slots=True, kw_only=True)
class Worlds:
    """All worlds of one server. ``live``: their clocks run from now, whatever the scenario says.

    ``twin`` breaks a law in every world that asks for no twin itself; ``twins``: whether any world may have one.
    ``readings`` hold in every world, whatever its scenario chooses. ``aliases`` are other names for keys.
    ``played``: the scenarios of all worlds that there ever were.
    """

    scenarios: Scenarios
    make_journal: Callable[[], Journal]
    most: int = 1000
    exchanges_kept: int = 500
    live: bool = False
    twin: Twin | None = None
    twins: bool = True
    readings: Mapping[ReadingName, str] = field(default_factory=dict)
    wall: WallClock = wall_now
    observer: Observer | None = None
    coverage: CoverageLedger | None = None
    dropped: int = 0
    played: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    _evicted: dict[str, None] = field(default_factory=dict)
    _by_key: OrderedDict[str, LiveWorld] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[LiveWorld]:
        return iter(list(self._by_key.values()))

    def enter(self, key: str) -> LiveWorld:
        """The world of a key, made on its first use. *Raises* :class:`KeyRefusedError`."""
        live_world = self._by_key.get(key)
        if live_world is None:
            key = self.aliases.get(key, key)
            live_world = self._by_key.get(key)
            if live_world is None:
                return self._begin_unasked(key)
        self._by_key.move_to_end(key)
        return live_world

    def _begin_unasked(self, key: str) -> LiveWorld:
        was_evicted = key in self._evicted
        made = self.create(key)
        made.notice = EVICTED if was_evicted else None
        return made

    def alias(self, name: str, key: str) -> None:
        """Let requests that carry this name as their key enter the world of ``key``; of too many, the oldest is forgotten."""
        self.aliases.pop(name, None)
        self.aliases[name] = key
        if len(self.aliases) > self.most:
            del self.aliases[next(iter(self.aliases))]

    def find(self, key: str) -> LiveWorld:
        """The world of a key that was used before. *Raises* :class:`UnknownWorldError`."""
        try:
            return self._by_key[key]
        except KeyError:
            if key in self._evicted:
                raise EvictedWorldError(key, self.most) from None
            raise UnknownWorldError(
                f"No world has the key {key!r} yet; its first use, or a POST here, makes it."
            ) from None

    def create(self, key: str, choices: Choices = NO_CHOICES) -> LiveWorld:
        """A new world. *Raises* :class:`KeyRefusedError`, :class:`KeyTakenError`."""
        if key in self._by_key:
            raise KeyTakenError(f"A world with the key {key!r} is there already; reset it instead.")
        return self._keep(self._start(key, self._scenario_of(key), choices))

    def imagine(self, key: str) -> LiveWorld:
        """The world that the first use of a key would make. It is kept nowhere, and nobody is told of it.

        *Raises* :class:`KeyRefusedError`.
        """
        return self._start(key, self._scenario_of(key), NO_CHOICES, imagined=True)

    def reset(self, key: str) -> LiveWorld:
        """The world of a key, begun again with what was chosen for it; where that fails, the old one goes on.

        *Raises* :class:`UnknownWorldError`, :class:`KeyRefusedError`.
        """
        choices = self.find(key).choices
        return self._keep(self._start(key, self._scenario_of(key), choices))

    def drop(self, key: str) -> None:
        """Forget a world. *Raises* :class:`UnknownWorldError`."""
        self._retire(self.find(key))
        del self._by_key[key]

    def fork(self, key: str, to: str) -> LiveWorld:
        """A second world in the same state, with a life of its own.

        *Raises* :class:`UnknownWorldError`, :class:`KeyRefusedError`, :class:`KeyTakenError`.
        """
        origin = self.find(key)
        own, other = parse_key(key), parse_key(to)
        if (other.scenario, other.twin) != (own.scenario, own.twin):
            raise KeyRefusedError(
                f"A fork of {key!r} runs the same scenario: its key is {replace(own, label='<label>')}."
            )
        if to in self._by_key:
            raise KeyTakenError(f"A world with the key {to!r} is there already.")
        origin.catch_up()
        fork = self._raise(to, origin.scenario, origin.seed, origin.clock.copy(), origin.choices)
        return self._resume(fork, origin.journal.read())

    def snapshot(self, key: str) -> dict[str, Any]:
        """The whole world as a mapping of JSON values. *Raises* :class:`UnknownWorldError`."""
        from mockserver.engine.snapshots import snapshot_of

        return snapshot_of(self.find(key))

    def restore(self, key: str, snapshot: Mapping[str, Any]) -> LiveWorld:
        """A new world from a snapshot. *Raises* :class:`SnapshotError` and what :meth:`create` raises."""
        if key in self._by_key:
            raise KeyTakenError(f"A world with the key {key!r} is there already; drop it first.")
        scenario = self._scenario_of(key)
        from mockserver.engine.snapshots import kept_in

        kept = kept_in(snapshot, scenario, self._twin_of(key, scenario))
        seed = self._seed_of(scenario, kept.choices)
        clock = WorldClock.starting(self._clock_of(scenario, kept.choices), kept.now, self.wall)
        return self._resume(self._raise(key, scenario, seed, clock, kept.choices), kept.journal)

    def _scenario_of(self, key: str) -> "Scenario":
        try:
            return self.scenarios.find(parse_key(key).scenario)
        except UnknownScenarioError as error:
            raise KeyRefusedError(str(error)) from error

    def _twin_of(self, key: str, scenario: "Scenario") -> Twin | None:
        """The key's, else the scenario's, else the server's. *Raises* :class:`KeyRefusedError` where none is allowed."""
        asked = parse_key(key).twin or scenario.twin or self.twin
        if asked is not None and not self.twins:
            raise KeyRefusedError("The key asks for an evil twin, and this server was started with --no-twins.")
        return asked

    def _epoch_of(self, scenario: "Scenario", choices: Choices) -> Instant:
        if choices.epoch is not None:
            return choices.epoch
        if self.live or scenario.epoch is None:
            return self.wall().round("second", mode="floor")
        return scenario.epoch

    def _clock_of(self, scenario: "Scenario", choices: Choices) -> ClockSetting:
        if choices.clock is not None:
            return choices.clock
        return Running(rate=1) if self.live else scenario.clock

    def _seed_of(self, scenario: "Scenario", choices: Choices) -> Seed:
        seed = scenario.seed(self._epoch_of(scenario, choices))
        imposed = {name: option for name, option in self.readings.items() if name in WORLD_READINGS}
        chosen = {**imposed, **choices.readings}
        return replace(seed, readings={**seed.readings, **chosen}) if chosen else seed

    def _start(self, key: str, scenario: "Scenario", choices: Choices, *, imagined: bool = False) -> LiveWorld:
        seed = self._seed_of(scenario, choices)
        clock = WorldClock.starting(self._clock_of(scenario, choices), seed.epoch, self.wall)
        live_world = self._raise(key, scenario, seed, clock, choices)
        if imagined:
            live_world.observer = None
        live_world.begin()
        return live_world

    def _raise(self, key: str, scenario: "Scenario", seed: Seed, clock: WorldClock, choices: Choices) -> LiveWorld:
        """A world in which nothing has happened yet, not even its beginning."""
        twin = self._twin_of(key, scenario)
        return LiveWorld(
            key=key,
            scenario=scenario,
            seed=seed,
            clock=clock,
            journal=self.make_journal(),
            exchanges=ExchangeRing(self.exchanges_kept),
            twin=twin,
            choices=choices,
            observer=self.observer,
            tally=self._tally_of(scenario, seed, twin),
        )

    def _resume(self, live_world: LiveWorld, journal: Iterable[Recorded]) -> LiveWorld:
        """The world goes on from what has happened elsewhere, which nobody is told of again."""
        for recorded in journal:
            evolve(live_world.world, recorded.event)
            live_world.journal.append([recorded])
        if live_world.tally is not None:
            live_world.tally.take_up(live_world.world)
        return self._keep(live_world)

    def _tally_of(self, scenario: "Scenario", seed: Seed, twin: Twin | None) -> Tally | None:
        """The counter of a new world. What an evil twin does is no behaviour of the mock, and is not counted."""
        if self.coverage is None or twin is not None:
            return None
        return Tally.beginning(scenario.name, seed.machine, seed.readings)

    def _retire(self, live_world: LiveWorld) -> None:
        if self.coverage is not None and live_world.tally is not None:
            self.coverage.retire(live_world.tally)

    def _keep(self, live_world: LiveWorld) -> LiveWorld:
        before = self._by_key.get(live_world.key)
        if before is not None:
            self._retire(before)
        if self.coverage is not None and live_world.tally is not None:
            self.coverage.keep(live_world.tally)
        if len(self.played) < SCENARIOS_PLAYED:
            self.played.add(live_world.scenario.name)
        self._by_key[live_world.key] = live_world
        self._by_key.move_to_end(live_world.key)
        self._evicted.pop(live_world.key, None)
        while len(self._by_key) > self.most and self._make_room():
            pass
        return live_world

    def _make_room(self) -> bool:
        """The world that nobody has used for longest is gone; False where each other one has a request under way."""
        *_, newest = self._by_key
        idle = (key for key, each in self._by_key.items() if not each.under_way and key != newest)
        key = next(idle, None)
        if key is None:
            return False
        self._retire(self._by_key.pop(key))
        self.dropped += 1
        self._evicted[key] = None
        if len(self._evicted) > EVICTED_KEYS:
            del self._evicted[next(iter(self._evicted))]
        LOG.warning("World %s made room for %s: --most-worlds is %d.", key, newest, self.most)
        return True
