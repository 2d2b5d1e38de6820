"""The client on a terminal: ``python -m bookings list CUSTOMER`` and ``python -m bookings cancel CUSTOMER BOOKING``.

Where imin is comes from IMIN_BASE_URL, the key from IMIN_API_KEY.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence

import httpx2

from bookings.cancelling import cancel, follow, sentence
from bookings.imin import Imin, UnavailableError


def main(arguments: Sequence[str], pause: Callable[[float], None] = time.sleep) -> int:
    """0 if all is told, 1 if imin cannot be asked or there is no such booking, 2 for wrong arguments."""
    wanted: str | None = None
    match list(arguments):
        case ["list", customer]:
            pass
        case ["cancel", customer, wanted]:
            pass
        case _:
            print("bookings: list CUSTOMER, or cancel CUSTOMER BOOKING", file=sys.stderr)
            return 2
    with httpx2.Client(timeout=10) as http:
        imin = Imin(http, os.environ["IMIN_BASE_URL"], os.environ["IMIN_API_KEY"], pause)
        try:
            return _list(imin, customer) if wanted is None else _cancel(imin, customer, wanted)
        except UnavailableError as error:
            print(error, file=sys.stderr)
            return 1


def _list(imin: Imin, customer: str) -> int:
    listing = imin.upcoming(customer)
    for booking in listing.bookings:
        cancellable = " You may cancel it." if booking.may_cancel else ""
        print(
            f"{booking.identifier}: {booking.name}, {booking.starts:%a %d %b %H:%M}, {booking.standing.value}.{cancellable}"
        )
        if booking.note:
            print(f"    The venue says: {booking.note}")
    for doubt in listing.doubts:
        print(f"Perhaps this list is not right: {doubt}.", file=sys.stderr)
    return 0


def _cancel(imin: Imin, customer: str, wanted: str) -> int:
    chosen = [booking for booking in imin.upcoming(customer).bookings if booking.identifier == wanted]
    if not chosen:
        print(f"{customer} has no upcoming booking {wanted}.", file=sys.stderr)
        return 1
    for verdict in cancel(imin, chosen[:1]):
        before = imin.order(verdict.booking.order).standing_of(wanted)
        print(sentence(verdict, before), flush=True)
        after = follow(imin, verdict.booking.order, [wanted]).standing_of(wanted)
        if after is not before:
            print(sentence(verdict, after))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
