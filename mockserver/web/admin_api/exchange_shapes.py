"""HTTP exchanges as the control interface takes and shows them: filters, expectations about them, and what was found."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from mockserver.domain.rules import Rule
from mockserver.engine.exchange_queries import STATUS_PATTERN
from mockserver.foundation.patterns import whole
from mockserver.web.admin_api.shapes import Closed, Count, Moment

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
PathPattern = Annotated[
    str,
    Meta(
        pattern=whole(r"/[^?#\n]*"),
        max_length=500,
        description="The path without its query; * and {name} stand for a segment or a part of one, ** for anything.",
        examples=["/api/v2/orders/{order}"],
    ),
]
StatusText = Annotated[
    str, Meta(pattern=STATUS_PATTERN, description="A status, or a class of them.", examples=["204", "4xx"])
]
RuleId = Annotated[
    str,
    Meta(description="The rule that the answer names.", extra_json_schema={"enum": [rule.value for rule in Rule]}),
]
Number = Annotated[int, Meta(ge=0, le=2**53)]
_Limit = Annotated[
    int, Meta(ge=1, le=10_000, description="How many at the most: the latest. By default 100; all, of an export.")
]


class Body(Closed):
    """A request or an answer: headers as pairs, and the body as text."""

    headers: list[list[str]]
    body: str


class ExchangeView(Closed):
    """A request to imin's face and its answer. Units: ``took_us`` in microseconds of real time.

    ``at`` is by the world's clock, ``wall`` by this machine's. ``events`` is how many events the world's journal held then.
    """

    number: Annotated[int, Meta(ge=1)]
    at: Moment
    wall: Moment
    took_us: Count
    events: Count
    method: str
    target: str
    status: int
    rule: str | None
    fault: str | None
    request: Body
    response: Body


class ExchangeList(Closed):
    """The latest exchanges, oldest first; ``total`` counts those that are no longer kept."""

    total: Count
    exchanges: list[ExchangeView]


class ExchangesQuery(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"form": "as"}):
    """Which exchanges: all that is given must fit."""

    method: Method | None = None
    path: PathPattern | None = None
    status: StatusText | None = None
    rule: RuleId | None = None
    fault: Annotated[bool | None, Meta(description="Only those with a fault of the mock, or only those without.")] = (
        None
    )
    order: Annotated[str | None, Meta(description="Only those whose path names this order, by identifier or name.")] = (
        None
    )
    after: Annotated[Number, Meta(description="Only those with a larger number.")] = 0
    last: _Limit | None = None
    form: Annotated[Literal["json", "har", "ndjson"], Meta(description="HAR 1.2, or one exchange a line.")] = "json"


class ExchangeFilterSpec(Closed):
    """Which exchanges: all that is given must fit."""

    method: Method | None = None
    path: PathPattern | None = None
    status: StatusText | Annotated[int, Meta(ge=0, le=599)] | None = None
    rule: RuleId | None = None
    fault: bool | None = None
    order: str | None = None
    after: Number = 0


class Verification(Closed):
    """What is expected of the exchanges: so many of them, or an order.

    ``exchanges`` fit so many times: at least once, where nothing is said; 0 is never. Or they fit the filters ``in_order``;
    ``strictly``: with no other between.
    """

    exchanges: ExchangeFilterSpec | None = None
    times: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    in_order: Annotated[list[ExchangeFilterSpec], Meta(min_length=1, max_length=1000)] | None = None
    strictly: bool = False


_ABSENT = {"type": "null"}
VERIFICATION = Annotated[
    Verification,
    Meta(
        extra_json_schema={
            "oneOf": [
                {
                    "required": ["exchanges"],
                    "properties": {
                        "exchanges": {"type": "object"},
                        "in_order": _ABSENT,
                        "strictly": {"const": False},
                    },
                    "anyOf": [
                        {"properties": {"times": _ABSENT}},
                        {"properties": {"at_least": _ABSENT, "at_most": _ABSENT}},
                    ],
                },
                {
                    "required": ["in_order"],
                    "properties": {
                        "in_order": {"type": "array"},
                        **dict.fromkeys(("exchanges", "times", "at_least", "at_most"), _ABSENT),
                    },
                },
            ]
        }
    ),
]
"""Which of its members go together. That ``at_least`` is no more than ``at_most`` is more than JSON Schema can say."""


class ExchangeBrief(Closed):
    """An exchange at a glance."""

    number: Annotated[int, Meta(ge=1)]
    at: Moment
    method: str
    target: str
    status: int
    rule: str | None
    fault: str | None


class NearMiss(Closed):
    """An exchange that nearly fits, and what keeps it from fitting."""

    exchange: ExchangeBrief
    differs: list[str]


class VerdictView(Closed):
    """Whether it is so, in words; the exchanges that fit, and where it is not so, what was there instead."""

    holds: bool
    says: str
    found: list[ExchangeBrief]
    near: list[NearMiss]


VERIFICATIONS = {
    "once": {"exchanges": {"method": "PATCH", "status": "204"}, "times": 1},
    "never": {"exchanges": {"fault": True}, "times": 0},
    "in this order": {"in_order": [{"method": "PATCH"}, {"path": "/api/v2/order-items"}], "strictly": True},
}
"""Examples for the document."""
