"""The worlds on one port, by key. The first use of a key creates its world; the least recently used one makes room."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from whenever import Instant

from mockserver.domain.evolve import evolve
from mockserver.domain.law_breakers import LawBreaker
from mockserver.domain.readings import ReadingName
from mockserver.domain.unfolding import Recorded
from mockserver.domain.values import replace
from mockserver.engine.clock import WallClock, WorldClock, wall_now
from mockserver.engine.codec import CodecError, decode, encode
from mockserver.engine.coverage.ledger import Ledger
from mockserver.engine.coverage.tally import Tally
from mockserver.engine.exchanges import ExchangeRing
from mockserver.engine.journal import Journal
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.rehearsal import Observer, Rehearsal
from mockserver.scenario.seed import ClockSetting, Running, Seed

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario


def digest_of(scenario: "Scenario") -> str:
    """A short mark of the scenario's text, so that a snapshot is not restored into another text."""
    return sha256(scenario.text.encode()).hexdigest()[:16]


def seal_of(epoch: str, now: str, journal: Iterable[Recorded], law_breaker: LawBreaker | None) -> str:
    """A mark of a snapshot's content, so that one which was changed by hand is not restored into an illegal world."""
    content = msgspec.json.encode((epoch, now, [encode(recorded) for recorded in journal], law_breaker))
    return sha256(content).hexdigest()


class UnknownScenarioError(Exception):
    """There is no scenario of this name."""


class UnreadableScenarioError(Exception):
    """A scenario of this name is there, but its text cannot be read at all."""


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

    def find(self, name: str) -> "Scenario":
        """The scenario.

        *Raises* :class:`UnknownScenarioError`, :class:`UnreadableScenarioError`, or ``ScenarioFaults`` if its file is faulty.
        """


