"""Clients with one bug each, as integrators write them: the reference client with something taken out of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bookings import imin

from mockserver.testing import World
from mockserver.testing.properties import Outcome, Shown, Status
from tests.testing.properties.reference import Reference


class TakesA204ForCancelled(Reference):
    def cancel(self, order: str, items: Sequence[str]) -> Mapping[str, Outcome]:
        said = super().cancel(order, items)
        return {item: Outcome.CANCELLED if each is Outcome.REQUESTED else each for item, each in said.items()}


class ShowsPendingAsCancelled(Reference):
    def shown(self, booking: Any) -> Shown:
        shown = super().shown(booking)
        return replace(shown, status=Status.CANCELLED) if shown.status is Status.PENDING else shown


class NeverLooksAgain(Reference):
    def connect(self, world: World) -> None:
        super().connect(world)
        self.kept: dict[str, list[Shown]] = {}

    def list_upcoming(self, customer: str) -> list[Shown]:
        return self.kept.setdefault(customer, super().list_upcoming(customer))


class KnowsNoPending(Reference):
    def shown(self, booking: Any) -> Shown:
        shown = super().shown(booking)
        return replace(shown, status=Status.OTHER) if shown.status is Status.PENDING else shown


class OffersToCancelWhateverIsBooked(Reference):
    def shown(self, booking: Any) -> Shown:
        shown = super().shown(booking)
        return replace(shown, cancellable=shown.status is Status.BOOKED)


class TakesARefusalForARequest(Reference):
    def cancel(self, order: str, items: Sequence[str]) -> Mapping[str, Outcome]:
        return dict.fromkeys(super().cancel(order, items), Outcome.REQUESTED)


class CancelsTheWholeOrder(Reference):
    def cancel(self, order: str, items: Sequence[str]) -> Mapping[str, Outcome]:
        every = [each.identifier for each in self.imin.order(order).bookings]
        said = super().cancel(order, every)
        return {item: each for item, each in said.items() if item in items}


class NeedsTheKeyOfAnEmptyList(Reference):
    class Client(imin.Imin):
        def _page(self, path: str, customer: str, number: int) -> Any:
            shown = super()._page(path, customer, number)
            return {**shown, "imin:item": shown["imin:item"]}


class KeepsWhatWasPending(Reference):
    def connect(self, world: World) -> None:
        super().connect(world)
        self.waiting: set[str] = set()

    def shown(self, booking: Any) -> Shown:
        shown = super().shown(booking)
        if shown.status is Status.PENDING:
            self.waiting.add(shown.item)
        refused = shown.status is Status.BOOKED and shown.item in self.waiting
        return replace(shown, status=Status.PENDING) if refused else shown


class ShowsCancelledAsPending(Reference):
    def shown(self, booking: Any) -> Shown:
        shown = super().shown(booking)
        return replace(shown, status=Status.PENDING) if shown.status is Status.CANCELLED else shown


class HidesWhatIsPending(Reference):
    def list_upcoming(self, customer: str) -> list[Shown]:
        return [shown for shown in super().list_upcoming(customer) if shown.status is not Status.PENDING]


class ReadsOnlyTheFirstPage(Reference):
    def list_upcoming(self, customer: str) -> list[Shown]:
        return [self.shown(booking) for booking in self.imin.page(customer, 1)]


class ListsOrdersOldestFirst(Reference):
    def list_history(self, customer: str) -> Iterable[str]:
        return [order.identifier for order in reversed(self.imin.orders(customer))]


BUGS: Mapping[type[Reference], str] = {
    TakesA204ForCancelled: r"says of .*: cancelled; imin's API says asked for, not cancelled yet \(rule cancel.passed-on",
    ShowsPendingAsCancelled: r"shows .* cancelled.*; imin's API says waiting to be cancelled \(rule cancel.passed-on\)",
    NeverLooksAgain: "your client shows",
    KnowsNoPending: "shows .* something else",
    OffersToCancelWhateverIsBooked: "shows .* booked, cancellable; imin's API says not cancellable",
    TakesARefusalForARequest: r"asked for, not cancelled yet; imin's API says refused \(rule cancel\.",
    CancelsTheWholeOrder: "was not told to cancel .* waiting to be cancelled",
    NeedsTheKeyOfAnEmptyList: "your client fails: KeyError: 'imin:item'",
    KeepsWhatWasPending: "shows .* waiting to be cancelled.*; imin's API says booked",
    ShowsCancelledAsPending: r"shows .* waiting to be cancelled.*; imin's API says cancelled \(rule feed.moves-imin",
    HidesWhatIsPending: "not shown; imin's API says waiting to be cancelled and listed",
    ListsOrdersOldestFirst: "lists the orders .* imin's API says .*list.orders-newest-first",
}
"""Each bug, and what must be said of it."""
