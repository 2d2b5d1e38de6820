"""``imin-mock explain``: why imin says what it says about an order item of a scenario, and when that would change."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import click
from whenever import Instant

from mockserver.cli.options import AS_JSON, SCENARIO, settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, print_json, stop
from mockserver.cli.scenario_lookup import find_scenario
from mockserver.domain.rules import RULES
from mockserver.domain.twins import TWINS
from mockserver.engine.explanation import Cause, Cliff, Explanation, TooFarAheadError
from mockserver.engine.live_world import EndlessWorkError
from mockserver.engine.predictions import ItemAnswer, explain_fault
from mockserver.engine.queries import items_called
from mockserver.foundation.calendar import by_clocks_of
from mockserver.runner.probes import ApiAnswer, Probe, ProbedScenario
from mockserver.runner.probes import probe as probe_cliffs
from mockserver.scenario.faults import MisfitError
from mockserver.scenario.notation import INSTANT, Calendar
from mockserver.scenario.seed import Seed
from mockserver.web.admin_api.explanation import explanation_view, status_of, which_item

WIDTH = 80
_NAME = 19
_BY = {Cause.CLOCK: "by the clock", Cause.DUE: "by what is due"}


@click.command(epilog=EPILOG)
@SCENARIO
@click.argument("item")
@click.option("--at", metavar="INSTANT", help="When: +2d10h after the epoch, or a date-time with its offset.")
@click.option(
    "--probe", is_flag=True, help="Ask the API just before, at and just after every cliff; exit 1 if it differs."
)
@settings_options("scenarios")
@AS_JSON
def explain(wanted: str, item: str, at: str | None, probe: bool, as_json: bool, **values: Any) -> None:
    """Say why an order item may be cancelled or not, who says so, and every instant at which the answer flips.

    SCENARIO is a name, a file, or - for standard input, ITEM an order item of it. Nobody has asked its world for anything yet.

    \b
      imin-mock explain happy-path seat-1
      imin-mock explain my-case.yaml seat-1 --at +2d --probe
    """
    scenario = find_scenario(wanted, settings_of(values).scenarios)
    try:
        probed = ProbedScenario.of(scenario)
        live_world = probed.fresh()
        instant = None if at is None else _instant(at, live_world.seed)
        called = items_called(live_world.world.catalogue, item)
        if len(called) != 1:
            stop(Exit.BAD_INPUT, which_item(live_world.world, item))
        begins = live_world.clock.now()
        if instant is not None and instant < begins:
            stop(Exit.BAD_INPUT, f"{at!r} is before the world begins, at {_local(begins, live_world.seed.timezone)}.")
        explanation = probed.explain(called[0].id, instant)
        probes = probe_cliffs(probed, explanation) if probe else ()
    except (TooFarAheadError, EndlessWorkError) as error:
        stop(Exit.BAD_INPUT, str(error))
    if as_json:
        view = {**explanation_view(explanation), **({"probes": [_probe_fields(p) for p in probes]} if probe else {})}
        print_json(view)
    else:
        click.echo("\n".join(_lines(explanation, live_world.seed.timezone, probes)))
    if not all(each.agrees for each in probes):
        raise SystemExit(int(Exit.FINDINGS))


def _instant(text: str, seed: Seed) -> Instant:
    """The instant that the text means in the scenario; ends the command if it means none."""
    if re.fullmatch(INSTANT, text) is None:
        offset = by_clocks_of(seed.timezone, seed.epoch).format_iso()[-6:]
        meant = next((guess for guess in (f"+{text}", f"{text}{offset}") if re.fullmatch(INSTANT, guess)), None)
        hint = f" Did you mean {meant!r}?" if meant else ""
        stop(
            Exit.BAD_INPUT,
            f"{text!r} is no instant: write +2d10h after the scenario's epoch, or 2030-06-05T19:00:00+01:00.{hint}",
        )
    try:
        return Calendar(seed.epoch, seed.timezone).instant(text, ("--at",))
    except MisfitError as error:
        stop(Exit.BAD_INPUT, f"--at: {error.message}.")


def _lines(explanation: Explanation, timezone: str, probes: Sequence[Probe]) -> Iterable[str]:
    """The explanation for people, within 80 columns."""
    answer = explanation.answer
    yield click.style(f"{explanation.item_id} of order {explanation.order.name}", bold=True) + (
        f", at {_local(explanation.at, timezone)}"
    )
    if explanation.twin is not None:
        twin = f"{explanation.twin.value}: {TWINS[explanation.twin].does}"
        yield from _row("an evil twin", twin)
    yield from _row("the list", _of_list(answer))
    yield from _row("a PATCH", f"{_of_cancel(answer)}: {answer.cancel.reason}")
    yield ""
    yield "The rules"
    for rule in dict.fromkeys((answer.flag.rule, answer.cancel.rule)):
        text = RULES[rule]
        yield from _wrapped(f"{rule.value} ({text.basis.value}: {text.source})", 2)
        yield from _wrapped(text.says, 4)
    yield ""
    yield "The values"
    yield from _values(explanation, timezone)
    yield ""
    yield "The cliffs, if nobody does anything"
    yield from _cliffs(explanation, timezone)
    if probes:
        yield ""
        yield f"The API, asked in fresh worlds: {_verdict(probes)}"
        for each in probes:
            yield from _probe_lines(each, timezone)


def _values(explanation: Explanation, timezone: str) -> Iterable[str]:
    found = explanation.circumstances
    allows = found.allow_customer_cancellation_full_refund
    window, answer = found.latest_cancellation_before_start, found.booking_system
    seller = "" if found.status_at_seller is found.status else f"; at the Seller: {found.status_at_seller.value}"
    yield from _row("status", f"{found.status.value}{seller}")
    yield from _row("full refund", "the offer does not say" if allows is None else str(allows).lower())
    yield from _row("window", "none" if window is None else f"{window.format_iso()} before the start")
    yield from _row("starts", _local(found.starts.to_instant(), timezone))
    yield from _row("deadline", "none" if found.deadline is None else _local(found.deadline, timezone))
    when = f"after {answer.after.format_iso()}" if answer.after_reads is None else f"after {answer.after_reads} reads"
    yield from _row("behaviour", f"{found.behaviour}: the Booking System's answer would be {answer.kind.value}, {when}")
    if found.reads_left is not None:
        yield from _row(
            "awaited", f"the Booking System answers after {found.reads_left} more looks at the pending item"
        )
    for name, chosen in explanation.readings:
        yield from _row("reading", f"{name.value}: {chosen}")


def _cliffs(explanation: Explanation, timezone: str) -> Iterable[str]:
    cliffs, seen_until = explanation.outlook.cliffs, explanation.outlook.seen_until
    for number, cliff in enumerate(cliffs, start=1):
        yield f"  {number}. {_local(cliff.at, timezone)}  {_BY[cliff.cause]}"
        for change in _changes(cliff):
            yield from _wrapped(change, 5)
        for sentence in cliff.happened:
            yield from _wrapped(f"- {sentence}", 5)
    if seen_until is not None:
        yield from _wrapped(f"So far as {_local(seen_until, timezone)}; so much goes on that the search ends there.", 2)
    elif not cliffs:
        yield "  none: the answer stays as it is for ever"


def _changes(cliff: Cliff) -> Iterable[str]:
    """What is another answer than before."""
    pairs = {
        "the list": (_of_list(cliff.before), _of_list(cliff.after)),
        "a PATCH": (_of_cancel(cliff.before), _of_cancel(cliff.after)),
    }
    changed = [f"{what}: {old} -> {new}" for what, (old, new) in pairs.items() if old != new]
    return changed or [f"the flag's rule: {cliff.before.flag.rule} -> {cliff.after.flag.rule}"]


def _of_list(answer: ItemAnswer) -> str:
    if answer.list_fault is not None:
        return explain_fault(answer.list_fault)
    return f"isPresentlyCancellable {str(answer.flag.allowed).lower()}" if answer.listed else "not listed"


def _of_cancel(answer: ItemAnswer) -> str:
    said = f"{status_of(answer) or 'no answer'} {answer.cancel.rule.value}"
    return said if answer.cancel_fault is None else f"{said} (on purpose, {explain_fault(answer.cancel_fault)})"


def _verdict(probes: Sequence[Probe]) -> str:
    wrong = sum(not each.agrees for each in probes)
    return f"{len(probes)} of {len(probes)} agree" if not wrong else f"{wrong} of {len(probes)} DISAGREE"


def _probe_lines(each: Probe, timezone: str) -> Iterable[str]:
    mark = click.style("agrees", fg="green") if each.agrees else click.style("DIFFERS", fg="red", bold=True)
    yield f"  {_local(each.at, timezone):<37}{each.near:<23}{mark}"
    yield from _wrapped(_shown(each.found), 4)
    if not each.agrees:
        yield from _wrapped(f"explained as: {_shown(each.expected)}", 4)


def _shown(shown: ApiAnswer) -> str:
    flag = "not shown" if shown.flag is None else str(shown.flag).lower()
    rule = f" {shown.rule}" if shown.rule else ""
    return f"list {shown.list_status or 'lost'}, flag {flag}; PATCH {shown.status or 'lost'}{rule}"


def _probe_fields(each: Probe) -> dict[str, Any]:
    return {
        "at": each.at.format_iso(),
        "near": each.near,
        "agrees": each.agrees,
        "expected": _shown_fields(each.expected),
        "found": _shown_fields(each.found),
    }


def _shown_fields(shown: ApiAnswer) -> dict[str, Any]:
    return {
        "list_status": shown.list_status,
        "flag": shown.flag,
        "status": shown.status,
        "rule": shown.rule,
    }


def _local(at: Instant, timezone: str) -> str:
    return by_clocks_of(timezone, at).format_iso()


def _row(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=f"  {name:<{_NAME - 2}}", subsequent_indent=" " * _NAME, break_on_hyphens=False
    )


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False
    )
