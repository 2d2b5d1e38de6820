"""The HTTP exchanges of a world: list, export, verify, forget. None of these operations changes the world."""

from typing import Any

from mockserver.domain.rules import Rule
from mockserver.engine.exchange_queries import ExchangeFilter, Verdict, verify_order, verify_times
from mockserver.engine.exchanges import Exchange
from mockserver.engine.live_world import LiveWorld
from mockserver.exchange_files.har import exported_har
from mockserver.exchange_files.ndjson import exchange_fields, ndjson_of
from mockserver.foundation.suggestions import did_you_mean
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.exchange_shapes import (
    VERIFICATION,
    VERIFICATIONS,
    ExchangeFilterSpec,
    ExchangeList,
    ExchangesQuery,
    VerdictView,
    Verification,
)
from mockserver.web.admin_api.rows import NO_QUERY, NO_WORLD, WORLD, Paths, problem_says
from mockserver.web.answers import Answer, empty_answer, json_answer
from mockserver.web.decoder import json_body, query_of, wrong_shape
from mockserver.web.operation import Call, Operation, OperationOutcome, RefusalError

_DEFAULT_LAST = 100
HAR, NDJSON = "application/har+json", "application/x-ndjson"


def list_exchanges(control: Control, call: Call) -> Answer:
    """The latest requests to imin's face and their answers, as JSON, HAR or NDJSON."""
    live_world, query = control.live_world_of(call), call.query
    wanted = _filter(query, live_world)
    found = [each for each in live_world.exchanges.all() if wanted.fits(each)]
    if query.last is not None or query.form == "json":
        found = found[-(query.last or _DEFAULT_LAST) :]
    if query.form == "har":
        return json_answer(exported_har(live_world, found, call.address), media_type=HAR.encode())
    if query.form == "ndjson":
        body = ndjson_of(live_world, found)
        headers = [(b"content-type", NDJSON.encode()), (b"content-length", b"%d" % len(body))]
        return Answer(status=200, body=body, headers=headers)
    return json_answer({"total": live_world.exchanges.total, "exchanges": [exchange_fields(each) for each in found]})


def verify_exchanges(control: Control, call: Call) -> Answer:
    """Whether the client has asked what it should have asked."""
    live_world, wanted = control.find_used(call), call.body
    live_world.catch_up()
    _check(wanted)
    ring = live_world.exchanges
    if wanted.in_order is not None:
        filters = [_filter(each, live_world) for each in wanted.in_order]
        return json_answer(_verdict(verify_order(ring, filters, strictly=wanted.strictly)))
    one = _filter(wanted.exchanges, live_world)
    if wanted.times is not None:
        return json_answer(_verdict(verify_times(ring, one, at_least=wanted.times, at_most=wanted.times)))
    least = wanted.at_least if wanted.at_least is not None else 1 if wanted.at_most is None else 0
    return json_answer(_verdict(verify_times(ring, one, at_least=least, at_most=wanted.at_most)))


def forget_exchanges(control: Control, call: Call) -> Answer:
    """Forget the exchanges; the world stays as it is."""
    control.find_used(call).exchanges.clear()
    return empty_answer()


def _filter(asked: ExchangesQuery | ExchangeFilterSpec, live_world: LiveWorld) -> ExchangeFilter:
    """What is asked for. *Raises* :class:`RefusalError` for a rule that there is not."""
    if asked.rule is not None and asked.rule not in set(Rule):
        meant = did_you_mean(asked.rule, [rule.value for rule in Rule]) or " GET /__admin/rules lists them."
        raise RefusalError(422, "There is no such rule", f"There is no rule {asked.rule[:100]!r}.{meant}")
    order = live_world.world.catalogue.orders_by_name.get(asked.order or "")
    return ExchangeFilter(
        method=asked.method,
        path=asked.path,
        status=None if asked.status is None else str(asked.status),
        rule=asked.rule,
        fault=asked.fault,
        order=asked.order if order is None else order.id,
        after=asked.after,
    )


def _check(wanted: Verification) -> None:
    """*Raises* :class:`RefusalError` where the parts contradict each other."""
    if (wanted.exchanges is None) == (wanted.in_order is None):
        raise wrong_shape('Give exactly one of "exchanges" and "in_order".')
    counted = [name for name in ("times", "at_least", "at_most") if getattr(wanted, name) is not None]
    if wanted.in_order is not None and counted:
        raise wrong_shape(f'"{counted[0]}" belongs to "exchanges", not to "in_order".')
    if wanted.in_order is None and wanted.strictly:
        raise wrong_shape('"strictly" belongs to "in_order".')
    if wanted.times is not None and len(counted) > 1:
        raise wrong_shape(f'"times" is exact; leave out "{counted[1]}".')
    if wanted.at_least is not None and wanted.at_most is not None and wanted.at_least > wanted.at_most:
        raise wrong_shape('"at_least" is more than "at_most".')


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": verdict.holds,
        "says": verdict.says,
        "found": [_brief(each) for each in verdict.found],
        "near": [{"exchange": _brief(each), "differs": list(parts)} for each, parts in verdict.near],
    }


def _brief(exchange: Exchange) -> dict[str, Any]:
    return {
        "number": exchange.number,
        "at": exchange.at.format_iso(),
        "method": exchange.method,
        "target": exchange.target,
        "status": exchange.status,
        "rule": exchange.rule,
        "fault": exchange.fault,
    }


PATHS: Paths = {
    f"{WORLD}/exchanges": {
        "GET": Operation(
            id="listExchanges",
            tag="observations",
            summary="The latest HTTP exchanges",
            about="Requests to imin's face that named this world, and their answers; as HAR 1.2 or NDJSON too.",
            carry_out=list_exchanges,
            query=query_of(ExchangesQuery),
            outcomes={
                200: OperationOutcome(
                    says="The latest HTTP exchanges.",
                    shape=ExchangeList,
                    also={
                        HAR: {"type": "object", "required": ["log"]},
                        NDJSON: {"type": "string"},
                    },
                ),
                404: NO_WORLD,
            },
        ),
        "DELETE": Operation(
            id="forgetExchanges",
            tag="observations",
            summary="Forget the HTTP exchanges",
            carry_out=forget_exchanges,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="They are forgotten; the world stays as it is."), 404: NO_WORLD},
        ),
    },
    f"{WORLD}/exchanges/verification": {
        "POST": Operation(
            id="verifyExchanges",
            tag="observations",
            summary="Whether a client has asked what it should have asked",
            carry_out=verify_exchanges,
            query=NO_QUERY,
            body=json_body(Verification, schema=VERIFICATION, examples=VERIFICATIONS),
            outcomes={
                200: OperationOutcome(says="Whether it is so, and what was found.", shape=VerdictView),
                404: NO_WORLD,
                409: problem_says("Exchanges that may decide it are no longer kept."),
            },
        )
    },
}
