"""The OpenAPI 3.1 document of the Booking System's face, made when it is first asked for."""

from typing import Any

import mockserver
from mockserver.web.booking_system_api.operations import OF_ANY, OF_BODY, PATHS
from mockserver.web.openapi_document import openapi_document

INFO = {
    "title": "The Booking System behind imin, simulated",
    "version": mockserver.__version__,
    "summary": "The OrdersFeed that imin reads, and OpenActive's test interface for what Sellers do.",
    "license": {"name": "MIT", "identifier": "MIT"},
}
SECURITY = {
    "key": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-KEY",
        "description": "A scenario's name, or name@label: the same key as for imin's face names the same world.",
    }
}


def build_document(address: str) -> dict[str, Any]:
    """The document for the address that was called."""
    return openapi_document(
        PATHS,
        info=INFO,
        address=address,
        tags={},
        parameters={},
        outcomes_of=lambda operation: {**OF_ANY, **(OF_BODY if operation.body else {}), **operation.outcomes},
        security=SECURITY,
    )
