"""The steps of a scenario in words, with what each expects. It must never know whether the expectation was met."""

from typing import assert_never

from mockserver.domain.catalogue import Catalogue
from mockserver.scenario.expectations import (
    CancelStep,
    ExpectedAnswer,
    GetOrderStep,
    ListOrdersStep,
    ListUpcomingStep,
    Step,
)


def describe(step: Step, catalogue: Catalogue) -> str:
    """The step and what it expects, in words."""
    orders = catalogue.orders
    match step:
        case CancelStep(order_id=order_id, item_ids=item_ids):
            name = orders[order_id].name if order_id in orders else order_id
            return f"cancelling {', '.join(item_ids)} of {name} to give {_expected(step.answer)}"
        case ListUpcomingStep(customer_id=customer_id, page=page):
            wanted = [f"{item_id} {status}" for item_id, status in step.statuses.items()]
            wanted += [f"{i} {'' if flag else 'not '}presently cancellable" for i, flag in step.cancellable.items()]
            wanted += [f"no {item_id}" for item_id in step.absent]
            return _listing(f"{customer_id}'s upcoming items", page, wanted, step)
        case ListOrdersStep(customer_id=customer_id, page=page):
            names = None if step.order_ids is None else [orders[order_id].name for order_id in step.order_ids]
            return _listing(f"{customer_id}'s orders", page, [] if names is None else [f"[{', '.join(names)}]"], step)
        case GetOrderStep(order_id=order_id):
            wanted = [f"{item_id} {status}" for item_id, status in step.statuses.items()]
            return f"order {orders[order_id].name} to show {', '.join(wanted) or _expected(step.answer)}"
        case _:
            assert_never(step)


def _listing(what: str, page: int | None, wanted: list[str], step: ListUpcomingStep | ListOrdersStep) -> str:
    wanted += [f"imin:totalItems {step.total}"] if step.total is not None else []
    wanted += [f"imin:totalPages {step.pages}"] if step.pages is not None else []
    on = "" if page is None else f", page {page},"
    return f"{what}{on} to show {', '.join(wanted) or _expected(step.answer)}"


def _expected(answer: ExpectedAnswer) -> str:
    if answer.lost:
        return "no answer"
    parts = [str(answer.status)] if answer.status is not None else []
    parts += [f"rule {answer.rule}"] if answer.rule else []
    parts += [f"error {answer.error}"] if answer.error else []
    parts += [f'"{answer.says}"'] if answer.says else []
    parts += ["a body cut short"] if answer.cut else []
    return ", ".join(parts) or "any answer"