@dataclass(slots=True, kw_only=True)
class Worlds:
    """All worlds of one server. ``live``: their clocks run from now, whatever the scenario says.

    ``twin`` breaks a law in every world that asks for no law breaker itself; ``twins``: whether any world may have one.
    ``readings`` hold in every world, whatever its scenario chooses.
    """

    scenarios: Scenarios
    make_journal: Callable[[], Journal]
    most: int = 1000
    exchanges_kept: int = 500
    live: bool = False
    twin: LawBreaker | None = None
    twins: bool = True
    readings: Mapping[ReadingName, str] = field(default_factory=dict)
    wall: WallClock = wall_now
    observer: Observer | None = None
    coverage: Ledger | None = None
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
        return self._keep(self._start(key, self._scenario_of(key)))

    def reset(self, key: str) -> Rehearsal:
        """The world of a key, begun again; where that fails, the old one goes on.

        *Raises* :class:`UnknownWorldError`, :class:`KeyRefusedError`.
        """
        self.find(key)
        return self._keep(self._start(key, self._scenario_of(key)))

    def drop(self, key: str) -> None:
        """Forget a world. *Raises* :class:`UnknownWorldError`."""
        self._retire(self.find(key))
        del self._by_key[key]

    def fork(self, key: str, to: str) -> Rehearsal:
        """A second world in the same state, with a life of its own.

        *Raises* :class:`UnknownWorldError`, :class:`KeyRefusedError`, :class:`WorldExistsError`.
        """
        origin = self.find(key)
        own, other = parse_key(key), parse_key(to)
        if (other.scenario, other.law_breaker) != (own.scenario, own.law_breaker):
            raise KeyRefusedError(
                f"A fork of {key!r} runs the same scenario: its key is {replace(own, label='<label>')}."
            )
        if to in self._by_key:
            raise WorldExistsError(f"A world with the key {to!r} is there already.")
        origin.catch_up()
        return self._resume(
            to, origin.scenario, origin.seed, origin.clock.copy(), origin.journal.read(), origin.law_breaker
        )

    def snapshot(self, key: str) -> dict[str, Any]:
        """The whole world as a mapping of JSON values. *Raises* :class:`UnknownWorldError`."""
        rehearsal = self.find(key)
        now, epoch = rehearsal.catch_up().format_iso(), rehearsal.seed.epoch.format_iso()
        journal = list(rehearsal.journal.read())
        return {
            "version": 1,
            "scenario": rehearsal.scenario.name,
            "digest": digest_of(rehearsal.scenario),
            "law_breaker": None if rehearsal.law_breaker is None else rehearsal.law_breaker.value,
            "seal": seal_of(epoch, now, journal, rehearsal.law_breaker),
            "epoch": epoch,
            "now": now,
            "journal": [encode(recorded) for recorded in journal],
        }

    def restore(self, key: str, snapshot: Mapping[str, Any]) -> Rehearsal:
        """A new world from a snapshot. *Raises* :class:`SnapshotError` and what :meth:`create` raises."""
        if key in self._by_key:
            raise WorldExistsError(f"A world with the key {key!r} is there already; drop it first.")
        scenario = self._scenario_of(key)
        made_of = tuple(snapshot.get(part) for part in ("version", "scenario", "digest"))
        if made_of != (1, scenario.name, digest_of(scenario)):
            raise SnapshotError(f"The snapshot is not one of the scenario {scenario.name!r} as it is now.")
        law_breaker = self._law_breaker_of(key, scenario)
        if snapshot.get("law_breaker", "") != law_breaker:
            raise SnapshotError("The snapshot and the key do not name the same law breaker.")
        try:
            journal = [decode(mapping) for mapping in snapshot["journal"]]
            if snapshot["seal"] != seal_of(snapshot["epoch"], snapshot["now"], journal, law_breaker):
                raise SnapshotError("The snapshot was changed after it was made.")
            seed = self._seed_of(scenario, Instant.parse_iso(snapshot["epoch"]))
            clock = WorldClock.starting(self._clock_of(scenario), Instant.parse_iso(snapshot["now"]), self.wall)
        except (CodecError, KeyError, TypeError, ValueError) as error:
            raise SnapshotError(f"The snapshot cannot be restored: {error}") from error
        return self._resume(key, scenario, seed, clock, journal, law_breaker)

    def _scenario_of(self, key: str) -> "Scenario":
        try:
            return self.scenarios.find(parse_key(key).scenario)
        except UnknownScenarioError as error:
            raise KeyRefusedError(str(error)) from error

    def _law_breaker_of(self, key: str, scenario: "Scenario") -> LawBreaker | None:
        """The key's, else the scenario's, else the server's. *Raises* :class:`KeyRefusedError` where none is allowed."""
        asked = parse_key(key).law_breaker or scenario.law_breaker or self.twin
        if asked is not None and not self.twins:
            raise KeyRefusedError("The key asks for an evil twin, and this server was started with --no-twins.")
        return asked

    def _epoch_of(self, scenario: "Scenario") -> Instant:
        if self.live or scenario.epoch is None:
            return self.wall().round("second", mode="floor")
        return scenario.epoch

    def _clock_of(self, scenario: "Scenario") -> ClockSetting:
        return Running(rate=1) if self.live else scenario.clock

    def _seed_of(self, scenario: "Scenario", epoch: Instant) -> Seed:
        seed = scenario.seed(epoch)
        return replace(seed, readings={**seed.readings, **self.readings}) if self.readings else seed

    def _start(self, key: str, scenario: "Scenario") -> Rehearsal:
        seed = self._seed_of(scenario, self._epoch_of(scenario))
        law_breaker = self._law_breaker_of(key, scenario)
        return Rehearsal.starting(
            key=key,
            scenario=scenario,
            seed=seed,
            setting=self._clock_of(scenario),
            wall=self.wall,
            journal=self.make_journal(),
            exchanges=ExchangeRing(self.exchanges_kept),
            law_breaker=law_breaker,
            observer=self.observer,
            tally=self._tally_of(scenario, seed, law_breaker),
        )

    def _resume(
        self,
        key: str,
        scenario: "Scenario",
        seed: Seed,
        clock: WorldClock,
        journal: Iterable[Recorded],
        law_breaker: LawBreaker | None,
    ) -> Rehearsal:
        rehearsal = Rehearsal(
            key=key,
            scenario=scenario,
            seed=seed,
            clock=clock,
            journal=self.make_journal(),
            exchanges=ExchangeRing(self.exchanges_kept),
            law_breaker=law_breaker,
            observer=self.observer,
        )
        for recorded in journal:
            evolve(rehearsal.world, recorded.event)
            rehearsal.journal.append([recorded])
        rehearsal.tally = self._tally_of(scenario, seed, law_breaker)
        if rehearsal.tally is not None:
            rehearsal.tally.take_up(rehearsal.world)
        return self._keep(rehearsal)

    def _tally_of(self, scenario: "Scenario", seed: Seed, law_breaker: LawBreaker | None) -> Tally | None:
        """The counter of a new world. What an evil twin does is no behaviour of the mock, and is not counted."""
        if self.coverage is None or law_breaker is not None:
            return None
        return Tally.beginning(scenario.name, seed.machine, seed.readings)

    def _retire(self, rehearsal: Rehearsal) -> None:
        if self.coverage is not None and rehearsal.tally is not None:
            self.coverage.retire(rehearsal.tally)

    def _keep(self, rehearsal: Rehearsal) -> Rehearsal:
        before = self._by_key.get(rehearsal.key)
        if before is not None:
            self._retire(before)
        if self.coverage is not None and rehearsal.tally is not None:
            self.coverage.keep(rehearsal.tally)
        self._by_key[rehearsal.key] = rehearsal
        self._by_key.move_to_end(rehearsal.key)
        while len(self._by_key) > self.most:
            self._retire(self._by_key.popitem(last=False)[1])
            self.dropped += 1
        return rehearsal
