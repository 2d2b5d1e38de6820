"""The types of a scenario file: the one source of its parser and of its published JSON Schema.

Every key that a file may use is a field here, every notation a named type. This module must never know what the values refer
to: that a customer exists is checked elsewhere. What a file leaves out is ``None`` or the default that stands here.
"""

from collections import Counter
from functools import cached_property
from itertools import chain
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from mockserver.domain.behaviour import AnswerKind
from mockserver.domain.catalogue import OpportunityKind
from mockserver.domain.statuses import OrderItemStatus
from mockserver.domain.twins import Twin
from mockserver.foundation.patterns import whole
from mockserver.scenario.notation import DURATION, EPOCH, INSTANT, PERIOD, PRICE

DEFAULT_EPOCH = "2030-06-03T09:00:00+01:00"
ONLY_STATE = "obliging"
"""The state of a machine whose file names none."""

_NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
Name = Annotated[
    str,
    Meta(
        pattern=whole(_NAME),
        title="a name",
        description="Letters, digits, full stops, underscores and hyphens; at most 64.",
        examples=["seat-1"],
    ),
]
_ITEM_NAME = whole(f"{_NAME}(:{_NAME})?")
_ITEM_NAME_DESCRIPTION = "Where several orders have an item of this name: the order's name, a colon, the item's."
ItemName = Annotated[
    str,
    Meta(
        pattern=_ITEM_NAME,
        title="an order item's name",
        description=_ITEM_NAME_DESCRIPTION,
        examples=["seat-1", "booking:seat-1"],
    ),
]
ItemNameBesideList = Annotated[
    str,
    Meta(
        title="an order item's name",
        description=_ITEM_NAME_DESCRIPTION,
        examples=["seat-1", "booking:seat-1"],
        extra_json_schema={"pattern": _ITEM_NAME},
    ),
]
"""A name where a list of names may stand too. msgspec frees a union of a text with a pattern and an array wrongly, so only the
schema has the pattern; what is no name names nothing, and is refused for that."""
Identifier = Annotated[
    str,
    Meta(
        pattern=whole(r"(?!\.{1,2}$)[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]{1,128}"),
        title="an identifier",
        description="Any text on one line, as brokers and Booking Systems give it; at most 128 characters.",
        examples=["auth0|0a1b2c", "ada+gym@example.com"],
    ),
]
Line = Annotated[str, Meta(min_length=1, max_length=500, title="text")]
InstantText = Annotated[
    str,
    Meta(
        pattern=INSTANT,
        title="an instant",
        description="From the epoch, weeks and days by the calendar of the timezone, or an ISO 8601 date-time with offset.",
        examples=["+2d10h", "2030-06-05T19:00:00+01:00"],
        extra_json_schema={"format": "instant"},
    ),
]
EpochText = Annotated[
    str,
    Meta(
        pattern=EPOCH,
        title="an epoch",
        description="The instant at which the world starts: an ISO 8601 date-time with offset, or now.",
        examples=[DEFAULT_EPOCH, "now"],
        extra_json_schema={"format": "epoch"},
    ),
]
Duration = Annotated[
    str,
    Meta(
        pattern=DURATION,
        title="a duration",
        description="ISO 8601, exact time: a day is 24 hours; months and years have no length.",
        examples=["PT30S", "P1D"],
        extra_json_schema={"format": "exact-duration"},
    ),
]
Period = Annotated[
    str,
    Meta(
        pattern=PERIOD,
        title="a period",
        description="ISO 8601, counted by the calendar.",
        examples=["P1D", "PT12H"],
        extra_json_schema={"format": "period"},
    ),
]
Price = Annotated[str, Meta(pattern=PRICE, title="a price", examples=["6.50 GBP", "0 GBP"])]
Email = Annotated[
    str,
    Meta(
        pattern=whole(r"[^@\x00-\x20\x7f-\xa0]+@[^@\x00-\x20\x7f-\xa0]+"),
        max_length=254,
        title="an e-mail address",
        examples=["asha@example.com"],
    ),
]
Url = Annotated[
    str,
    Meta(
        pattern=whole("https?://[A-Za-z0-9._-]+(:[0-9]{1,5})?(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*"),
        max_length=500,
        title="an address of a host and a path",
        description="A host and perhaps a path; no query, no fragment, no slash at the end.",
        examples=["https://data.riverside.example"],
    ),
]
Timezone = Annotated[
    str, Meta(title="a timezone", examples=["Europe/London"], max_length=64, extra_json_schema={"format": "timezone"})
]
Uuid = Annotated[
    str,
    Meta(
        pattern=whole("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        title="a UUID in lower case",
        examples=["7d0c4c1e-52a1-4a0e-9a6b-0f6a3c7d8e21"],
    ),
]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Positive = Annotated[int, Meta(ge=1, le=1_000_000)]
Status = Annotated[int, Meta(ge=200, le=599, title="an HTTP status")]
Latitude = Annotated[float, Meta(ge=-90, le=90, description="Degrees north (WGS 84).")]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="Degrees east (WGS 84).")]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of the document; a key that it does not know is a fault."""


class RunningSpec(Part, frozen=True, kw_only=True):
    """A clock that runs: ``rate`` virtual seconds in a real one."""

    rate: Annotated[float, Meta(gt=0, le=1_000_000)] = 1.0


class ClockSpec(Part, frozen=True, kw_only=True):
    """A clock that moves: exactly one of the two keys."""

    running: RunningSpec | None = None
    step: Annotated[Duration, Meta(description="How far each request to imin's API moves the clock.")] | None = None


class SellerSpec(Part, frozen=True, kw_only=True):
    """An organisation that sells activities."""

    name: Line
    url: Url | None = None


class CustomerSpec(Part, frozen=True, kw_only=True):
    """A person with a customer account at imin."""

    given_name: Line
    family_name: Line
    email: Email
    identifier: Identifier | None = None


class CancellableSpec(Part, frozen=True, kw_only=True):
    """Cancellable with a full refund until a period before the start."""

    until: Period


class OfferSpec(Part, frozen=True, kw_only=True):
    """The offer that bookings accept. ``cancellable: unstated`` leaves the offer's flag out."""

    name: Line | None = None
    price: Price | None = None
    cancellable: bool | Literal["unstated"] | CancellableSpec | None = None


