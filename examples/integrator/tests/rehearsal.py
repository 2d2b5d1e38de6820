"""A world to test in: the client in it, and the hand on its clock. Only it and conftest.py know of the mock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import httpx2
from bookings.imin import Imin
from bookings.model import Booking, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A world to itself, behind its ``key``. ``imin`` is the client in it; where it waits, the world's clock moves."""

    key: str
    imin: Imin
    http: httpx2.Client
    control: str

    def wait(self, **by: float) -> None:
        """Let this much time pass."""
        self._move({"by": f"PT{timedelta(**by).total_seconds():.0f}S"})

    def wait_until(self, instant: str) -> None:
        """Let time pass until this date-time with its offset."""
        self._move({"to": instant})

    def settle(self) -> None:
        """Let time pass until nothing more happens by itself."""
        self._move({"until_quiet": True})

    def bookings(self, customer: str) -> dict[str, Booking]:
        """The customer's upcoming bookings, by identifier, from a list without doubts."""
        listing = self.imin.upcoming(customer)
        assert listing.doubts == ()
        return {booking.identifier: booking for booking in listing.bookings}

    def standing(self, booking: Booking) -> Standing:
        """How it stands with the booking now."""
        return self.imin.order(booking.order).standing_of(booking.identifier)

    def _move(self, how: dict[str, object]) -> None:
        self.http.post(f"{self.control}/clock/advance", json=how).raise_for_status()


Rehearse = Callable[[str], Rehearsal]
