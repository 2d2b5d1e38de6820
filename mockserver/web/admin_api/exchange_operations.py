"""The operations about HTTP exchanges, as a part of the control interface's table."""

from mockserver.web.admin_api import exchange_shapes as shape
from mockserver.web.admin_api import exchanges
from mockserver.web.admin_api.control import Control
from mockserver.web.admin_api.describing import NO_QUERY, NO_WORLD, WORLD, problem_says
from mockserver.web.decoder import json_body, query_of
from mockserver.web.operation import DescribedOperation, Operation, OperationOutcome

EXCHANGES: dict[str, dict[str, DescribedOperation[Control]]] = {
    f"{WORLD}/exchanges": {
        "GET": Operation(
            id="listExchanges",
            tag="observations",
            summary="The latest HTTP exchanges",
            about="Requests to imin's face that named this world, and their answers; as HAR 1.2 or NDJSON too.",
            carry_out=exchanges.list_exchanges,
            query=query_of(shape.ExchangesQuery),
            outcomes={
                200: OperationOutcome(
                    says="The latest HTTP exchanges.",
                    shape=shape.ExchangeList,
                    also={
                        exchanges.HAR: {"type": "object", "required": ["log"]},
                        exchanges.NDJSON: {"type": "string"},
                    },
                ),
                404: NO_WORLD,
            },
        ),
        "DELETE": Operation(
            id="forgetExchanges",
            tag="observations",
            summary="Forget the HTTP exchanges",
            carry_out=exchanges.forget_exchanges,
            query=NO_QUERY,
            outcomes={204: OperationOutcome(says="They are forgotten; the world stays as it is."), 404: NO_WORLD},
        ),
    },
    f"{WORLD}/exchanges/verification": {
        "POST": Operation(
            id="verifyExchanges",
            tag="observations",
            summary="Whether a client has asked what it should have asked",
            carry_out=exchanges.verify_exchanges,
            query=NO_QUERY,
            body=json_body(shape.Verification, schema=shape.VERIFICATION, examples=shape.VERIFICATIONS),
            outcomes={
                200: OperationOutcome(says="Whether it is so, and what was found.", shape=shape.VerdictView),
                404: NO_WORLD,
                409: problem_says("Exchanges that may decide it are no longer kept."),
            },
        )
    },
}
"""Every path about the exchanges of a world."""
