"""A recording played again in a fresh world: the requests of a session at the same instants, or the commands of a journal.

It ends at the first answer or event that is another one now, with the state that led there. It knows how a session is placed on a
world's clock. It must never know how a divergence is told.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from whenever import Instant

from mockserver.client.channel import Channel
from mockserver.client.control import world_path
from mockserver.domain import values
from mockserver.domain.catalogue import Order
from mockserver.domain.commands import EnterState
from mockserver.domain.execution import Recorded
from mockserver.domain.readings import ReadingName
from mockserver.domain.twins import Twin
from mockserver.domain.world import WorldState
from mockserver.engine.codec import CodecError, decode, encode
from mockserver.engine.narration import tell
from mockserver.engine.predictions import answer_about
from mockserver.engine.replay import DivergenceError, command_behind, redecide
from mockserver.exchange_files.bodies import Kept
from mockserver.exchange_files.lenient_json import RecordingError, json_of
from mockserver.exchange_files.ndjson import exchange_in_line
from mockserver.exchange_files.session import Beginning, RecordedExchange, Session
from mockserver.recordings.comparison import differences
from mockserver.recordings.files import JournalFile
from mockserver.recordings.mocks import control, execute, send
from mockserver.recordings.notation import notation_of
from mockserver.scenario.seed import Seed

LABEL = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateInWords:
    """The state of a world in words that led to a divergence: its machine, its items in both views, what had happened."""

    now: str
    machine: str
    items: tuple[Mapping[str, Any], ...]
    timeline: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """The first exchange that is answered otherwise now, in what, and the state before it."""

    position: int
    was: RecordedExchange
    now: RecordedExchange
    differs: tuple[str, ...]
    state: StateInWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A session played again.

    ``notation``: the readings that were read off it. ``left_out`` says why some requests were not asked again,
    ``by_status_alone`` why some answers were compared without their body, ``not_compared`` why others not at all.
    """

    asked: int
    notation: Mapping[str, str]
    left_out: Mapping[str, int]
    by_status_alone: Mapping[str, int]
    not_compared: Mapping[str, int]
    divergence: Divergence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A session, the world to play it in, and where on its clock the session begins."""

    session: Session
    channel: Channel
    beginning: Beginning
    at: Instant

    @property
    def key(self) -> str:
        """The key of the world that it is played in."""
        twin = f"~{self.beginning.twin}" if self.beginning.twin else ""
        return f"{self.beginning.scenario}{twin}@{LABEL}"

    @property
    def notation(self) -> Mapping[str, str]:
        """The readings that the session's answers are written under."""
        return notation_of(self.session.exchanges)

    def play(self) -> Replay:
        """Everything asked again, up to the first divergence. *Raises* :class:`RecordingError` where that cannot be done."""
        asked = 0
        left_out, by_status, not_compared = Counter[str](), Counter[str](), Counter[str]()
        divergence = None
        for position, was, now in self._played():
            if now is None:
                left_out[f"whose body {was.asked}"] += 1
                continue
            asked += 1
            is_own = was.at is not None
            if was.status == 0 and not is_own:
                not_compared["that never came"] += 1
                continue
            if was.answered is not Kept.WHOLE:
                by_status[f"whose body {was.answered}"] += 1
            found = differences(was, now, headers=is_own)
            if found:
                state = self._state_before(position, was)
                divergence = Divergence(position=position, was=was, now=now, differs=tuple(found), state=state)
                break
        return Replay(
            asked=asked,
            notation=self.notation,
            left_out=left_out,
            by_status_alone=by_status,
            not_compared=not_compared,
            divergence=divergence,
        )

    def _played(self, before: int | None = None) -> Iterator[tuple[int, RecordedExchange, RecordedExchange | None]]:
        """Each exchange with what it is now, in a fresh world; those before a position only, where one is given."""
        self._begin()
        doings = list(self.beginning.doings)
        for position, (at, was) in enumerate(self._placed(), start=1):
            while doings and was.events is not None and doings[0][0] < was.events:
                self._do(doings.pop(0)[1])
            self._move_to(at)
            if position == before:
                return
            yield position, was, None if was.asked is not Kept.WHOLE else self._asked(was)

    def _begin(self) -> None:
        chosen = {
            "key": self.key,
            "clock": "frozen",
            "epoch": self.at.format_iso(),
            "readings": {**self.notation, **self.beginning.readings},
        }
        send(self.channel, "DELETE", world_path(self.key))
        control(self.channel, "POST", "/__admin/worlds", chosen)

    def _do(self, event: Mapping[str, Any]) -> None:
        """Do what a Seller did, or whoever ran the world, at its instant."""
        try:
            recorded = decode(dict(event))
            command = command_behind(recorded.event)
        except CodecError as error:
            raise RecordingError(f"holds what this version does not know. {error}") from None
        self._move_to(recorded.at)
        if isinstance(command, EnterState):
            control(self.channel, "PUT", f"{world_path(self.key)}/behaviour", {"state": command.state})
        elif command is not None:
            execute(self.channel, self.key, command)

    def _move_to(self, at: Instant) -> None:
        now = Instant.parse_iso(control(self.channel, "GET", f"{world_path(self.key)}/clock")["now"])
        if at > now:
            control(self.channel, "POST", f"{world_path(self.key)}/clock/advance", {"to": at.format_iso()})

    def _placed(self) -> Iterator[tuple[Instant, RecordedExchange]]:
        """Each exchange with its instant on the world's clock, which never goes back."""
        latest = self.at
        exchanges = self.session.exchanges
        by_date = all(each.at is None for each in exchanges) and all(
            (date := each.date) is not None and date >= self.at for each in exchanges
        )
        first = next((each.wall for each in exchanges if each.wall is not None), None)
        for each in exchanges:
            at = each.at
            if at is None and by_date:
                at = each.date
            if at is None and each.wall is not None and first is not None:
                at = self.at + (each.wall - first)
            latest = max(latest, at or latest)
            yield latest, each

    def _asked(self, was: RecordedExchange) -> RecordedExchange:
        """The exchange as it is now: as the world noted it, so that a lost answer can be compared too."""
        headers = [(name, self.key if name == "x-api-key" else value) for name, value in was.headers]
        if was.header("x-api-key") is None:
            headers.append(("x-api-key", self.key))
        send(self.channel, was.method, was.target, headers, was.body, scheme=was.origin.partition("://")[0])
        noted = send(self.channel, "GET", f"{world_path(self.key)}/exchanges?as=ndjson&last=1")
        last = noted.body.splitlines()[-1]
        if last.startswith(b'{"world"'):
            raise RecordingError(f"asks for {was.method} {was.target}, which is no request to imin's API.")
        return replace(exchange_in_line(last), number=was.number)

    def _state_before(self, position: int, was: RecordedExchange) -> StateInWords:
        for _ in self._played(before=position):
            pass
        return state_of(self.channel, self.key, was)


