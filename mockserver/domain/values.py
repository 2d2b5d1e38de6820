"""What the domain's values are made of: frozen records, compared by what they hold, and identifiers, whose type says of what.

They are msgspec Structs and not dataclasses, for the class alone and not for its codecs: each request makes a dozen of them
and each start defines about eighty, and a frozen slotted dataclass takes four times as long to make and twenty times as
long to define. Nothing else of msgspec may be used in the domain.
"""

from typing import NewType, TypeVar

import msgspec
from msgspec import field as field  # noqa: PLC0414 - a record's defaults that are made anew for each

V = TypeVar("V", bound="Value")


class Value(msgspec.Struct, frozen=True, gc=False):
    """A frozen record. each class says ``frozen`` and ``kw_only`` itself, since type checkers do not inherit them.

    The garbage collector need not look at what can be part of no circle: a value holds only what was there before it.
    """


class MutableValue(msgspec.Struct):
    """A record that can be changed, compared by what it holds; each class says ``kw_only`` itself."""


def replace(value: V, **changes: object) -> V:
    """The same value with some fields changed."""
    return msgspec.structs.replace(value, **changes)


def fields_of(kind: type[Value]) -> tuple[str, ...]:
    """The names of the fields of a kind of value, in their order."""
    return kind.__struct_fields__


SellerId = NewType("SellerId", str)
CustomerId = NewType("CustomerId", str)
OpportunityId = NewType("OpportunityId", str)
OrderId = NewType("OrderId", str)
OrderItemId = NewType("OrderItemId", str)
RefundId = NewType("RefundId", str)
StateName = NewType("StateName", str)
