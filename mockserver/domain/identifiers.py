"""The identifiers of the domain. All are plain strings; the type says what they identify."""

from typing import NewType

SellerId = NewType("SellerId", str)
CustomerId = NewType("CustomerId", str)
OpportunityId = NewType("OpportunityId", str)
OrderId = NewType("OrderId", str)
OrderItemId = NewType("OrderItemId", str)
RefundId = NewType("RefundId", str)
StateName = NewType("StateName", str)
