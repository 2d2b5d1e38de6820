"""What imin's face may answer other than what was asked for, as OpenAPI: each status with the rules that give it.

The schema of the rule header lists the rules of its status, so that a rule which answers with a status it is not documented
for fails validation. It must never know paths.
"""

from typing import Any

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.readings import READINGS, ReadingName
from mockserver.domain.refusals import OF_EVERY_OPERATION, REFUSALS
from mockserver.domain.rules import RULES, Rule

Json = dict[str, Any]


def head(name: str) -> Json:
    """A header that the document describes once."""
    return {"$ref": f"#/components/headers/{name}"}


HEADERS: Json = {
    "Date": {"description": "The instant by the world's clock.", "schema": {"type": "string"}, "required": True},
    "Allow": {"description": "The methods of the path.", "schema": {"type": "string"}, "required": True},
    "Accept-Patch": {"description": "The media types of a PATCH.", "schema": {"type": "string"}, "required": True},
    "WWW-Authenticate": {"description": "How to send a key.", "schema": {"type": "string"}, "required": True},
    "X-Imin-Mock-Fault": {
        "description": "imin would never answer this; the word says why the mock does.",
        "schema": {"type": "string"},
        "required": True,
    },
}


def explain(rules: tuple[Rule, ...], opening: str) -> str:
    """The opening, then a line for each rule with its basis and source."""
    lines = [f"- `{r.value}` ({RULES[r].basis}; {RULES[r].source}): {RULES[r].says}" for r in rules]
    return "\n".join([opening, "", *lines]) if lines else opening


def explain_reading(name: ReadingName) -> str:
    """What a reading asks, and its default."""
    reading = READINGS[name]
    return f"\n\nReading `{name}`: {reading.question} By default *{reading.default}*. {reading.evidence}"


def _rule_header(rules: tuple[Rule, ...]) -> Json:
    return {"description": "The rule that refuses.", "required": True, "schema": {"enum": [r.value for r in rules]}}


def ref(name: str, kind: str = "schemas") -> Json:
    """A reference to a part of the components."""
    return {"$ref": f"#/components/{kind}/{name}"}


def json_content(schema: str, example: Any = None) -> Json:
    """A JSON body of this schema."""
    content: Json = {"schema": ref(schema)}
    return {"application/json": content if example is None else {**content, "example": example}}


def problem(description: str, headers: Json | None = None) -> Json:
    """An answer that imin would never give."""
    return {
        "description": description,
        "headers": {"X-Imin-Mock-Fault": head("X-Imin-Mock-Fault"), **(headers or {})},
        "content": {"application/problem+json": {"schema": ref("Problem")}},
    }


def key_refused(status: int) -> Json:
    """401 or 403: the key names no world."""
    rules = OF_EVERY_OPERATION[status]
    says = explain(rules, "The key names no world; what imin answers here is not known.")
    says += explain_reading(ReadingName.REFUSED_KEY)
    headers = {"X-Imin-Mock-Rule": _rule_header(rules)}
    if status == 401:
        headers["WWW-Authenticate"] = head("WWW-Authenticate")
    answer = problem(says, headers)
    answer["content"]["application/json"] = {"schema": {"oneOf": [ref("GatewayMessage"), ref("OpenBookingError")]}}
    return answer


def url_too_long() -> Json:
    """414: what imin documents of every URL."""
    rules = OF_EVERY_OPERATION[414]
    headers = {"X-Imin-Mock-Rule": _rule_header(rules), "Date": head("Date")}
    return {"description": explain(rules, "Too long."), "headers": headers, "content": json_content("OpenBookingError")}


def refused(operation: ApiOperation, status: int, opening: str, schema: str, example: Any = None) -> Json:
    """A refusal of this operation with this status, with the rules that give it."""
    rules = REFUSALS[operation][status]
    headers = {"X-Imin-Mock-Rule": _rule_header(rules), "Date": head("Date")}
    if status == 415:
        headers["Accept-Patch"] = head("Accept-Patch")
    return {"description": explain(rules, opening), "headers": headers, "content": json_content(schema, example)}


def order_missing(operation: ApiOperation) -> Json:
    """404 of a path with an order in it. An identifier with a slash in it is no such path, and then the mock says so."""
    example = {
        "@context": "https://openactive.io/",
        "@type": "UnknownOrderError",
        "description": "There is no order '00000000-0000-4000-8000-000000000000'.",
    }
    answer = refused(operation, 404, "Not found.", "OpenBookingError", example)
    answer["headers"]["X-Imin-Mock-Rule"]["required"] = False
    answer["headers"]["X-Imin-Mock-Fault"] = {**HEADERS["X-Imin-Mock-Fault"], "required": False}
    answer["content"]["application/problem+json"] = {"schema": ref("Problem")}
    return answer


def wrong_query(operation: ApiOperation, example: Json) -> Json:
    """400 of a list: the query is wrong, told in one form or the other (a reading)."""
    answer = refused(operation, 400, "The query is wrong.", "InvalidQuery", example)
    answer["description"] += explain_reading(ReadingName.INVALID_QUERY)
    answer["content"]["application/json"]["schema"] = {"oneOf": [ref("InvalidQuery"), ref("OpenBookingError")]}
    return answer


def refused_as_by_the_standard(operation: ApiOperation) -> Json:
    """500: only where a reading says so, beside the mock's own."""
    answer = refused(
        operation, 500, "Only where a reading says so; or, with X-Imin-Mock-Fault, ours.", "OpenBookingError"
    )
    answer["description"] += explain_reading(ReadingName.WRONG_TYPE_OR_ID)
    answer["headers"] = {
        name: {**header, "required": False} for name, header in answer["headers"].items() if "$ref" not in header
    }
    answer["headers"]["X-Imin-Mock-Fault"] = {**HEADERS["X-Imin-Mock-Fault"], "required": False}
    answer["content"]["application/problem+json"] = {"schema": ref("Problem")}
    return answer


def with_shared_answers(own: Json) -> Json:
    """The answers of an operation, with those that any operation may give."""
    always = {
        "401": ref("Unauthorized", "responses"),
        "403": ref("Forbidden", "responses"),
        "414": ref("UrlTooLong", "responses"),
        "500": ref("ScenarioFaulty", "responses"),
        "503": ref("ScriptedFault", "responses"),
    }
    return dict(sorted({**always, **own}.items()))
