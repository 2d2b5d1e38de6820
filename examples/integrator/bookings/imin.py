"""imin's API over HTTP: lists and orders, asked again where the line or a gateway fails.

It knows a base URL and a key. It pages by number and follows no link, and never takes half an answer for an answer.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from bookings.model import Booking, Order, booking_of, order_of

ATTEMPTS = 5
PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class UnavailableError(Exception):
    """imin could not be reached, or made no sense, however often it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer. ``body`` is ``None`` where there is none, or none that is a JSON object."""

    status: int
    body: Mapping[str, Any] | None
    pause: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A customer's bookings. ``doubts`` says what was odd about the list, and is empty if all is well."""

    bookings: tuple[Booking, ...]
    doubts: tuple[str, ...]


class Imin:
    """One account at imin. ``pause`` waits for some seconds."""

    def __init__(
        self, http: httpx2.Client, base_url: str, key: str, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._key = key
        self.pause = pause

    def upcoming(self, customer: str) -> Listing:
        """All upcoming bookings, earliest first. Where the list moves while it is read, it is read again."""
        listing = self._read_all("order-items", customer)
        for _ in range(2):
            if not listing.doubts:
                break
            listing = self._read_all("order-items", customer)
        return listing

    def page(self, customer: str, number: int) -> tuple[Booking, ...]:
        """One page of upcoming bookings; no booking where there is no such page."""
        return tuple(_bookings(self._page("order-items", customer, number)))

    def orders(self, customer: str) -> tuple[Order, ...]:
        """The customer's first page of orders, newest first."""
        shown = self._page("orders", customer, 1)
        return tuple(order_of(order) for order in shown.get("imin:item", ()))

    def order(self, identifier: str) -> Order:
        """An order as it is now. *Raises* :class:`UnavailableError`."""
        answer = self.get(f"orders/{identifier}")
        if answer.status != 200 or answer.body is None:
            raise UnavailableError(f"The order cannot be read: {answer.status}.")
        return order_of(answer.body)

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        """The answer to a GET, asked again while it fails for a passing reason. *Raises* :class:`UnavailableError`."""
        for _ in range(ATTEMPTS):
            answer = self.ask("GET", path, query=query)
            if answer is not None and answer.status < 500 and (answer.status != 200 or answer.body is not None):
                return answer
            self.pause(PAUSE_SECONDS if answer is None else answer.pause)
        raise UnavailableError("imin does not answer. Please try again later.")

    def ask(
        self, method: str, path: str, *, query: Mapping[str, str | int] | None = None, body: object = None
    ) -> Answer | None:
        """The answer to one request; ``None`` where the connection was lost, took too long, or was cut."""
        try:
            response = self._http.request(
                method, f"{self._base_url}/{path}", params=query, json=body, headers={"X-API-KEY": self._key}
            )
        except httpx2.TransportError:
            return None
        return Answer(status=response.status_code, body=_object(response), pause=_pause(response))

    def _read_all(self, path: str, customer: str) -> Listing:
        found: list[Booking] = []
        doubts: list[str] = []
        number = pages = 1
        total = 0
        more = False
        while number <= pages:
            shown = self._page(path, customer, number)
            total, pages = int(shown.get("imin:totalItems", 0)), int(shown.get("view", {}).get("imin:totalPages", 0))
            more = "next" in shown.get("view", {})
            found += _bookings(shown)
            number += 1
        if more:
            doubts.append("the last page promises another one")
        by_identifier = {(booking.order, booking.identifier): booking for booking in found}
        if len(by_identifier) < len(found):
            doubts.append("a booking is listed twice")
        if len(by_identifier) != total:
            doubts.append(f"{len(by_identifier)} bookings are listed, and there are {total}")
        starts = [booking.starts for booking in found]
        if starts != sorted(starts):
            doubts.append("the bookings are not in the order of their starts")
        ordered = sorted(by_identifier.values(), key=lambda booking: booking.starts)
        return Listing(bookings=tuple(ordered), doubts=tuple(doubts))

    def _page(self, path: str, customer: str, number: int) -> Mapping[str, Any]:
        """A page of a list. Whom imin does not know has nothing, and so has a page that is not there."""
        answer = self.get(path, {"customerIdentifier": customer, "page": number})
        if answer.status == 404:
            return {}
        if answer.status != 200 or answer.body is None:
            raise UnavailableError(f"The list cannot be read: {answer.status}.")
        return answer.body


def _bookings(shown: Mapping[str, Any]) -> Iterable[Booking]:
    for item in shown.get("imin:item", ()):
        yield booking_of(item, item["imin:order"]["identifier"])


def _object(response: httpx2.Response) -> Mapping[str, Any] | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _pause(response: httpx2.Response) -> float:
    """How long imin asks to wait. A date instead of seconds is no reason to fail."""
    wanted = response.headers.get("Retry-After", "")
    return min(float(wanted), LONGEST_PAUSE_SECONDS) if wanted.isdigit() else PAUSE_SECONDS
