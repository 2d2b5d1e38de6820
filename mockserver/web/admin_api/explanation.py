"""The explanation of an order item: why imin says what it says about it, and when that would change."""

from collections.abc import Sequence
from typing import Any

from whenever import Instant

from mockserver.domain.readings import READINGS
from mockserver.domain.rules import Rule
from mockserver.domain.world import WorldState
from mockserver.engine.explanation import Circumstances, Cliff, Explanation, explain_item
from mockserver.engine.predictions import ItemAnswer, explain_fault
from mockserver.engine.queries import items_called
from mockserver.foundation.suggestions import did_you_mean
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.observation_shapes import ExplanationQuery, ExplanationView
from mockserver.web.admin_api.rows import (
    WORLD,
    Paths,
    look,
    problem_says,
)
from mockserver.web.admin_api.server import rule_view
from mockserver.web.answers import Answer, json_answer
from mockserver.web.decoder import query_of
from mockserver.web.instants import instant_of, is_date_time
from mockserver.web.operation import Call, RefusalError


def show_explanation(control: Control, call: Call) -> Answer:
    """The explanation of one order item, by its name in the scenario or its identifier."""
    asked = None if call.query.at is None else _instant(call.query.at)
    live_world = control.live_world_of(call)
    called = items_called(live_world.world.catalogue, call.path["item"])
    if len(called) != 1:
        detail = which_item(live_world.world, call.path["item"])
        raise RefusalError(404, "There is no such order item", detail, rule=Rule.CANCEL_UNKNOWN_ITEM)
    explanation = explain_item(live_world.world, called[0].id, now=live_world.present(), at=asked)
    return json_answer(explanation_view(explanation))


def which_item(world: WorldState, asked: str) -> str:
    """What to say to somebody who asks about an item that no order holds, or several: which they may have meant."""
    several = [item.id for item in items_called(world.catalogue, asked)]
    if several:
        return f"Several orders have an order item {asked[:100]!r}; say which: {_some(several)}."
    order = world.catalogue.orders_by_name.get(asked)
    if order is not None:
        return f"{asked!r} is an order; its items are: {', '.join(item.id for item in order.items)}."
    items = list(world.catalogue.items)
    meant = did_you_mean(asked, items) or f" There are: {_some(items)}."
    return f"There is no order item {asked[:100]!r} in this world.{meant}"


def explanation_view(explanation: Explanation) -> dict[str, Any]:
    """The explanation, key by key."""
    rules = dict.fromkeys((explanation.answer.flag.rule, explanation.answer.cancel.rule))
    outlook = explanation.outlook
    return {
        "item": explanation.item_id,
        "order": explanation.order.id,
        "order_name": explanation.order.name,
        "customer": explanation.order.customer_id,
        "at": explanation.at.format_iso(),
        "answer": _answer(explanation.answer),
        "rules": [rule_view(rule) for rule in rules],
        "circumstances": _circumstances(explanation.circumstances),
        "readings": [
            {
                "name": name.value,
                "question": READINGS[name].question,
                "chosen": chosen,
                "options": list(READINGS[name].options),
            }
            for name, chosen in explanation.readings
        ],
        "cliffs": [_cliff(cliff) for cliff in outlook.cliffs],
        "seen_until": None if outlook.seen_until is None else outlook.seen_until.format_iso(),
        "twin": explanation.twin,
    }


def status_of(answer: ItemAnswer) -> int | None:
    """The status that a PATCH for the item gets; ``None`` if its connection is lost."""
    fault = answer.cancel_fault
    if fault is not None and fault.respond is not None:
        return fault.respond.status
    if fault is not None and fault.drop_connection is not None:
        return None
    return 204 if answer.cancel.accepted else 400


def _answer(answer: ItemAnswer) -> dict[str, Any]:
    return {
        "listed": answer.listed,
        "flag": {
            "allowed": answer.flag.allowed,
            "rule": answer.flag.rule.value,
            "reason": answer.flag.reason,
        },
        "cancel": {
            "status": status_of(answer),
            "rule": answer.cancel.rule.value,
            "reason": answer.cancel.reason,
            "fault": None if answer.cancel_fault is None else explain_fault(answer.cancel_fault),
        },
        "list_fault": None if answer.list_fault is None else explain_fault(answer.list_fault),
    }


def _circumstances(found: Circumstances) -> dict[str, Any]:
    window, answer = found.latest_cancellation_before_start, found.booking_system
    return {
        "status": found.status.value,
        "status_at_seller": found.status_at_seller.value,
        "starts": found.starts.to_instant().format_iso(),
        "allow_customer_cancellation_full_refund": found.allow_customer_cancellation_full_refund,
        "latest_cancellation_before_start": None if window is None else window.format_iso(),
        "deadline": None if found.deadline is None else found.deadline.format_iso(),
        "behaviour": found.behaviour,
        "booking_system_answers": answer.kind.value,
        "booking_system_after": answer.after.format_iso(),
        "reads_left": found.reads_left,
    }


def _cliff(cliff: Cliff) -> dict[str, Any]:
    return {
        "at": cliff.at.format_iso(),
        "cause": cliff.cause.value,
        "happened": list(cliff.happened),
        "before": _answer(cliff.before),
        "after": _answer(cliff.after),
    }


def _instant(text: str) -> Instant:
    """The instant of the query. *Raises* :class:`RefusalError`, ``NoSuchInstantError``."""
    said = text.replace(" ", "+")  # what an offset's + becomes in a query that does not escape it
    if not is_date_time(said):
        detail = f'"at" is a date-time with its offset, such as "2030-06-03T09:00:00+01:00", not {text[:60]!r}.'
        raise RefusalError(422, "The query is wrong", detail)
    return instant_of(said)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:6]) or "none"
    return shown if len(names) <= 6 else f"{shown} and {len(names) - 6} more"


PATHS: Paths = {
    f"{WORLD}/order-items/{{item}}/explanation": {
        "GET": look(
            "explainOrderItem", "observations", "Why imin says what it says about an order item",
            show_explanation, ExplanationView,
            about="The rule that decides whether it may be cancelled, the values that it was applied to, who says so, and"
            " every instant at which the answer flips if nobody does anything.",
            query=query_of(ExplanationQuery),
            outcomes={
                404: problem_says("There is no such world, or no such order item in it."),
                409: problem_says("That is in the past, out of the calendar, or too much is due before it."),
            },
        )
    },
}  # fmt: skip
