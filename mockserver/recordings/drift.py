"""A foreign recording held against the mock: the same questions in a derived world, under the readings that fit best.

It must never know how the outcome is told.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mockserver.client.control import world_path
from mockserver.client.in_process import InProcess
from mockserver.domain.readings import WORLD_READINGS, ReadingName
from mockserver.exchange_files.bodies import Kept
from mockserver.exchange_files.lenient_json import RecordingError, json_bytes
from mockserver.exchange_files.session import RecordedExchange, Session, host_in
from mockserver.recordings.comparison import Comparison, Drift
from mockserver.recordings.derived_behaviour import effective
from mockserver.recordings.derived_scenario import NAME, Derived, derive
from mockserver.recordings.drift_rules import DriftRule
from mockserver.recordings.mocks import control, mock_with, send
from mockserver.recordings.notation import notation_of
from mockserver.recordings.observed_items import Key, Seen, is_imins, order_of, seen_in
from mockserver.recordings.scrubber import Scrubber
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import Scenario, parse_scenario

IMINS_HOST = "book.imin.co"
KEY = f"{NAME}@drift"
NOT_COMPARED = frozenset({401, 403, 407, 408, 429})
"""Statuses that say nothing about what is behind the API; so do all from 500 on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """What was compared, and in what the mock drifts.

    ``compared`` is how many answers were, ``by_status_alone`` why some of them without their body, ``not_compared`` why others
    were not, ``skipped`` what else the recording has; a reason says what comes after "answers", or after "entries that".
    ``notation`` are the readings that were read off it. ``readings`` are those under which it drifts least, ``left`` is what is
    left under them.
    """

    session: Session
    scenario: str
    compared: int
    by_status_alone: Mapping[str, int]
    not_compared: Mapping[str, int]
    skipped: Mapping[str, int]
    assumed: tuple[str, ...]
    drifts: tuple[Drift, ...]
    notation: Mapping[str, str]
    readings: Mapping[str, str]
    left: tuple[Drift, ...]


def imins_part(session: Session, host: str | None) -> Session:
    """The exchanges with imin alone, without secrets; all others are counted. *Raises* :class:`RecordingError`."""
    try:
        part = with_imin(session, host)
    except RecordingError as error:
        raise RecordingError(f"{error} Where it was recorded through a proxy, name that with --host.") from None
    return Scrubber().session(replace(part, beginning=None))


def with_imin(session: Session, host: str | None = None) -> Session:
    """The exchanges with imin at one host, whichever was asked; all others are counted. *Raises* :class:`RecordingError`."""
    asked = Counter(_host(each) for each in session.exchanges if is_imins(each))
    named = None if host is None else host_in(host)
    chosen = named or (IMINS_HOST if asked[IMINS_HOST] else next(iter(asked), ""))
    kept = [each for each in session.exchanges if is_imins(each) and _host(each) == chosen]
    skipped = dict(session.skipped)
    others = sum(_host(each) != chosen for each in session.exchanges)
    unlike = len(session.exchanges) - others - len(kept)
    skipped |= {"are with other hosts": others} if others else {}
    skipped |= {"are not with the part of imin's API that the mock has": unlike} if unlike else {}
    if not kept:
        hosts = ", ".join(sorted({_host(each) for each in session.exchanges})[:5])
        raise RecordingError(
            f"has no request to imin's Booking API{f' at {host}' if host else ''} (its hosts: {hosts})."
        )
    return replace(session, exchanges=tuple(kept), skipped=skipped)


def _host(taken: RecordedExchange) -> str:
    return taken.origin.partition("://")[2]


def find_drift(session: Session, own: Sequence[DriftRule] = (), scenario: Scenario | None = None) -> DriftReport:
    """In what the mock drifts from a scrubbed session; with a scenario, in that and not in a derived one.

    *Raises* :class:`RecordingError` where no scenario can be derived.
    """
    seen = seen_in(session)
    derived = derive(seen)
    run = _Run(
        session=session,
        seen=seen,
        derived=derived,
        own=own,
        scenario=scenario or _parsed(derived),
        notation=notation_of(session.exchanges),
    )
    drifts = run.drifts({})
    refused = _refused_by_the_booking_system(seen, drifts)
    if refused and scenario is None:
        derived = derive(seen, refused)
        run = replace(run, derived=derived, scenario=_parsed(derived))
        drifts = run.drifts({})
    readings, left = _best_readings(run, drifts)
    compared = [each for index, each in enumerate(session.exchanges) if run.why_not(index) is None]
    not_compared = [why for index in range(len(session.exchanges)) if (why := run.why_not(index)) is not None]
    if not compared:
        what = ", ".join(f"{count} {why}" for why, count in Counter(not_compared).items())
        raise RecordingError(f"has no answer that can be compared with the mock's: {what}.")
    return DriftReport(
        session=session,
        scenario=run.scenario.text,
        compared=len(compared),
        by_status_alone=Counter(f"whose body {each.answered}" for each in compared if each.answered is not Kept.WHOLE),
        not_compared=Counter(not_compared),
        skipped=session.skipped,
        assumed=tuple(derived.assumed) if scenario is None else (),
        drifts=tuple(drifts),
        notation=run.notation,
        readings=readings,
        left=tuple(left),
    )


