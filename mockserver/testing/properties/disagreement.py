"""A run of a client, told as a scenario of its own: what was asked and answered, and last what the client believed instead.

What is told is recorded at the mock's own door, so that any client is seen. Run without Hypothesis and without the client, the
scenario fails at that step with the same disagreement. It must never judge a run.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec
from whenever import Instant

from mockserver.client.asgi import response_of
from mockserver.client.channel import Response
from mockserver.client.in_process import InProcess
from mockserver.domain.readings import READINGS, ReadingName
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.values import OrderId
from mockserver.engine.live_world import LiveWorld
from mockserver.runner.answers import RULE_HEADER
from mockserver.scenario.notation import written
from mockserver.scenario.scenario import Scenario
from mockserver.scenario.source import read_source
from mockserver.testing.properties.scenarios import text_of
from mockserver.web.answers import Message, Receive, Scope, Send
from mockserver.web.fault_injection import ConnectionDroppedError
from mockserver.web.imin_api.cancellation_body import identifiers_of
from mockserver.web.imin_api.errors import RefusedRequestError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request to imin's API and its answer. ``moved``: something happened in the world by it."""

    at: Instant
    method: str
    path: str
    query: str
    body: bytes
    response: Response
    moved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """Something done by the Seller or to the machine, as a timeline says it."""

    at: Instant
    action: Mapping[str, Any]


