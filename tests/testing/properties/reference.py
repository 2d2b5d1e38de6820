"""The reference client of ``examples/integrator`` on the machine's stage, as its integrator would put it there."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import httpx2
from bookings import cancelling, imin, model

from mockserver.testing import World
from mockserver.testing.properties import IminStateMachine, Outcome, Shown, Status, UnavailableError
from mockserver.testing.transports.httpx import Transport

STATUSES = {
    model.Standing.CONFIRMED: Status.BOOKED,
    model.Standing.PENDING: Status.PENDING,
    model.Standing.CANCELLED: Status.CANCELLED,
    model.Standing.CANCELLED_BY_VENUE: Status.CANCELLED_BY_SELLER,
    model.Standing.ATTENDED: Status.ATTENDED,
    model.Standing.MISSED: Status.MISSED,
    model.Standing.UNKNOWN: Status.OTHER,
}
OUTCOMES = {
    cancelling.Reply.PASSED_ON: Outcome.REQUESTED,
    cancelling.Reply.REFUSED: Outcome.REFUSED,
    cancelling.Reply.MISUNDERSTOOD: Outcome.REFUSED,
    cancelling.Reply.UNCLEAR: Outcome.UNCLEAR,
}


class Reference(IminStateMachine):
    """The client as it is. ``Client`` is its class, which a bug may replace."""

    Client: ClassVar[type[imin.Imin]] = imin.Imin

    def connect(self, world: World) -> None:
        http = httpx2.Client(transport=Transport(world))
        self.imin: Any = self.Client(http, "http://imin.test/api/v2", world.api_key, pause=self.pause)

    def list_upcoming(self, customer: str) -> list[Shown]:
        try:
            return [self.shown(booking) for booking in self.imin.upcoming(customer).bookings]
        except imin.UnavailableError as error:
            raise UnavailableError(str(error)) from error

    def show_order(self, order: str) -> list[Shown]:
        try:
            return [self.shown(booking) for booking in self.imin.order(order).bookings]
        except imin.UnavailableError as error:
            raise UnavailableError(str(error)) from error

    def cancel(self, order: str, items: Sequence[str]) -> Mapping[str, Outcome]:
        try:
            wanted = [each for each in self.imin.order(order).bookings if each.identifier in items]
            verdicts = cancelling.cancel(self.imin, wanted)
        except imin.UnavailableError as error:
            raise UnavailableError(str(error)) from error
        return {verdict.booking.identifier: OUTCOMES[verdict.reply] for verdict in verdicts}

    def shown(self, booking: Any) -> Shown:
        return Shown(
            item=booking.identifier,
            order=booking.order,
            status=STATUSES[booking.standing],
            cancellable=booking.may_cancel,
        )
