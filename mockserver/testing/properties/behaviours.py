"""Strategies for how a world behaves: how the Booking System answers, publishes and refunds, and the machine that changes it.

Everything is drawn as the ``behaviour:`` of a scenario file. Shrinking leads to a Booking System that confirms. It must
never know what was booked, but by its names.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from mockserver.domain.behaviour import AnswerKind
from mockserver.domain.twins import Twin

Json = dict[str, Any]

FEED_TWINS = (Twin.FEED_LOSES_ITEM.value, Twin.REVERSAL_AFTER_CANCELLATION.value)
"""The twins whose OrdersFeed does what no lawful one does: for ``scenarios(twins=...)``."""

_EVENTS = (
    "cancellation_requested", "cancellation_confirmed", "cancellation_refused", "order_published", "order_update_read",
    "refund_completed", "email_sent",
)  # fmt: skip
_STATES = ("first", "second", "last")


def _durations(*choices: str) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


def answers() -> st.SearchStrategy[Json]:
    """How the Booking System answers a cancellation: confirms, refuses, never answers; at once, late, or after reads."""
    reads = st.integers(1, 3).map(lambda number: {"reads": number})
    kinds = [AnswerKind.CONFIRM.value, *(kind.value for kind in AnswerKind if kind is not AnswerKind.CONFIRM)]
    return st.fixed_dictionaries(
        {},
        optional={
            "answers": st.sampled_from(kinds),
            "after": st.one_of(_durations("PT30S", "PT0S", "PT2M", "PT1H", "P1D"), reads),
            "reason": st.just("The coach is paid."),
        },
    )


def feeds() -> st.SearchStrategy[Json]:
    """How the OrdersFeed publishes: with a lag, an outage, duplicates, out of order."""
    duplicates = st.one_of(
        st.integers(0, 2),
        st.fixed_dictionaries({"times": st.integers(1, 2), "every": _durations("PT30S", "PT5M")}),
    )
    return st.fixed_dictionaries(
        {},
        optional={
            "lag": _durations("PT30S", "PT0S", "PT10M"),
            "outage": st.booleans(),
            "duplicates": duplicates,
            "reorder": st.booleans(),
        },
    )


def _imin(*, api_faults: bool) -> st.SearchStrategy[Json]:
    refund = st.fixed_dictionaries(
        {},
        optional={
            "takes": _durations("PT5S", "PT0S", "PT2M"),
            "fails": st.integers(0, 2),
            "retry_every": _durations("PT1M", "PT30S"),
        },
    )
    optional: dict[str, st.SearchStrategy[Any]] = {
        "reads_feed_every": _durations("PT60S", "PT0S", "PT7M"),
        "refund": refund,
    }
    if api_faults:
        optional["api"] = _api()
    return st.fixed_dictionaries({}, optional=optional)


def _api() -> st.SearchStrategy[Json]:
    """Faults of imin's API that pass, so that a patient client gets its answer."""
    what: list[Json] = [
        {"respond": {"status": 503, "headers": {"Retry-After": 2}}},
        {"drop_connection": "before"},
        {"drop_connection": "after"},
        {"truncate_body": True},
        {"latency": "PT1S"},
    ]
    fault = st.builds(lambda told, times: {**told, "times": times}, st.sampled_from(what), st.integers(1, 2))
    return st.fixed_dictionaries({}, optional={"list_upcoming": fault, "get_order": fault, "cancel": fault})


@st.composite
def behaviours(
    draw: st.DrawFn,
    items: Sequence[str] = (),
    orders: Sequence[str] = (),
    *,
    api_faults: bool = True,
    feed: st.SearchStrategy[Json] | None = None,
) -> Json:
    """A machine of one to three states, with timers and transitions on events; ``items`` may be answered for differently.

    The Seller acts on the ``orders``. ``api_faults=False`` leaves out faults of imin's API, ``feed`` says how the OrdersFeed is.
    """
    states = _STATES[-draw(st.integers(1, len(_STATES))) :]
    drawn: dict[str, Json] = {}
    for name in states:
        state: Json = {"booking_system": draw(answers())}
        told = draw(feeds() if feed is None else feed)
        if told:
            state["booking_system"]["feed"] = told
        if draw(st.booleans()) and items:
            state["booking_system"]["items"] = {draw(st.sampled_from(list(items))): draw(answers())}
        state["imin"] = draw(_imin(api_faults=api_faults))
        drawn[name] = {key: each for key, each in state.items() if each}
        if name != states[-1]:
            drawn[name] |= draw(_ways_out(states, orders, is_first=name == states[0]))
    return {"initial": states[0], "states": drawn}


@st.composite
def _ways_out(draw: st.DrawFn, states: Sequence[str], orders: Sequence[str], *, is_first: bool) -> Json:
    """Ways out of a state. Only the first one is left at an instant, and only for the last, which nothing leaves: no circles."""
    ways: Json = {}
    if draw(st.booleans()):
        ways["after"] = {draw(_durations("PT10M", "PT1H")): draw(st.sampled_from(states))}
    if is_first and draw(st.booleans()):
        ways["at"] = {draw(_durations("+5m", "+1d")): states[-1]}
    if draw(st.booleans()):
        move: Json = {"event": draw(st.sampled_from(_EVENTS)), "to": draw(st.sampled_from(states[1:]))}
        if draw(st.booleans()) and orders:
            move["do"] = {"do": "seller_cancels", "order": draw(st.sampled_from(list(orders)))}
        ways["on"] = [move]
    return ways


@st.composite
def feed_adversaries(draw: st.DrawFn, items: Sequence[str] = (), orders: Sequence[str] = ()) -> Json:
    """Behaviours whose OrdersFeed is against you, and in the end tells everything: late, dark for a while, twice, out of order.

    An adverse state passes into one whose feed works. What is never published at all, and what is taken back, is no lawful
    feed: ``scenarios(twins=FEED_TWINS)``.
    """
    adverse: list[Mapping[str, Any]] = [
        {"lag": "PT10M"},
        {"outage": True},
        {"duplicates": {"times": 3, "every": "PT1M"}},
        {"reorder": True, "lag": "PT2M"},
        {"duplicates": 2, "reorder": True, "lag": "PT5M"},
    ]
    behaviour = draw(behaviours(items, orders, api_faults=False, feed=st.just({})))
    calm = next(reversed(behaviour["states"]))
    dark: Json = {
        "booking_system": {"feed": dict(draw(st.sampled_from(adverse)))},
        "after": {draw(_durations("PT30M", "P1D")): behaviour.get("initial", calm)},
    }
    return {"initial": "adverse", "states": {"adverse": dark, **behaviour["states"]}}