class PlaceSpec(Part, frozen=True, kw_only=True):
    """Where an opportunity happens; what is left out is made up, always the same."""

    name: Line | None = None
    street: Line | None = None
    locality: Line | None = None
    region: Line | None = None
    postcode: Line | None = None
    country: Line | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    identifier: Name | None = None


class RepeatsSpec(Part, frozen=True, kw_only=True):
    """One opportunity made many: ``<name>-1`` and on, each start a period after the last."""

    times: Positive
    every: Period = "P1D"


class OpportunitySpec(Part, frozen=True, kw_only=True):
    """A session or a facility slot; ``individual_facility_use`` names the slot's court, where the facility has several."""

    type: OpportunityKind
    seller: Name
    name: Line
    starts: InstantText
    lasts: Duration = "PT1H"
    capacity: Positive = 20
    place: PlaceSpec = PlaceSpec()
    offer: OfferSpec = OfferSpec()
    repeats: RepeatsSpec | None = None
    individual_facility_use: Line | None = None


class ItemSpec(Part, frozen=True, kw_only=True):
    """An order item with more than its opportunity; ``offer`` is laid over the opportunity's.

    ``identifier`` is what imin shows of it, one of its kind within the order; left out, the name in this file.
    """

    of: Name
    identifier: Identifier | None = None
    attendee: Line | None = None
    offer: OfferSpec = OfferSpec()


class OrderSpec(Part, frozen=True, kw_only=True):
    """A completed booking: either ``items``, or ``for_each`` of a repeated opportunity one order with one item."""

    customer: Name
    placed: InstantText = "-1d"
    items: dict[Name, Name | ItemSpec] = {}
    for_each: dict[Name, Name] = {}
    identifier: Uuid | None = None


