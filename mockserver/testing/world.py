"""A world as a test sees it: its key, its clock, what has happened in it, and why.

A thin face of the control interface. It keeps nothing of the world itself, so what it says is always how things are now.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

import msgspec

from mockserver.client.channel import Channel
from mockserver.client.control import ask, instant_text, name_text, period_text, world_path
from mockserver.client.errors import NotThereError
from mockserver.foundation.suggestions import did_you_mean
from mockserver.web.admin_api.exchange_shapes import ExchangeBrief, ExchangeList, ExchangeView, VerdictView
from mockserver.web.admin_api.observation_shapes import (
    Advanced,
    CustomerList,
    EmailList,
    EmailView,
    ExpectationList,
    ExplanationView,
    FeedView,
    Happened,
    ItemView,
    OrderList,
    OrderView,
    RefundList,
    RefundView,
    Timeline,
    TimelineEntryShape,
)
from mockserver.web.admin_api.shapes import BehaviourView, ClockView, WorldView

_PAGE = 1000

_T = TypeVar("_T")


class World:
    """A world of its own under the key ``api_key``; requests with another key never reach it."""

    def __init__(self, channel: Channel, key: str) -> None:
        self.api_key = key
        self._channel = channel
        self._path = world_path(key)

    @classmethod
    def made(cls, channel: Channel, key: str, choices: Mapping[str, Any]) -> "World":
        """A new world. *Raises* :class:`WorldExistsError` if there is one with this key, and :class:`MockError`."""
        ask(channel, "POST", "/__admin/worlds", {"key": key, **choices})
        return cls(channel, key)

    def __repr__(self) -> str:
        return f"<World {self.api_key}>"

    @property
    def channel(self) -> Channel:
        """The way to the mock, which transports for HTTP clients are made of."""
        return self._channel

    @property
    def base_url(self) -> str:
        """Where a client reaches imin over HTTP; the mock listens from now on."""
        return self._channel.url

    @property
    def headers(self) -> dict[str, str]:
        """The header that names this world."""
        return {"X-API-KEY": self.api_key}

    # The clock

    @property
    def now(self) -> datetime:
        """The present instant of the world, in UTC."""
        return datetime.fromisoformat(self.clock.now)

    @property
    def clock(self) -> ClockView:
        """Where the clock stands, how it moves, and when something is due next."""
        return ask(self._channel, "GET", f"{self._path}/clock", returns=ClockView)

    def advance(self, by: str | timedelta | None = None, *, to: str | datetime | None = None) -> Advanced:
        """Let time pass, by a period (``"PT5M"``, by the calendar of the scenario's zone) or to an instant; what happened.

        *Raises* :class:`ClockMovedBackError` and :class:`MockError`; the clock has then not moved.
        """
        wanted = {"by": None if by is None else period_text(by), "to": None if to is None else instant_text(to)}
        return self._advance({name: value for name, value in wanted.items() if value is not None})

    def advance_to_next(self) -> Advanced:
        """Let time pass until the next thing happens by itself; the clock stays where nothing is due."""
        return self._advance({"to_next": True})

    def until_quiet(self, within: str | timedelta | None = None) -> Advanced:
        """Let time pass until nothing is due any more, or for ``within`` at the most."""
        limit = {} if within is None else {"within": period_text(within)}
        return self._advance({"until_quiet": True, **limit})

    def _advance(self, wanted: Mapping[str, Any]) -> Advanced:
        return ask(self._channel, "POST", f"{self._path}/clock/advance", wanted, returns=Advanced)

    # What there is

    @property
    def customers(self) -> list[str]:
        """The identifiers of the customers that the scenario has; a list of anybody else is empty."""
        found: list[str] = []
        while True:
            page = self._get("customers", CustomerList, offset=len(found), limit=_PAGE)
            found += [each.identifier for each in page.customers]
            if len(found) >= page.total or not page.customers:
                return found

    @property
    def orders(self) -> list[OrderView]:
        """All orders, in both views: imin's copy, and the truth at the Seller."""
        orders: list[OrderView] = []
        while True:
            page = self._get("orders", OrderList, offset=len(orders), limit=_PAGE)
            orders += page.orders
            if len(orders) >= page.total or not page.orders:
                return orders

    def order(self, name: str) -> OrderView:
        """An order, by the scenario's name for it or by its identifier. *Raises* :class:`NotThereError`."""
        return ask(self._channel, "GET", f"{self._path}/orders/{name_text(name, 'An order')}", returns=OrderView)

    def order_item(self, identifier: str) -> ItemView:
        """An order item in both views, by the scenario's name for it or by its identifier.

        *Raises* :class:`NotThereError`, which names those that there are, or those that share the identifier.
        """
        name_text(identifier, "An order item")
        items = {item.name: item for order in self.orders for item in order.items}
        if identifier in items:
            return items[identifier]
        called = [item for item in items.values() if identifier in (item.identifier, item.name.rpartition(":")[2])]
        if len(called) != 1:
            there = [item.name for item in called or items.values()]
            raise NotThereError(_no_item(identifier, there, several=bool(called)))
        return called[0]

    @property
    def refunds(self) -> list[RefundView]:
        """All refunds, in the order in which they were started."""
        return self._get("refunds", RefundList).refunds

    @property
    def emails(self) -> list[EmailView]:
        """All e-mails that imin has sent, in order."""
        return self._get("emails", EmailList).emails

    @property
    def feed(self) -> FeedView:
        """The OrdersFeed as it stands, and how far imin has read it."""
        return self._get("feed", FeedView)

    @property
    def timeline(self) -> list[TimelineEntryShape]:
        """What has happened, in order, each with its instant, its rule and a sentence."""
        page = self._get("timeline", Timeline)
        entries = page.entries
        while page.next is not None:
            page = self._get("timeline", Timeline, after=page.next)
            entries += page.entries
        return entries

    @property
    def exchanges(self) -> list[ExchangeView]:
        """The latest requests to imin's API and their answers, oldest first."""
        return self._get("exchanges", ExchangeList, last=10_000).exchanges

    def exchanges_where(self, **wanted: str | int | bool) -> list[ExchangeView]:
        """Those of them that fit ``method``, ``path``, ``status``, ``rule``, ``fault``, ``order`` and ``after``."""
        query = {name: str(value).lower() if isinstance(value, bool) else value for name, value in wanted.items()}
        return self._get("exchanges", ExchangeList, **{"last": 10_000, **query}).exchanges

    def verify(self, **expected: Any) -> list[ExchangeBrief]:
        """The exchanges that show that the client asked what it should have asked.

        ``exchanges=`` a filter with ``times=``, ``at_least=`` or ``at_most=``; or ``in_order=`` filters, and ``strictly=True``.
        *Raises* ``AssertionError`` where it did not, with what was there instead; :class:`MockError` where what would tell is
        no longer kept.
        """
        target = f"{self._path}/exchanges/verification"
        verdict = ask(self._channel, "POST", target, expected, returns=VerdictView)
        if not verdict.holds:
            near = [f"  number {each.exchange.number}: {'; '.join(each.differs)}" for each in verdict.near]
            raise AssertionError("\n".join([verdict.says, *near]))
        return verdict.found

    def export(self, form: Literal["har", "ndjson"] = "har") -> bytes:
        """The exchanges as a file that ``imin-mock replay`` and ``imin-mock drift`` read."""
        return ask(self._channel, "GET", f"{self._path}/exchanges?as={form}")

    def forget_exchanges(self) -> None:
        """From now on, only later exchanges are told and verified; the world itself stays as it is."""
        ask(self._channel, "DELETE", f"{self._path}/exchanges")

    def expected(self) -> ExpectationList:
        """What the scenario expects under ``then:``, and whether it is so."""
        return self._get("expectations", ExpectationList)

    def explain(self, order_item: str, *, at: str | datetime | None = None) -> ExplanationView:
        """Why imin says what it says about an order item, now or at a later instant, and when that would change."""
        query = {} if at is None else {"at": instant_text(at)}
        return self._get(f"order-items/{name_text(order_item, 'An order item')}/explanation", ExplanationView, **query)

    # What somebody does

    def act(self, action: str | Mapping[str, Any], **told: Any) -> list[TimelineEntryShape]:
        """What happens at once because somebody does something inside the Booking System.

        In a scenario's words: ``act("seller_cancels", order="booking", message="Instructor ill")``; or an action of OpenActive's
        test interface as a mapping. *Raises* :class:`NotThereError` for a name that means nothing, and :class:`MockError`.
        """
        wanted = {"do": action, **told} if isinstance(action, str) else {**action, **told}
        return ask(self._channel, "POST", f"{self._path}/actions", wanted, returns=Happened).happened

    def enter_state(self, state: str) -> None:
        """Put the behaviour machine into a state. *Raises* :class:`MockError`, which names those that there are."""
        ask(self._channel, "PUT", f"{self._path}/behaviour", {"state": state}, returns=BehaviourView)

    def fork(self, label: str) -> "World":
        """A second world in the same state, with a life of its own. *Raises* :class:`WorldExistsError`."""
        to = f"{self.api_key.partition('@')[0]}@{label}"
        ask(self._channel, "POST", f"{self._path}/fork", {"to": to}, returns=WorldView)
        return World(self._channel, to)

    def snapshot(self) -> dict[str, Any]:
        """The whole world as JSON values, which can be kept and replayed."""
        kept: dict[str, Any] = msgspec.json.decode(ask(self._channel, "GET", f"{self._path}/snapshot"))
        return kept

    def reset(self) -> None:
        """The world begins again."""
        ask(self._channel, "POST", f"{self._path}/reset")

    def drop(self) -> None:
        """The world is forgotten, and its key is free."""
        ask(self._channel, "DELETE", self._path)

    def _get(self, what: str, returns: type[_T], **query: object) -> _T:
        asked = f"?{urlencode(query)}" if query else ""
        return ask(self._channel, "GET", f"{self._path}/{what}{asked}", returns=returns)


def _no_item(asked: str, there: list[str], *, several: bool) -> str:
    if several:
        return f"Several orders have an order item {asked[:100]!r}; say which: {', '.join(there[:10])}."
    meant = did_you_mean(asked, there)
    some = ", ".join(there[:10]) + (", ..." if len(there) > 10 else "")
    return f"There is no order item {asked[:100]!r} in this world; it has {some or 'none'}.{meant}"
