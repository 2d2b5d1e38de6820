"""What is answered in a world whose twin bends answers: another body or status than the law says, and always a header.

An evil twin is loud: whoever looks at the headers of its answers knows it for one. It must never know which face it bends, and
never change a world.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import msgspec

from mockserver.domain.rules import Rule
from mockserver.domain.twins import Twin
from mockserver.web.answers import Answer, to_json

TWIN_HEADER = b"x-imin-mock-twin"
"""What every answer of an evil twin carries."""

Bend = Callable[[Answer], Answer]

_BODY_HEADERS = (b"content-type", b"content-length")
_PENDING = b"https://imin.co/CustomerCancellationPending"
_LISTED = "imin:item"


def bent(answer: Answer, twin: Twin | None) -> Answer:
    """The answer as the twin has it; the answer itself, if it leaves such answers alone."""
    bend = None if twin is None else ANSWERS.get(twin)
    return answer if bend is None else bend(answer)


def loud(answer: Answer, twin: Twin | None) -> Answer:
    """The answer with the twin's name in its headers, if it is a twin's."""
    if twin is None:
        return answer
    return replace(answer, headers=[*answer.headers, (TWIN_HEADER, twin.value.encode())])


def _with_body(answer: Answer, body: bytes) -> Answer:
    length = (b"content-length", b"%d" % len(body))
    return replace(
        answer, body=body, headers=[length if name == length[0] else (name, value) for name, value in answer.headers]
    )


def _in_place_of(old: bytes, new: bytes) -> Bend:
    """Another text wherever a text stands in a body."""
    return lambda answer: _with_body(answer, answer.body.replace(old, new)) if old in answer.body else answer


def _showing(change: Callable[[dict[str, Any]], None]) -> Bend:
    """What a good answer shows, changed."""

    def bend(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        shown = msgspec.json.decode(answer.body)
        change(shown)
        return _with_body(answer, to_json(shown))

    return bend


def _without_body(answer: Answer) -> Answer:
    if answer.status != 400:
        return answer
    bare = [(name, value) for name, value in answer.headers if name not in _BODY_HEADERS]
    return replace(answer, body=b"", headers=[*bare, (b"content-length", b"0")])


def _accepted(answer: Answer) -> Answer:
    """A cancellation that a rule of cancelling forbids looks as if it had been passed on."""
    if answer.status != 400 or answer.rule is None or answer.rule not in _REFUSALS:
        return answer
    return Answer(status=204)


_REFUSALS = frozenset(rule for rule in Rule if rule.value.startswith("cancel.")) - {Rule.CANCEL_UNKNOWN_ITEM}


def _always_cancellable(shown: dict[str, Any]) -> None:
    for item in _items_of(shown):
        if "imin:isPresentlyCancellable" in item:
            item["imin:isPresentlyCancellable"] = True


def _shuffled(shown: dict[str, Any]) -> None:
    items = shown.get(_LISTED, [])
    by_lot = sorted(items, key=lambda item: sha256(item["identifier"].encode()).digest())
    # Where the lot happens to be the right order, another is as good.
    shown.update({_LISTED: by_lot if by_lot != items else by_lot[1:] + by_lot[:1]} if items else {})


def _repeated(shown: dict[str, Any]) -> None:
    if items := shown.get(_LISTED):
        items.append(items[-1])


def _endless(shown: dict[str, Any]) -> None:
    if view := shown.get("view"):
        view.setdefault("next", view["first"])


def _all_the_same(shown: dict[str, Any]) -> None:
    items = _items_of(shown)
    for item in items[1:]:
        item.update({name: items[0][name] for name in ("id", "identifier")})


def _items_of(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """The order items of a list of them, of a list of orders, or of an order; none of anything else."""
    listed: list[dict[str, Any]] = shown.get(_LISTED, [shown])
    nested = [item for each in listed if each.get("type") == "Order" for item in each["orderedItem"]]
    return nested or [each for each in listed if each.get("type") == "OrderItem"]


def _risen_totals(shown: dict[str, Any]) -> None:
    for order in (entry["data"] for entry in shown.get("items", ())):
        items = order["orderedItem"]
        cancelled = [
            item for item in items if item["orderItemStatus"].endswith(("CustomerCancelled", "SellerCancelled"))
        ]
        pence = sum(round(item["acceptedOffer"]["price"] * 100) for item in items + cancelled)
        order["totalPaymentDue"]["price"] = pence / 100 if pence % 100 else pence // 100


ANSWERS: Mapping[Twin, Bend] = {
    Twin.CANCELLED_BEFORE_THE_FEED: _in_place_of(_PENDING, b"https://openactive.io/CustomerCancelled"),
    Twin.WRONG_STATUS_NAMESPACE: _in_place_of(_PENDING, b"https://openactive.io/CustomerCancellationPending"),
    Twin.REFUSALS_LOOK_ACCEPTED: _accepted,
    Twin.ERROR_WITHOUT_BODY: _without_body,
    Twin.FLAG_STUCK_TRUE: _showing(_always_cancellable),
    Twin.ITEMS_IN_RANDOM_ORDER: _showing(_shuffled),
    Twin.PAGE_REPEATS_ITEM: _showing(_repeated),
    Twin.PAGES_NEVER_END: _showing(_endless),
    Twin.DUPLICATE_IDENTIFIERS: _showing(_all_the_same),
    Twin.TOTALS_RISE: _showing(_risen_totals),
}
"""How each twin bends answers that bends answers; the others bend decisions."""
