import json
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whenever import Instant, ItemizedDelta, TimeDelta, ZonedDateTime

from mockserver.domain import commands, events
from mockserver.domain.commands import Command
from mockserver.domain.events import NAME_OF_EVENT, Event, WorkScheduled
from mockserver.domain.execution import Recorded
from mockserver.domain.values import StateName, Value, fields_of
from mockserver.engine.codec import CodecError, decode, encode
from tests.making import EPOCH

instants = st.integers(-(10**18), 10**18).map(lambda ns: EPOCH + TimeDelta(nanoseconds=ns))
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu"])
st.register_type_strategy(Instant, instants)
st.register_type_strategy(ZonedDateTime, st.builds(lambda at, zone: at.to_tz(zone), instants, ZONES))
st.register_type_strategy(TimeDelta, st.integers(-(10**15), 10**15).map(lambda ns: TimeDelta(nanoseconds=ns)))
st.register_type_strategy(
    ItemizedDelta,
    st.builds(ItemizedDelta, days=st.integers(0, 99), hours=st.integers(0, 99), minutes=st.integers(0, 99)),
)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


def values_of(kind: type) -> st.SearchStrategy[Any]:
    """Any value of a dataclass of the domain, drawn from the types of its fields."""
    hints = get_type_hints(kind, vars(events) | vars(commands))
    drawn = {each: _of(hints[each]) for each in fields_of(kind)}
    return st.builds(kind, **drawn)


def _of(hint: Any) -> st.SearchStrategy[Any]:
    if hint == Command:
        return st.one_of([values_of(kind) for kind in get_args(Command)])
    return values_of(hint) if isinstance(hint, type) and issubclass(hint, Value) else st.from_type(hint)


@pytest.mark.parametrize("kind", get_args(Event), ids=lambda kind: str(kind.__name__))
def test_every_event_survives_a_journey_through_json(kind: type[Event]) -> None:
    @given(at=instants, event=values_of(kind))
    def journey(at: Instant, event: Event) -> None:
        recorded = Recorded(at=at, event=event)
        assert decode(json.loads(json.dumps(encode(recorded)))) == recorded

    journey()


@pytest.mark.parametrize("kind", get_args(Command), ids=lambda kind: str(kind.__name__))
def test_every_command_survives_a_journey_through_json(kind: type[Command]) -> None:
    @given(work=values_of(kind))
    def journey(work: Command) -> None:
        recorded = Recorded(at=EPOCH, event=WorkScheduled(due=EPOCH, work=work))
        assert decode(json.loads(json.dumps(encode(recorded)))) == recorded

    journey()


GOOD = encode(Recorded(at=EPOCH, event=WorkScheduled(due=EPOCH, work=commands.ReadOrdersFeed())))
ENTERED: dict[Any, Any] = {"event": "behaviour_entered", "at": "2030-06-03T08:00:00Z", "state": "a", "stay": 1}
READ_FEED = {"command": "ReadOrdersFeed"}


@pytest.mark.parametrize(
    "broken",
    [
        None, [], "text", 7, {}, {**GOOD, "event": "unheard_of"}, {**GOOD, "event": []}, {**GOOD, "at": "yesterday"},
        {**GOOD, "at": 5}, {**GOOD, "due": None}, {**GOOD, "rank": "first"}, {**GOOD, "rank": 1.5}, {**GOOD, "more": 1},
        {key: GOOD[key] for key in GOOD if key != "rank"}, {**GOOD, "work": {"command": "Explode"}}, {**GOOD, "work": {}},
        {**GOOD, "work": "ReadOrdersFeed"}, {**GOOD, "work": None}, {**GOOD, "work": {**READ_FEED, "more": 1}},
        {**GOOD, "work": {"command": "CompleteRefund"}}, {**GOOD, "work": {"command": []}},
        {**ENTERED, "state": READ_FEED}, {**ENTERED, "stay": True}, {**ENTERED, "stay": "1"}, {**ENTERED, 3: 4},
        {"event": "answer_awaits_reads", "at": GOOD["at"], "item_id": "a", "reads": 1, "answer": READ_FEED},
        {"event": "email_sent", "at": GOOD["at"]}, {"event": "work_refused", "at": GOOD["at"], "rule": "none", "reason": ""},
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused_as_such(broken: Any) -> None:
    with pytest.raises(CodecError):
        decode(broken)


def test_the_examples_of_broken_events_are_broken_in_one_place_only() -> None:
    assert decode(GOOD).event == WorkScheduled(due=EPOCH, work=commands.ReadOrdersFeed())
    assert decode(ENTERED).event == events.BehaviourEntered(state=StateName("a"), stay=1)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["command", "id", "work", "a"]), inner),
    max_leaves=8,
)


FIELDS = st.sampled_from(["at", "due", "work", "rank", "item_ids", "order_id", "instant", "kind"])


@given(name=st.sampled_from(sorted(NAME_OF_EVENT.values())), fields=st.dictionaries(FIELDS, plain))
def test_no_mapping_is_anything_but_an_event_or_refused(name: str, fields: dict[str, Any]) -> None:
    try:
        recorded = decode({"at": "2030-06-03T08:00:00Z", **fields, "event": name})
    except CodecError:
        return
    assert decode(encode(recorded)) == recorded