@dataclass(slots=True)
class Record:
    """Everything so far, in order."""

    entries: list[Asked | Did] = field(default_factory=list)

    def keep(self, channel: InProcess, live_world: LiveWorld) -> None:
        """Record from now on all that imin's API is asked through this channel, at the present of this world."""
        app = channel.server.app

        async def recorded(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not scope["path"].startswith("/api/v2/"):
                await app(scope, receive, send)
                return
            at, before = live_world.clock.now(), len(live_world.journal)
            taken: list[Message] = []
            sent: list[Message] = []

            async def take() -> Message:
                taken.append(await receive())
                return taken[-1]

            async def give(message: Message) -> None:
                sent.append(message)
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    note()  # before the client has the whole answer, and asks on
                await send(message)

            def note() -> None:
                self.entries.append(
                    Asked(
                        at=at,
                        method=scope["method"],
                        path=scope["path"],
                        query=scope["query_string"].decode("latin-1"),
                        body=b"".join(message.get("body", b"") for message in taken),
                        response=response_of(scope["method"], sent),
                        moved=len(live_world.journal) != before,
                    )
                )

            try:
                await app(scope, take, give)
            except ConnectionDroppedError:
                sent.clear()
                note()
                raise

        channel.server = replace(channel.server, app=recorded)  # type: ignore[arg-type]  # it is only called


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What the client believed: a step that asks for the same and expects it, with its instant.

    ``unsaid``: what of it no step can say. ``since``: how much had been asked when the client was.
    """

    at: Instant
    step: Mapping[str, Any]
    unsaid: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A run up to the disagreement."""

    scenario: Scenario
    entries: Sequence[Asked | Did]
    belief: Belief
    message: str
    ends: Instant = field(default=Instant.MIN)


def retell(life: Life) -> str:
    """The text of the scenario that shows the disagreement."""
    value = read_source(life.scenario.text, file=life.scenario.name).value
    assert isinstance(value, dict)
    document: Json = {key: each for key, each in value.items() if key not in ("when", "then")}
    document["title"] = "What a client believed, and imin's API does not say"
    document["about"] = " ".join(filter(None, [life.message, life.belief.unsaid]))
    document["clock"] = "frozen"
    teller = _Teller(life.scenario)
    document["timeline"] = [*(value.get("timeline") or []), *teller.deeds(life.entries)]
    document["when"] = teller.steps(life)
    return text_of({key: each for key, each in document.items() if each})


class Disagreement(AssertionError):  # noqa: N818 - neither side of one is an error yet
    """The client shows one thing, and imin's API says another."""

    def __init__(self, message: str, life: Life) -> None:
        super().__init__(message)
        self._life = life

    @property
    def counterexample(self) -> str:
        """The text of a scenario that fails in the same way."""
        return retell(self._life)


class _Teller:
    """Tells requests and deeds in the words of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        seed = scenario.sample
        self._epoch, self._catalogue, self._readings = seed.epoch, seed.catalogue, seed.readings
        self._customers = {spec.identifier or name: name for name, spec in scenario.document.customers.items()}

    def deeds(self, entries: Sequence[Asked | Did]) -> Iterator[Json]:
        for each in entries:
            if isinstance(each, Did):
                yield {"at": written(each.at, self._epoch), **each.action}

    def steps(self, life: Life) -> list[Json]:
        """The requests that matter, and the belief in place of the last one that asked for the same."""
        asked = [(nth, each) for nth, each in enumerate(life.entries) if isinstance(each, Asked)]
        wanted = {"at": written(life.belief.at, self._epoch), **life.belief.step}
        told: list[tuple[Json, bool]] = []
        place: int | None = None
        for nth, each in asked:
            step = self._step(each)
            if step is None:
                continue
            told.append((step, each.moved or each.method == "PATCH"))
            if nth >= life.belief.since and _asks_the_same(step, wanted) and not (step.keys() & {"drops", "truncated"}):
                place = len(told) - 1
        if place is None:
            return [*(step for step, matters in told if matters), wanted]
        # What came after the answer that the client misread is no part of the story.
        asked_for = told[place][0]
        return [*(step for step, matters in told[:place] if matters), {**asked_for, **_laid_over(asked_for, wanted)}]

    def _step(self, asked: Asked) -> Json | None:
        """The step that asks for the same and expects what was answered; ``None`` where no step says it."""
        told = self._question(asked)
        if told is None:
            return None
        answer = asked.response
        if answer.dropped:
            return {**told, "drops": True}
        if answer.truncated:
            return {**told, "truncated": True}
        if answer.status != 200:
            rule = answer.header(RULE_HEADER)
            by_rule = "cancel" in told and rule is not None
            return {**told, "expect": {"status": answer.status, "rule": rule} if by_rule else answer.status}
        with suppress(msgspec.DecodeError, KeyError, TypeError, StopIteration):
            told["expect"] = self._shown(told, msgspec.json.decode(answer.body))
        return {key: each for key, each in told.items() if each not in ({}, [])}

    def _shown(self, told: Json, body: Mapping[str, Any]) -> Any:
        if "list_orders" in told:
            return [self._catalogue.orders[OrderId(each["identifier"])].name for each in body.get("imin:item", ())]
        items = body.get("imin:item", ()) if "list_upcoming" in told else body["orderedItem"]
        return {self._item(each, body): _word(each["orderItemStatus"]) for each in items}

    def _item(self, shown: Mapping[str, Any], body: Mapping[str, Any]) -> str:
        """What the scenario calls an item that an answer shows."""
        order = self._catalogue.orders[OrderId(shown.get("imin:order", body)["identifier"])]
        return next(str(item.id) for item in order.items if item.identifier == shown["identifier"])

    def _question(self, asked: Asked) -> Json | None:
        parts = asked.path.removeprefix("/api/v2/").split("/")
        at: Json = {"at": written(asked.at, self._epoch)}
        if len(parts) == 2:
            order = self._catalogue.orders.get(OrderId(unquote(parts[1])))
            if order is None:
                return None
            if asked.method == "GET":
                return {**at, "get_order": order.name}
            try:
                readings = {**self._readings, ReadingName.PATCH_BODY: READINGS[ReadingName.PATCH_BODY].default}
                items = identifiers_of(asked.body, order.id, readings)
            except RefusedRequestError:
                return None
            names = {item.identifier: str(item.id) for item in order.items}
            known = [names[item] for item in items if item in names]
            return {**at, "cancel": known, "of": order.name} if len(known) == len(items) else None
        query = parse_qs(asked.query)
        customer = self._customers.get(query.get("customerIdentifier", [""])[0])
        operation = {"order-items": "list_upcoming", "orders": "list_orders"}.get(parts[0])
        page = query.get("page", ["1"])[0]
        if customer is None or operation is None or not page.isdecimal() or int(page) < 1:
            return None
        return {**at, operation: customer, **({} if page == "1" else {"page": int(page)})}


_KINDS = ("list_upcoming", "list_orders", "get_order", "cancel")


def _asks_the_same(step: Json, wanted: Json) -> bool:
    """Whether a request is the one that the belief is about; of a list, the page on which the item stands."""
    kind = next(key for key in _KINDS if key in wanted)
    if kind not in step or step["at"] != wanted["at"]:
        return False
    if kind == "cancel":
        return bool(step["of"] == wanted["of"] and set(wanted["cancel"]) == set(step["cancel"]))
    return bool(step[kind] == wanted[kind])


def _laid_over(step: Json, wanted: Json) -> Json:
    """The belief on top of what was really answered, where both say it of items."""
    over = {key: each for key, each in wanted.items() if key not in ("cancel", "of")}
    answered = step.get("expect")
    if isinstance(answered, dict) and isinstance(over.get("expect"), dict) and "cancel" not in step:
        over["expect"] = {**answered, **over["expect"]}
    if "absent" in over and isinstance(answered, dict):
        over["expect"] = {item: status for item, status in answered.items() if item not in over["absent"]}
    return over


def _word(url: str) -> str:
    """A status as a scenario says it."""
    word = url.rpartition("/")[2]
    return {"CustomerAttended": OrderItemStatus.ATTENDED.value}.get(word, word)
