"""Hooks for Schemathesis: a world of its own for every test case, and questions about customers that are there.

Name this module in ``SCHEMATHESIS_HOOKS``. It is loaded by Schemathesis alone, so nothing else of the package may import it; it
must never know which server answers: the mock, or yours in front of it. Three variables steer it:

- ``IMIN_API_KEY``: one key for every request, in place of a world for each test case.
- ``IMIN_SCENARIO``: the scenario of the worlds; ``happy-path`` where nothing is said.
- ``IMIN_CUSTOMERS``: the customers to ask for, separated by commas; those of a shipped scenario are known.
"""

import os
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import schemathesis
from hypothesis import currently_in_test_context
from hypothesis import strategies as st
from hypothesis.control import current_build_context
from schemathesis.core.failures import ServerError
from schemathesis.openapi.checks import RejectedPositiveData

from mockserver.engine.keys import parse_key
from mockserver.engine.registry import UnknownScenarioError
from mockserver.storage.scenario_files import ScenarioFiles, bundled_folder

HEADER = "X-API-KEY"
BOOKING_SYSTEM = "/booking-system/"
FAULT_HEADER = "x-imin-mock-fault"
BOOKING_JSON = "application/vnd.openactive.booking+json"
REFUSED_WITH_500 = {"UnexpectedOrderTypeError", "OrderItemIdInvalidError"}
"""What the standard answers with 500 though the request is wrong, and not the server. Its other errors of 500 are failures."""

YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
STEPS = 12
"""How many requests a test case of the stateful phase may have; Schemathesis's own six are seldom enough to come back."""

LINKED = {"orderIdentifier", "orderItemIdentifier"}
OF_ANOTHER_FORM = {"@context", "@type", "type", "orderedItem"}

ONE_KEY = os.environ.get("IMIN_API_KEY") or None
SCENARIO = os.environ.get("IMIN_SCENARIO") or "happy-path"


def _customers() -> Sequence[str]:
    said = os.environ.get("IMIN_CUSTOMERS", "")
    if said:
        return [customer.strip() for customer in said.split(",") if customer.strip()]
    name = parse_key(ONE_KEY or SCENARIO).scenario
    try:
        return list(ScenarioFiles([bundled_folder()]).find(name).sample.catalogue.customers)
    except UnknownScenarioError:
        return ()


CUSTOMERS = _customers()
"""Who is asked for in half of the lists. Nobody is where the scenario is not a shipped one and ``IMIN_CUSTOMERS`` is silent."""

PAGES = range(1, 4)
"""The pages of somebody's list that are worth asking for; what is drawn at random is nearly always far past its end."""

_numbers = count(1)
_keys: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


def key_of_test_case() -> str:
    """The key of the test case under way: the requests of a chain are one test case, and meet in one world."""
    if ONE_KEY is not None:
        return ONE_KEY
    if not currently_in_test_context():
        return f"{SCENARIO}@schemathesis-{next(_numbers)}"
    test_case = current_build_context().data
    key = _keys.get(test_case)
    if key is None:
        key = _keys[test_case] = f"{SCENARIO}@schemathesis-{next(_numbers)}"
    return key


@schemathesis.auth(refresh_interval=None, retry_on=[])
class WorldOfTestCase:
    """Gives each request the key of its test case, wherever the document asks for a key."""

    def get(self, case: Any, _: Any) -> str | None:
        """The key; none for an operation that asks for none."""
        return key_of_test_case() if case.operation.schema.raw_schema.get("security") else None

    def set(self, case: Any, key: str | None, _: Any) -> None:
        """The key as the header."""
        if key is not None:
            case.headers = {**(case.headers or {}), HEADER: key}


@schemathesis.hook
def flatmap_query(_: Any, query: Any) -> st.SearchStrategy[Any]:
    """Half of the well-formed questions about a customer are about one who is there, and about a page that may be."""
    asked = query.get("customerIdentifier") if isinstance(query, Mapping) else None
    if not CUSTOMERS or not isinstance(asked, str) or not asked:
        return st.just(query)
    kept = query if query.get("page") in PAGES else {name: value for name, value in query.items() if name != "page"}
    there = st.sampled_from(CUSTOMERS).map(lambda customer: {**kept, "customerIdentifier": customer})
    return there | st.just(query)


@schemathesis.hook
def before_call(_: Any, case: Any, __: Any) -> None:
    """The body that a link brings is the whole body: Schemathesis lays it over one of any form, and a mixture is of no form."""
    if isinstance(case.body, dict) and case.body.keys() >= LINKED:
        case.body = {name: value for name, value in case.body.items() if name not in OF_ANOTHER_FORM}


@schemathesis.hook
def after_load_schema(_: Any, schema: Any) -> None:
    """A test case is long enough to list, to cancel, to read the order and to list again, with something in between."""
    stateful = schema.config.phases.stateful
    stateful.max_steps = max(stateful.max_steps, STEPS)


@schemathesis.hook
def filter_failure(_: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure is one: some refusals of what is well-formed are documented, and no schema can say when."""
    if isinstance(failure, RejectedPositiveData):
        # imin documents 400 for a well-formed cancellation of what cannot be cancelled.
        return not (response.status_code == 400 and case.method.upper() == "PATCH")
    if isinstance(failure, ServerError):
        return not (case.operation.path.startswith(BOOKING_SYSTEM) and _is_refusal_of_the_standard(response))
    return True


def _is_refusal_of_the_standard(response: Any) -> bool:
    """Whether a 500 is what the Open Booking API has for a request that is wrong: an error of such a type, by nobody's fault."""
    if response.status_code != 500 or FAULT_HEADER in response.headers:
        return False
    if not any(value.startswith(BOOKING_JSON) for value in response.headers.get("content-type", ())):
        return False
    try:
        told = response.json()
    except ValueError:
        return False
    return isinstance(told, Mapping) and told.get("@type") in REFUSED_WITH_500


@schemathesis.serializer(*YAML_TYPES)
def as_it_is(_: Any, value: Any) -> bytes:
    """A scenario's text itself; Schemathesis would send it as one quoted YAML string."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
