"""Operations about a world's clock. Going forward first does everything that is due on the way, then says what it was."""

from typing import Any

from whenever import Instant

from mockserver.engine.clock import ClockMovedBackError
from mockserver.engine.rehearsal import QUIET_LIMIT, Rehearsal
from mockserver.limits import EVENTS_OF_ONE_ADVANCE
from mockserver.scenario.seed import Running, Stepping
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.observations import happened_after
from mockserver.web.admin_api.shapes import Advance
from mockserver.web.answers import Answer, json_answer
from mockserver.web.decoding import wrong_shape
from mockserver.web.instants import instant_of, is_date_time, is_period, later_by
from mockserver.web.operation import Call

_WAYS = ("by", "to", "to_next", "until_quiet")


def show_clock(control: Control, call: Call) -> Answer:
    """The clock."""
    return json_answer(clock_view(control.rehearsal_of(call)))


def advance(control: Control, call: Call) -> Answer:
    """Go forward."""
    wanted: Advance = call.body
    _check(wanted)
    rehearsal = control.find(call)
    before = len(rehearsal.journal)
    now = rehearsal.catch_up()
    timezone = rehearsal.seed.timezone
    if wanted.to_next:
        rehearsal.advance_to_next()
        is_complete = True
    elif wanted.until_quiet:
        limit = QUIET_LIMIT if wanted.within is None else later_by(now, wanted.within, timezone) - now
        rehearsal.until_quiet(limit, EVENTS_OF_ONE_ADVANCE)
        is_complete = len(rehearsal.journal) - before <= EVENTS_OF_ONE_ADVANCE
    else:
        target = instant_of(wanted.to) if wanted.to is not None else later_by(now, str(wanted.by), timezone)
        if target < now:
            raise ClockMovedBackError(now, target)
        is_complete = _go_to(rehearsal, target, before)
    due = rehearsal.next_due()
    return json_answer(
        {
            "now": rehearsal.present().format_iso(),
            "complete": is_complete,
            "quiet": due is None,
            "next_due": None if due is None else due.format_iso(),
            "happened": happened_after(rehearsal, before),
        }
    )


def clock_view(rehearsal: Rehearsal) -> dict[str, Any]:
    """The clock, key by key."""
    clock, due = rehearsal.clock, rehearsal.next_due()
    return {
        "now": rehearsal.present().format_iso(),
        "mode": clock.mode,
        "rate": clock.setting.rate if isinstance(clock.setting, Running) else None,
        "step": clock.setting.by.format_iso() if isinstance(clock.setting, Stepping) else None,
        "epoch": rehearsal.seed.epoch.format_iso(),
        "timezone": rehearsal.seed.timezone,
        "next_due": None if due is None else due.format_iso(),
        "quiet": due is None,
    }


def _go_to(rehearsal: Rehearsal, target: Instant, before: int) -> bool:
    """Go to the target from one due instant to the next; False if so much happened that it stopped early."""
    while (due := rehearsal.next_due()) is not None and due <= target:
        _pass(rehearsal, due)
        if len(rehearsal.journal) - before > EVENTS_OF_ONE_ADVANCE:
            return False
    _pass(rehearsal, target)
    return True


def _pass(rehearsal: Rehearsal, instant: Instant) -> None:
    try:
        rehearsal.advance_to(instant)
    except ClockMovedBackError:
        rehearsal.catch_up()  # a running clock has passed the instant by itself, meanwhile


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
