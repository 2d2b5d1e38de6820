import json
from typing import Any

import jsonschema_rs
import pytest

from mockserver.domain.refusals import REFUSALS
from mockserver.domain.rules import RULES, Rule
from mockserver.web.imin_api.openapi import build_document
from mockserver.web.imin_api.routes import PATHS
from mockserver.web.imin_api.rows import EXAMPLE_CUSTOMER, EXAMPLE_ITEM, EXAMPLE_KEY, EXAMPLE_ORDER
from tests.web.calling import ADDRESS, Stage, scenario, session, set_stage
from tests.web.wrong_bodies import WRONG_BODIES

DOCUMENT = build_document(ADDRESS)


def validator(schema: dict[str, Any]) -> Any:
    """What checks values against a schema of the document, formats included."""
    return jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]}, validate_formats=True)


def follow(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = DOCUMENT
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def test_the_paths_and_methods_are_those_of_the_routes() -> None:
    documented = {
        path: {method.upper() for method in item if method != "parameters"} for path, item in DOCUMENT["paths"].items()
    }
    assert documented == {path: set(operations) for path, operations in PATHS.items()}


def test_every_rule_that_refuses_on_imins_face_is_documented_with_its_basis() -> None:
    refusing = {rule for statuses in REFUSALS.values() for rules in statuses.values() for rule in rules}
    names = {rule for rule in Rule if rule.value.startswith(("body.", "query."))}
    assert names <= refusing
    text = json.dumps(DOCUMENT, ensure_ascii=False)
    for rule in refusing:
        assert f"`{rule.value}` ({RULES[rule].basis}; " in text


def test_every_reference_and_every_link_leads_somewhere() -> None:
    operations = {
        op["operationId"] for item in DOCUMENT["paths"].values() for key, op in item.items() if key != "parameters"
    }

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                follow(part)
            if "links" in part:
                assert {link["operationId"] for link in part["links"].values()} <= operations
            for each in part.values():
                walk(each)
        elif isinstance(part, list):
            for each in part:
                walk(each)

    walk(DOCUMENT)


def test_the_document_is_served_for_the_called_address_and_for_the_public_url() -> None:
    assert set_stage().get("/openapi.json", key=None).json == json.loads(json.dumps(DOCUMENT))
    public = set_stage(public_url="https://booking.example").get("/openapi.json", key=None).json
    assert public["servers"] == [{"url": "https://booking.example"}]


def test_the_examples_are_those_of_the_shipped_scenario_and_work() -> None:
    content = DOCUMENT["paths"]["/api/v2/orders/{orderIdentifier}"]["patch"]["requestBody"]["content"]
    for media_type, each in content.items():
        for example in each["examples"].values():
            stage = set_stage()
            answer = stage.call(
                "PATCH",
                f"/api/v2/orders/{EXAMPLE_ORDER}",
                example["value"],
                key=EXAMPLE_KEY,
                headers=[(b"content-type", media_type.encode())],
            )
            assert answer.status == 204, answer.body
    listed = set_stage().get(f"/api/v2/order-items?customerIdentifier={EXAMPLE_CUSTOMER}", key=EXAMPLE_KEY).json
    assert [item["identifier"] for item in listed["imin:item"]] == [EXAMPLE_ITEM]


@pytest.mark.parametrize("path", list(DOCUMENT["paths"]))
def test_the_example_of_an_answer_is_what_the_shipped_scenario_answers(path: str) -> None:
    operation = DOCUMENT["paths"][path]["get"]
    examples = {each["name"]: each["example"] for each in operation["parameters"] if each.get("required")}
    query = "&".join(f"{name}={value}" for name, value in examples.items() if f"{{{name}}}" not in path)
    content = operation["responses"]["200"]["content"]["application/json"]
    assert set_stage().get(f"{path.format(**examples)}?{query}", key=EXAMPLE_KEY).json == content["example"]


def check(method: str, path: str, answer: Any) -> None:
    """The answer is what the document says of this operation."""
    documented = DOCUMENT["paths"][path][method.lower()]["responses"]
    assert str(answer.status) in documented, f"{answer.status} is not documented"
    expected = follow(documented[str(answer.status)])
    media_type = answer.header("content-type")
    if media_type is None:
        assert (answer.body, expected.get("content")) == (b"", None)
    else:
        validator(expected["content"][media_type]["schema"]).validate(answer.json)
    for name, header in expected.get("headers", {}).items():
        value = answer.header(name.lower())
        assert value is not None or not follow(header).get("required"), f"{name} is missing"
        if value is not None:
            validator(follow(header)["schema"]).validate(value)


@pytest.fixture
def troubled() -> Stage:
    """Sessions and a slot, an attendee, and everything that a Seller can add."""
    return set_stage(
        scenario(
            opportunities={"yoga": session(), "court": session(type="Slot", name="Court")},
            orders={
                "booking": {
                    "customer": "asha",
                    "items": {"seat-1": "yoga", "seat-2": {"of": "court", "attendee": "Ravi Patel"}},
                },
                "other": {"customer": "asha", "items": {"seat-9": "yoga", "seat-8": "yoga"}},
            },
            timeline=[
                {"at": "+1h", "do": "access_pass", "order": "booking", "value": "12345"},
                {"at": "+1h", "do": "access_code", "order": "booking", "value": "4711"},
                {"at": "+1h", "do": "access_channel", "order": "booking", "value": "https://example.com/room"},
                {"at": "+2h", "do": "customer_notice", "order": "booking", "notice": "Bring a mat"},
                {"at": "+3h", "do": "attended", "order": "other", "items": ["seat-9"]},
                {
                    "at": "+4h",
                    "do": "seller_cancels",
                    "order": "booking",
                    "items": ["seat-1"],
                    "message": "Instructor ill",
                },
            ],
        )
    )


def test_whatever_a_world_goes_through_its_answers_are_as_documented(troubled: Stage) -> None:
    order = "/api/v2/orders/{orderIdentifier}"
    statuses = set()
    for _ in range(12):
        upcoming = troubled.get("/api/v2/order-items?customerIdentifier=asha")
        check("GET", "/api/v2/order-items", upcoming)
        check("GET", "/api/v2/orders", troubled.get("/api/v2/orders?customerIdentifier=asha"))
        for name in ("booking", "other"):
            check("GET", order, troubled.get(f"/api/v2/orders/{troubled.order(name)}"))
        statuses |= {item["orderItemStatus"].rpartition("/")[2] for item in upcoming.json["imin:item"]}
        body = {"orderIdentifier": troubled.order("booking"), "orderItemIdentifier": "seat-2"}
        check("PATCH", order, troubled.cancel("booking", body))
        body = {"orderIdentifier": troubled.order("other"), "orderItemIdentifier": "seat-9"}
        if "AttendeeAttended" in statuses:
            check("PATCH", order, troubled.cancel("other", body))
        troubled.live_world.advance_to_next()
    assert statuses == {
        "OrderItemConfirmed", "CustomerCancellationPending", "CustomerCancelled", "AttendeeAttended", "SellerCancelled",
    }  # fmt: skip


def two_orders(readings: dict[str, str] | None = None) -> Stage:
    orders = {
        "booking": {"customer": "asha", "items": {"seat-1": "yoga", "seat-2": "yoga"}},
        "other": {"customer": "asha", "items": {"seat-9": "yoga"}},
    }
    return set_stage(scenario(orders=orders, readings=readings or {}))


@pytest.mark.parametrize("what", WRONG_BODIES)
@pytest.mark.parametrize("error_keys", ["prefixed", "unprefixed"])
def test_every_refusal_of_a_body_is_documented_with_its_rule(what: str, error_keys: str) -> None:
    stage = two_orders({"error-keys": error_keys})
    body = WRONG_BODIES[what][0]
    answer = stage.cancel("booking", body(stage) if callable(body) else body)
    assert answer.status == 400
    check("PATCH", "/api/v2/orders/{orderIdentifier}", answer)


@pytest.mark.parametrize(
    ("method", "path", "target", "key"),
    [
        ("GET", "/api/v2/order-items", "/api/v2/order-items", "stage"),
        ("GET", "/api/v2/orders", "/api/v2/orders?customerIdentifier=asha&page=0", "stage"),
        ("GET", "/api/v2/orders", "/api/v2/orders?customerIdentifier=asha", None),
        ("GET", "/api/v2/orders", "/api/v2/orders?customerIdentifier=asha", "nothing"),
        ("GET", "/api/v2/orders/{orderIdentifier}", "/api/v2/orders/nothing", "stage"),
        ("GET", "/api/v2/orders/{orderIdentifier}", "/api/v2/orders/a%2Fb", "stage"),
        ("PATCH", "/api/v2/orders/{orderIdentifier}", "/api/v2/orders/nothing", "stage"),
        ("PATCH", "/api/v2/orders/{orderIdentifier}", "/api/v2/orders/nothing", None),
    ],
)
def test_every_other_refusal_is_documented_too(method: str, path: str, target: str, key: str | None) -> None:
    check(method, path, set_stage().call(method, target, key=key))


def test_a_body_too_large_or_of_another_type_is_documented() -> None:
    stage = set_stage(body_limit=100)
    path = "/api/v2/orders/{orderIdentifier}"
    check("PATCH", path, stage.cancel("booking", b"x" * 101))
    check("PATCH", path, stage.cancel("booking", b"x", headers=[(b"content-type", b"text/plain")]))


MEANT_WRONGLY = {"cancel.unknown-item", "body.item-id", "body.order-mismatch", "body.item-listed-twice"}
MISSHAPEN = [what for what, (body, rule, *_) in WRONG_BODIES.items() if callable(body) and rule not in MEANT_WRONGLY]


@pytest.mark.parametrize("what", MISSHAPEN)
def test_the_schema_of_the_body_refuses_what_the_mock_calls_misshapen(what: str) -> None:
    value = WRONG_BODIES[what][0](two_orders())
    content = DOCUMENT["paths"]["/api/v2/orders/{orderIdentifier}"]["patch"]["requestBody"]["content"]
    schema = validator(content["application/json"]["schema"])
    assert not schema.is_valid(json.loads(value) if isinstance(value, bytes) else value)