class ReadsSpec(Part, frozen=True, kw_only=True):
    """After the client was shown the pending item that many times."""

    reads: Positive


class AnswerSpec(Part, frozen=True, kw_only=True):
    """How the Booking System answers a cancellation."""

    answers: AnswerKind | None = None
    after: Duration | ReadsSpec | None = None
    reason: Line | None = None


class DuplicatesSpec(Part, frozen=True, kw_only=True):
    """How often each change is published again."""

    times: Count
    every: Duration | None = None


class FeedSpec(Part, frozen=True, kw_only=True):
    """How the OrdersFeed publishes."""

    lag: Duration | None = None
    outage: bool | None = None
    duplicates: Count | DuplicatesSpec | None = None
    reorder: bool | None = None


class BookingSystemSpec(AnswerSpec, frozen=True, kw_only=True):
    """How the Booking System behaves; ``items`` answers for some order items differently."""

    items: dict[ItemName, AnswerSpec] | None = None
    feed: FeedSpec | None = None


class RefundSpec(Part, frozen=True, kw_only=True):
    """How imin's payment provider behaves."""

    takes: Duration | None = None
    fails: Count | None = None
    retry_every: Duration | None = None


HeaderName = Annotated[str, Meta(pattern=whole("[A-Za-z0-9-]+"), max_length=100, title="a header name")]
HeaderValue = Annotated[
    str,
    Meta(
        pattern=whole(r"([\x21-\x7e\xa0-\xff]([\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?)?"),
        title="a header value",
        description="Visible characters of Latin-1 on one line: no other can be sent in a header (RFC 9110, 5.5).",
    ),
]


class RespondSpec(Part, frozen=True, kw_only=True):
    """An answer in place of the real one; a body that is not text becomes JSON."""

    status: Status | None = None
    headers: dict[HeaderName, HeaderValue | int] | None = None
    body: Any = None


class ApiFaultSpec(Part, frozen=True, kw_only=True):
    """A fault of one operation: ``from`` its n-th request on, so many ``times``, ``for`` so long since its first hit.

    Requests are counted since the state was entered. Where nothing ends it, it stays.
    """

    respond: RespondSpec | None = None
    latency: Duration | None = None
    drop_connection: Literal["before", "after"] | bool | None = None
    truncate_body: bool | None = None
    begins_with: Positive | None = field(default=None, name="from")
    times: Positive | None = None
    lasts: Duration | None = field(default=None, name="for")


ApiFaults = ApiFaultSpec | Annotated[tuple[ApiFaultSpec, ...], Meta(max_length=100)]


class ApiSpec(Part, frozen=True, kw_only=True):
    """Faults of imin's API, by operation."""

    list_upcoming: ApiFaults | None = None
    list_orders: ApiFaults | None = None
    get_order: ApiFaults | None = None
    cancel: ApiFaults | None = None


class IminSpec(Part, frozen=True, kw_only=True):
    """How imin behaves."""

    reads_feed_every: Duration | None = None
    refund: RefundSpec | None = None
    api: ApiSpec | None = None


class ActionSpec(Part, frozen=True, kw_only=True, tag_field="do"):
    """Something done inside the Booking System or to the machine; ``at`` stands only in the timeline."""

    at: InstantText | None = None


class ItemsActionSpec(ActionSpec, frozen=True, kw_only=True):
    """Something done to items of an order; without ``items``, to all. Or to all that is booked on an ``opportunity``."""

    order: Name | None = None
    items: tuple[ItemName, ...] = ()
    opportunity: Name | None = None


class SellerCancelsSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="seller_cancels"):
    """The Seller cancels."""

    message: Line | None = None


class SellerReplacesSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="seller_replaces"):
    """The Seller moves items to another opportunity, at the same price or a lower one."""

    by: Name


class CustomerNoticeSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="customer_notice"):
    """The Seller leaves a notice for the customer."""

    notice: Line


class AttendedSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="attended"):
    """The Seller notes that the attendee came."""


class AbsentSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="absent"):
    """The Seller notes that the attendee did not come."""


class AccessPassSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="access_pass"):
    """The Seller sets a new access pass."""

    value: Line


class AccessCodeSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="access_code"):
    """The Seller sets a new access code."""

    value: Line


class AccessChannelSpec(ItemsActionSpec, frozen=True, kw_only=True, tag="access_channel"):
    """The Seller sets a new access channel."""

    value: Line


class ChangeOfLogisticsSpec(ActionSpec, frozen=True, kw_only=True, tag="change_of_logistics"):
    """The Seller changes an opportunity's name, start or place."""

    opportunity: Name
    name: Line | None = None
    starts: InstantText | None = None
    place: Line | None = None


class EnterSpec(ActionSpec, frozen=True, kw_only=True, tag="enter"):
    """The machine is put into a state."""

    state: Name


AnyAction = (
    SellerCancelsSpec
    | SellerReplacesSpec
    | CustomerNoticeSpec
    | AttendedSpec
    | AbsentSpec
    | AccessPassSpec
    | AccessCodeSpec
    | AccessChannelSpec
    | ChangeOfLogisticsSpec
    | EnterSpec
)


class MoveSpec(Part, frozen=True, kw_only=True):
    """What a transition does: goes ``to`` a state, does something, or both."""

    to: Name | None = None
    do: AnyAction | tuple[AnyAction, ...] = ()


class WhereSpec(Part, frozen=True, kw_only=True):
    """What an event must also be about."""

    item: ItemName | None = None
    order: Name | None = None
    customer: Name | None = None


class OnSpec(MoveSpec, frozen=True, kw_only=True):
    """A transition on a domain event."""

    event: Name
    where: WhereSpec = WhereSpec()


class StateSpec(Part, frozen=True, kw_only=True):
    """A way of behaving, laid over the defaults, and the ways out of it."""

    booking_system: BookingSystemSpec = BookingSystemSpec()
    imin: IminSpec = IminSpec()
    on: tuple[OnSpec, ...] = ()
    after: dict[Duration, Name | MoveSpec] = {}
    at: dict[InstantText, Name | MoveSpec] = {}


class BehaviourSpec(Part, frozen=True, kw_only=True):
    """The machine: a state is a named way of behaving."""

    initial: Name | None = None
    always: StateSpec = StateSpec()
    states: dict[Name, StateSpec] = {}


class ToldByKey:
    """Something that has one of several forms, told by which key it has; the forms are in :data:`FORMS`."""

    __slots__ = ()


class StepSpec(ToldByKey):
    """A request of the stand-in client."""

    __slots__ = ()


class ExpectationSpec(ToldByKey):
    """What must have been observed."""

    __slots__ = ()


class AnswerExpectedSpec(Part, frozen=True, kw_only=True):
    """The answer that a cancellation must get."""

    status: Status | None = None
    rule: str | None = None
    error: Line | None = None
    says: Line | None = None


class RequestSpec(Part, frozen=True, kw_only=True):
    """A request at an instant; its connection may be expected to be lost, or its answer to be cut short."""

    at: InstantText
    drops: bool = False
    truncated: bool = False


class CancelSpec(StepSpec, RequestSpec, frozen=True, kw_only=True):
    """The client asks to cancel items of an order."""

    cancel: ItemNameBesideList | Annotated[tuple[ItemName, ...], Meta(min_length=1)]
    of: Name
    expect: Status | AnswerExpectedSpec | None = None


class ListUpcomingSpec(StepSpec, RequestSpec, frozen=True, kw_only=True):
    """The client lists a customer's upcoming order items."""

    list_upcoming: Name
    page: Positive | None = None
    expect: Status | dict[ItemName, OrderItemStatus] | None = None
    total: Count | None = None
    pages: Count | None = None
    cancellable: dict[ItemName, bool] = {}
    absent: tuple[ItemName, ...] = ()