def _refused_by_the_booking_system(seen: Seen, drifts: Sequence[Drift]) -> frozenset[Key]:
    """Items that imin called cancellable and whose cancellation it refused: the Booking System's own rules, which it may have."""
    accepted = {each.position - 1 for each in drifts if each.place == "the status" and each.mock == "204"}
    return frozenset(
        item
        for each in seen.cancellations
        if each.index in accepted and each.status == 400 and each.error == "CancellationNotPermittedError"
        for item in each.keys
        if item in seen.items
        and [s.flag for s in seen.items[item].sightings if s.index < each.index and s.flag is not None][-1:] == [True]
        and [s.status for s in seen.items[item].sightings if s.index < each.index][-1:] == ["OrderItemConfirmed"]
    )


def _best_readings(run: "_Run", drifts: list[Drift]) -> tuple[dict[str, str], list[Drift]]:
    """The fewest readings under which least is left, found one after the other."""
    chosen: dict[str, str] = {}
    left = drifts
    while left:
        tried = [
            (len(found), name.value, option, found)
            for name, reading in WORLD_READINGS.items()
            for option in reading.options
            if name.value not in chosen and name.value not in run.notation and option != reading.default
            for found in [run.drifts({**chosen, name.value: option})]
        ]
        best = min(tried, key=lambda each: each[0], default=None)
        if best is None or best[0] >= len(left):
            break
        chosen[best[1]] = best[2]
        left = best[3]
    return chosen, left


def _parsed(derived: Derived) -> Scenario:
    try:
        return parse_scenario(derived.text, name=NAME)
    except ScenarioFaults as found:
        first = found.faults[0]
        raise RecordingError(f"shows what no scenario can hold: {first.path}: {first.message}.") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The questions of a session, asked in a fresh world under chosen readings, its ``notation`` always among them."""

    session: Session
    seen: Seen
    derived: Derived
    own: Sequence[DriftRule]
    scenario: Scenario
    notation: Mapping[str, str]

    def why_not(self, index: int) -> str | None:
        """Why the answer is not compared; ``None`` where the mock can know what imin knew.

        An order or an item that no answer shows is in no derived scenario.
        """
        taken = self.session.exchanges[index]
        order = order_of(taken)
        if taken.status == 0:
            return "that never came"
        if taken.status in NOT_COMPARED or taken.status >= 500:
            return "that say nothing of what is behind imin's API"
        if taken.asked is not Kept.WHOLE:
            return f"to a request whose body {taken.asked}"
        if order is None or taken.status == 404:
            return None
        if order not in self.derived.orders:
            return "about an order that no answer shows"
        asked = next((each for each in self.seen.cancellations if each.index == index), None) if taken.body else None
        is_about_unknown = asked is not None and any(each not in self.derived.names for each in asked.keys)
        if is_about_unknown and asked is not None and asked.error in {None, "CancellationNotPermittedError"}:
            return "about an order item that no answer shows"
        return None

    def drifts(self, readings: Mapping[str, str]) -> list[Drift]:
        mock = mock_with([self.scenario])
        key = f"{self.scenario.name}@drift"
        path = world_path(key)
        own = {ReadingName(name).value: option for name, option in self.scenario.readings.items()}
        chosen = {**own, **self.notation, **readings}
        begins = {"key": key, "clock": "frozen", "readings": chosen}
        control(mock, "POST", "/__admin/worlds", {**begins, "epoch": self.derived.epoch.format_iso()})
        comparison = Comparison(own=self.own, names=self.derived.identifiers)
        for item in self.derived.before:
            self._cancel(mock, key, item)
        effects = {each.index: each for each in self.seen.cancellations if effective(self.seen, each)}
        found: list[Drift] = []
        now = self.derived.epoch
        for index, taken in enumerate(self.session.exchanges):
            if self.seen.at[index] > now:
                now = self.seen.at[index]
                control(mock, "POST", f"{path}/clock/advance", {"to": now.format_iso()})
            is_compared = self.why_not(index) is None
            if index in effects and effects[index].inferred:
                for item in effects[index].keys:
                    self._cancel(mock, key, item)
            elif is_compared or index in effects:
                answer = self._asked(mock, taken, key)
                if is_compared:
                    found += comparison.drifts(index + 1, taken, answer)
        return found

    def _cancel(self, mock: InProcess, key: str, item: Key) -> None:
        """Ask to cancel one item, as somebody did in a way that the recording does not have."""
        order, identifier = (self.derived.identifiers[each] for each in item)
        body = json_bytes({"orderIdentifier": order, "orderItemIdentifier": identifier})
        send(mock, "PATCH", f"/api/v2/orders/{order}", [("x-api-key", key)], body)

    def _asked(self, mock: InProcess, taken: RecordedExchange, key: str) -> RecordedExchange:
        scheme, _, host = taken.origin.partition("://")
        target, body = taken.target, taken.body.decode("utf-8", "replace")
        for real, ours in self.derived.identifiers.items():
            if real != ours:
                target, body = target.replace(real, ours), body.replace(real, ours)
        headers = [("host", host), ("x-api-key", key)]
        headers += [(name, value) for name, value in taken.headers if name == "content-type"]
        got = send(mock, taken.method, target, headers, body.encode(), scheme=scheme)
        rule = got.header(b"x-imin-mock-rule")
        return replace(taken, status=got.status, response_body=got.body, rule=rule, answered=Kept.WHOLE)
