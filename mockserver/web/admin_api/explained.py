"""What the control interface shows of an explanation, as types: the rule, the values, the readings, and the cliffs."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from mockserver.domain.twins import Twin
from mockserver.web.admin_api.shapes import Closed, Count, Moment, RuleView


class FlagView(Closed):
    """imin:isPresentlyCancellable, and the rule that sets it."""

    allowed: bool
    rule: str
    reason: str


class CancelView(Closed):
    """What a PATCH for the item alone gets. ``status`` is null where a scripted fault loses the connection."""

    status: int | None
    rule: str
    reason: str
    fault: str | None


class AnswerView(Closed):
    """What imin says about the item. The flag can only be seen while the item is ``listed``."""

    listed: bool
    flag: FlagView
    cancel: CancelView
    list_fault: str | None


class CircumstancesView(Closed):
    """The values that the rules were applied to. Periods are ISO 8601."""

    status: str
    status_at_seller: str
    starts: Moment
    allow_customer_cancellation_full_refund: bool | None
    latest_cancellation_before_start: str | None
    deadline: Moment | None
    behaviour: str
    booking_system_answers: str
    booking_system_after: str
    reads_left: Count | None


class ChosenReading(Closed):
    """A question that imin leaves open, and the answer on which this verdict rests."""

    name: str
    question: str
    chosen: str
    options: list[str]


class CliffView(Closed):
    """An instant at which the answer flips: by the clock alone, or because of what is due then."""

    at: Moment
    cause: Literal["clock", "due"]
    happened: list[str]
    before: AnswerView
    after: AnswerView


class ExplanationView(Closed):
    """Why imin says what it says about an order item, and when it would say something else if nobody did anything.

    ``rules`` are those that set the flag and that answer a PATCH. ``seen_until`` is null where nothing more can follow.
    An evil twin that bends what is shown, not what is decided, is explained as if it did not: ``twin`` names it.
    """

    item: str
    order: str
    order_name: str
    customer: str
    at: Moment
    answer: AnswerView
    rules: list[RuleView]
    circumstances: CircumstancesView
    readings: list[ChosenReading]
    cliffs: list[CliffView]
    seen_until: Moment | None
    twin: Twin | None


class ExplanationQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which instant."""

    at: Annotated[
        str | None,
        Meta(
            description="The instant to explain, by default the present: a date-time with its offset, not before the world's"
            " present. Later ones are worked out on a copy; the world stays where it is.",
            extra_json_schema={"format": "date-time"},
        ),
    ] = None