class ListOrdersSpec(StepSpec, RequestSpec, frozen=True, kw_only=True):
    """The client lists a customer's orders; ``expect`` is their order on the page."""

    list_orders: Name
    page: Positive | None = None
    expect: Status | tuple[Name, ...] | None = None
    total: Count | None = None
    pages: Count | None = None


class GetOrderSpec(StepSpec, RequestSpec, frozen=True, kw_only=True):
    """The client gets an order."""

    get_order: Name
    expect: Status | dict[ItemName, OrderItemStatus] | None = None


AnyStep = CancelSpec | ListUpcomingSpec | ListOrdersSpec | GetOrderSpec


class ObservedSpec(Part, frozen=True, kw_only=True):
    """Something that must hold at an instant or, without one, at the end."""

    at: InstantText | None = None


class ItemStatusSpec(ExpectationSpec, ObservedSpec, frozen=True, kw_only=True):
    """An item has a status, in imin's copy or in the Booking System."""

    item: ItemName
    status: OrderItemStatus
    view: Literal["imin", "booking_system"] = "imin"


class RefundsSpec(ExpectationSpec, ObservedSpec, frozen=True, kw_only=True):
    """So many refunds are complete, together of an amount."""

    refunds: Count
    of: Name | None = None
    amount: Price | None = None


class EmailsSpec(ExpectationSpec, ObservedSpec, frozen=True, kw_only=True):
    """So many e-mails were sent."""

    emails: Count
    to: Name | None = None


class FeedItemsSpec(ExpectationSpec, ObservedSpec, frozen=True, kw_only=True):
    """So many orders are in the OrdersFeed."""

    feed_items: Count


class ReceiptsSpec(ExpectationSpec, ObservedSpec, frozen=True, kw_only=True):
    """An order has so many receipts."""

    receipts: Count
    of: Name


class EventsSpec(ExpectationSpec, ObservedSpec, frozen=True, kw_only=True):
    """A domain event happened so many times."""

    event: Name
    times: Count = 1


AnyExpectation = ItemStatusSpec | RefundsSpec | EmailsSpec | FeedItemsSpec | ReceiptsSpec | EventsSpec

FORMS: dict[type, dict[str, type[Part]]] = {
    StepSpec: {
        "cancel": CancelSpec,
        "list_upcoming": ListUpcomingSpec,
        "list_orders": ListOrdersSpec,
        "get_order": GetOrderSpec,
    },
    ExpectationSpec: {
        "item": ItemStatusSpec,
        "refunds": RefundsSpec,
        "emails": EmailsSpec,
        "feed_items": FeedItemsSpec,
        "receipts": ReceiptsSpec,
        "event": EventsSpec,
    },
}
"""For everything that is told by its keys: the key that tells, and the form."""


class Document(Part, frozen=True, kw_only=True, dict=True):
    """A scenario of imin-mock: what the world contains, how it behaves, and what must have been observed."""

    version: Literal[1]
    title: Line
    about: str = ""
    epoch: EpochText = DEFAULT_EPOCH
    timezone: Timezone = "Europe/London"
    seed: int = 1
    clock: Literal["frozen"] | ClockSpec = "frozen"
    readings: dict[str, str | int] = {}
    twin: Twin | None = None
    sellers: dict[Name, SellerSpec] = {}
    customers: dict[Name, CustomerSpec] = {}
    opportunities: dict[Name, OpportunitySpec] = {}
    orders: dict[Name, OrderSpec] = {}
    behaviour: BehaviourSpec = BehaviourSpec()
    timeline: tuple[AnyAction, ...] = ()
    when: tuple[StepSpec, ...] = ()
    then: tuple[ExpectationSpec, ...] = ()

    @cached_property
    def shared_items(self) -> frozenset[str]:
        """The names that items of several orders have."""
        counted = Counter(chain.from_iterable(order.items for order in self.orders.values()))
        return frozenset(name for name, times in counted.items() if times > 1)
