"""What both faces say in OpenActive's words: statuses, prices, offers, ways of access.

imin's face writes ``type`` and ``id``, the OrdersFeed ``@type`` and ``@id``: ``at`` is what stands before them.
"""

from typing import Any

from mockserver.domain.catalogue import Offer
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.world import ItemState


def status_url(status: OrderItemStatus, attended: str = "CustomerAttended") -> str:
    """The wire form of a status. imin's own pending status is in imin's namespace, all others in OpenActive's."""
    if status is OrderItemStatus.PENDING:
        return f"https://imin.co/{status.value}"
    if status is OrderItemStatus.ATTENDED:
        return f"https://openactive.io/{attended}"
    return f"https://openactive.io/{status.value}"


def price(minor: int) -> float | int:
    """Pence as a JSON number of pounds."""
    return minor // 100 if minor % 100 == 0 else minor / 100


def offer_terms(offer: Offer, at: str = "") -> dict[str, Any]:
    """The accepted offer, with what it says about cancelling; what it does not say is left out."""
    shown: dict[str, Any] = {
        f"{at}type": "Offer",
        f"{at}id": offer.id,
        "name": offer.name,
        "price": price(offer.price_minor),
        "priceCurrency": offer.currency,
    }
    if offer.allow_customer_cancellation_full_refund is not None:
        shown["allowCustomerCancellationFullRefund"] = offer.allow_customer_cancellation_full_refund
    if offer.latest_cancellation_before_start is not None:
        shown["latestCancellationBeforeStartDate"] = offer.latest_cancellation_before_start.format_iso()
    return shown


def ways_of_access(state: ItemState, at: str = "") -> dict[str, Any]:
    """The item's access pass, code and channel, where it has one."""
    shown: dict[str, Any] = {}
    if state.access_pass:
        shown["accessPass"] = [{f"{at}type": "Barcode", "text": state.access_pass}]
    if state.access_code:
        shown["accessCode"] = [{f"{at}type": "PropertyValue", "description": state.access_code}]
    if state.access_channel:
        shown["accessChannel"] = {f"{at}type": "VirtualLocation", "url": state.access_channel}
    return shown
