"""A world in lines for people, below the report of a failed test: where it stands, what happened, what was asked and answered."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from mockserver.client.channel import Channel
from mockserver.client.errors import MockError
from mockserver.foundation.outgoing_text import without_controls
from mockserver.foundation.suggestions import did_you_mean
from mockserver.testing.world import World
from mockserver.web.admin_api.exchange_shapes import ExchangeView

LINES = 40
EXCHANGES = 20
BODY = 400
CUSTOMERS = 10
"""How much of each is shown: the latest lines, the latest exchanges, the beginning of a body, the first customers."""

ASKED = "customerIdentifier"


def told(world: World) -> str:
    """All of it. A world that cannot be asked any more says so."""
    try:
        clock, timeline, exchanges = world.clock, world.timeline, world.exchanges
        strangers = _strangers(world, exchanges)
    except MockError as error:
        return without_controls(str(error))
    zone = ZoneInfo(clock.timezone)
    due = "nothing is due" if clock.next_due is None else f"next due {_time(clock.next_due, zone)}"
    lines = [f"It is {_time(clock.now, zone)} in {clock.timezone}; {due}.", "", "What happened:"]
    lines += [f"  {_time(each.at, zone)}  {each.says}  [{each.rule}]" for each in timeline[-LINES:]]
    lines += ["", "What was asked:"] if exchanges else ["", "Nothing was asked with its key."]
    for each in exchanges[-EXCHANGES:]:
        lines += _exchange(each, zone)
    if strangers:
        lines += ["", *strangers]
    return without_controls("\n".join(lines))


def _strangers(world: World, exchanges: Iterable[ExchangeView]) -> list[str]:
    """What there is to say of customers who were asked about and whom the scenario does not have: their lists are empty."""
    asked = {name: None for each in exchanges for name in parse_qs(urlsplit(each.target).query).get(ASKED, ())}
    known = world.customers if asked else []
    some = ", ".join(map(repr, known[:CUSTOMERS])) + (", ..." if len(known) > CUSTOMERS else "")
    return [
        f"The scenario has no customer {name[:100]!r}; it has {some or 'none'}.{did_you_mean(name, known)}"
        for name in asked
        if name not in known
    ]


def faults_met(worlds: Iterable[World], channel: Channel, seen: int) -> list[str]:
    """The answers that imin would never give, in lines: those that the channel saw after ``seen`` others, else the worlds."""
    met = [str(each) for each in channel.surprises[seen:]]
    met = met or [
        f"{each.method} {each.target} was answered {each.status} with X-Imin-Mock-Fault: {each.fault}"
        for world in worlds
        for each in world.exchanges
        if each.fault is not None
    ]
    return [without_controls(line) for line in met]


def _exchange(exchange: ExchangeView, zone: ZoneInfo) -> list[str]:
    rule = f"  [{exchange.rule}]" if exchange.rule is not None else ""
    fault = f"  X-Imin-Mock-Fault: {exchange.fault}" if exchange.fault is not None else ""
    answer = f"{exchange.status or 'no answer'}{rule}{fault}"
    lines = [f"  {_time(exchange.at, zone)}  {exchange.method} {exchange.target} -> {answer}"]
    if exchange.request.body:
        lines.append(f"      sent {_short(exchange.request.body)}")
    if exchange.response.body and exchange.status >= 400:
        lines.append(f"      got  {_short(exchange.response.body)}")
    return lines


def _short(body: str) -> str:
    line = " ".join(body.split())
    return line if len(line) <= BODY else f"{line[:BODY]}... ({len(body)} characters)"


def _time(iso: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(iso).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
