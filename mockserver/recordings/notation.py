"""How a recording writes what can be written in several ways: the readings of mere notation, read off its answers.

imin may write as its published examples do or otherwise, and so did earlier versions of the mock. That is seen at a glance and no
answer depends on it, so that a recording is held against a mock which writes as it does, and the readings are told.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from mockserver.domain.readings import READINGS, ReadingName
from mockserver.exchange_files.bodies import Kept
from mockserver.exchange_files.lenient_json import json_of
from mockserver.exchange_files.session import RecordedExchange


def notation_of(exchanges: Iterable[RecordedExchange]) -> dict[str, str]:
    """The readings of notation that the answers show, of each the last option, where it is not the default."""
    shown: dict[ReadingName, str] = {}
    for each in exchanges:
        if each.status == 200 and each.answered is Kept.WHOLE:
            body = json_of(each.response_body)
            if isinstance(body, dict):
                shown.update(_shown(each.target, body))
    return {name.value: option for name, option in shown.items() if option != READINGS[name].default}


def _shown(target: str, body: Mapping[str, Any]) -> Iterator[tuple[ReadingName, str]]:
    told = body.get("id")
    if body.get("type") == "imin:RestrictedCollection" and isinstance(told, str) and not _has_page(target):
        yield ReadingName.LIST_ID, "with-page" if _has_page(told) else "as-asked"
    items = body.get("imin:item")
    for order in (body, *(items if isinstance(items, list) else ())):
        if isinstance(order, dict) and order.get("type") == "Order":
            yield from _of_order(order)


def _of_order(order: Mapping[str, Any]) -> Iterator[tuple[ReadingName, str]]:
    seller, receipts = order.get("seller"), order.get("imin:receipt")
    if isinstance(seller, dict):
        yield ReadingName.SELLER_NAME, "shown" if "name" in seller else "absent"
    for receipt in receipts if isinstance(receipts, list) else ():
        created = receipt.get("dateCreated") if isinstance(receipt, dict) else None
        if isinstance(created, str):
            yield ReadingName.RECEIPT_DATE, "microseconds" if "." in created else "seconds"


def _has_page(address: str) -> bool:
    try:
        return "page" in parse_qs(urlsplit(address).query, keep_blank_values=True)
    except ValueError:
        return False
