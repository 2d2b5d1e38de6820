"""A world's clock, with what is due on the way: it is done first, and then told."""

from typing import Any

from whenever import Instant

from mockserver.engine.live_world import QUIET_LIMIT, LiveWorld
from mockserver.foundation.limits import EVENTS_OF_ONE_ADVANCE
from mockserver.scenario.seed import Running, Stepping
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.observation_shapes import Advanced
from mockserver.web.admin_api.observations import happened_after
from mockserver.web.admin_api.rows import (
    NO_QUERY,
    NO_WORLD,
    WORLD,
    Paths,
    look_at_world,
    problem_says,
)
from mockserver.web.admin_api.shapes import ADVANCE, Advance, ClockView
from mockserver.web.answers import Answer, json_answer
from mockserver.web.decoder import json_body, wrong_shape
from mockserver.web.instants import instant_of, is_date_time, is_period, later_by
from mockserver.web.operation import Call, Operation, OperationOutcome

_WAYS = ("by", "to", "to_next", "until_quiet")


def show_clock(control: Control, call: Call) -> Answer:
    """The clock."""
    return json_answer(clock_view(control.live_world_of(call)))


def advance(control: Control, call: Call) -> Answer:
    """Go forward."""
    wanted: Advance = call.body
    _check(wanted)
    live_world = control.find(call)
    before = len(live_world.journal)
    now = live_world.catch_up()
    timezone = live_world.seed.timezone
    if wanted.to_next:
        passage = live_world.advance_to_next()
    elif wanted.until_quiet:
        limit = QUIET_LIMIT if wanted.within is None else later_by(now, wanted.within, timezone) - now
        passage = live_world.until_quiet(limit, EVENTS_OF_ONE_ADVANCE)
    else:
        passage = live_world.advance(lambda present: _target(wanted, present, timezone), EVENTS_OF_ONE_ADVANCE)
    due = live_world.next_due()
    return json_answer(
        {
            "now": live_world.present().format_iso(),
            "complete": passage.complete,
            "quiet": live_world.world.is_quiet,
            "next_due": None if due is None else due.format_iso(),
            "happened": happened_after(live_world, before),
        }
    )


def clock_view(live_world: LiveWorld) -> dict[str, Any]:
    """The clock, key by key."""
    clock, due = live_world.clock, live_world.next_due()
    return {
        "now": live_world.present().format_iso(),
        "mode": clock.mode,
        "rate": clock.setting.rate if isinstance(clock.setting, Running) else None,
        "step": clock.setting.by.format_iso() if isinstance(clock.setting, Stepping) else None,
        "epoch": live_world.seed.epoch.format_iso(),
        "timezone": live_world.seed.timezone,
        "next_due": None if due is None else due.format_iso(),
        "quiet": live_world.world.is_quiet,
    }


def _target(wanted: Advance, present: Instant, timezone: str) -> Instant:
    return instant_of(wanted.to) if wanted.to is not None else later_by(present, str(wanted.by), timezone)


def _check(wanted: Advance) -> None:
    """*Raises* :class:`RefusalError` unless exactly one way is given, and given well."""
    given = [way for way in _WAYS if getattr(wanted, way) is not None]
    if len(given) != 1:
        said = f"it has {' and '.join(given)}" if given else "it has none"
        raise wrong_shape(f'Give exactly one of "by", "to", "to_next" and "until_quiet"; {said}.')
    if wanted.within is not None and not wanted.until_quiet:
        raise wrong_shape('"within" belongs to "until_quiet".')
    if wanted.to_next is False or wanted.until_quiet is False:
        raise wrong_shape(f'"{given[0]}" can only be true.')
    for name in ("by", "within"):
        period = getattr(wanted, name)
        if period is not None and not is_period(period):
            back = " A clock cannot go back; reset or fork the world." if period.startswith("-") else ""
            raise wrong_shape(f'"{name}" is a period such as "PT5M", "P1D" or "P1DT12H", not {period[:60]!r}.{back}')
    if wanted.to is not None and not is_date_time(wanted.to):
        raise wrong_shape(
            f'"to" is a date-time with its offset, such as "2030-06-03T09:00:00+01:00", not {wanted.to[:60]!r}.'
        )


ADVANCES: dict[str, Any] = {
    "by a period": {"by": "PT5M"},
    "to an instant": {"to": "2030-06-04T09:00:00+01:00"},
    "to what is due next": {"to_next": True},
    "until nothing is due": {"until_quiet": True, "within": "P7D"},
}

PATHS: Paths = {
    f"{WORLD}/clock": {
        "GET": look_at_world("showClock", "clock", "The clock", show_clock, ClockView)
    },
    f"{WORLD}/clock/advance": {
        "POST": Operation(
            id="advanceClock",
            tag="clock",
            summary="Go forward in time",
            about="Everything that is due on the way is done, in order, before the answer. Periods follow the calendar of the"
            " scenario's zone: P1D is the same time tomorrow, also across a clock change.",
            carry_out=advance,
            query=NO_QUERY,
            body=json_body(Advance, schema=ADVANCE, examples=ADVANCES),
            outcomes={
                200: OperationOutcome(says="Where the clock stands, and what happened.", shape=Advanced),
                404: NO_WORLD,
                409: problem_says("That is in the past, or out of the calendar; the clock has not moved."),
            },
        )
    },
}  # fmt: skip