def state_of(channel: Channel, key: str, about: RecordedExchange) -> StateInWords:
    """The state of the world, as far as it concerns what was asked."""
    path = world_path(key)
    before, found, order = about.path.partition("/api/v2/orders/")
    if found and not before:
        listed = send(channel, "GET", f"{path}/orders/{order.partition('/')[0]}")
        orders = [json_of(listed.body)] if listed.status == 200 else []
    else:
        query = next((part for part in about.target.partition("?")[2].split("&") if part.startswith("customerId")), "")
        customer = query.partition("=")[2]
        orders = control(channel, "GET", f"{path}/orders?limit=3" + (f"&customer={customer}" if customer else ""))[
            "orders"
        ]
    told = control(channel, "GET", f"{path}/timeline")["entries"]
    return StateInWords(
        now=control(channel, "GET", f"{path}/clock")["now"],
        machine=control(channel, "GET", f"{path}/behaviour")["state"],
        items=tuple({"order": each["name"], **item} for each in orders for item in each["items"]),
        timeline=tuple(f"{each['at']}  {each['says']}  [{each['rule']}]" for each in told),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalDivergence:
    """The first event that would be another one; numbers are those of the timeline, from 1."""

    number: int
    was: str
    now: str
    because: str
    state: StateInWords


def replay_journal(recording: JournalFile, beginning: Beginning, seed: Seed) -> JournalDivergence | None:
    """The first divergence of a journal; ``None`` if it would all happen again."""
    readings = {ReadingName(name): option for name, option in beginning.readings.items()}
    seed = values.replace(seed, readings={**seed.readings, **readings})
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
        state=StateInWords(
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
