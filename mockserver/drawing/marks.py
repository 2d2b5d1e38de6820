"""The marks by which a coverage report and a diagram agree on what was met. One function for each thing that can be met."""

from mockserver.domain.identifiers import StateName
from mockserver.domain.statuses import OrderItemStatus


def state_mark(state: StateName) -> str:
    """The machine was in the state: ``state:obliging``."""
    return f"state:{state}"


def transition_mark(state: StateName, index: int) -> str:
    """The state's transition fired, counted from 0 in the order of the machine: ``transition:obliging#0``."""
    return f"transition:{state}#{index}"


def timeline_mark(index: int) -> str:
    """The timeline's entry was due, counted from 0: ``timeline#0``."""
    return f"timeline#{index}"


def status_mark(view: str, status: OrderItemStatus) -> str:
    """An order item had the status in a view (``imin`` or ``booking_system``): ``imin:CustomerCancelled``."""
    return f"{view}:{status.value}"


def move_mark(view: str, before: OrderItemStatus, after: OrderItemStatus) -> str:
    """An order item went from one status to another in a view: ``imin:OrderItemConfirmed->CustomerCancelled``."""
    return f"{view}:{before.value}->{after.value}"
