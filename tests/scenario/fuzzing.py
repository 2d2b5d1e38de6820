"""Texts that somebody could write in a scenario file, made by the file format itself, and all that can be asked of each.

A text begins as a good document. Parts of it are replaced by what the published schema allows there, extremes first, or by what
it does not allow; then the characters are damaged. The same number always makes the same text. By hand, for as long as one likes:
``python -m tests.scenario.fuzzing FIRST LAST``.
"""

import json
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import quote

import yaml

from mockserver.checker.checker import explore
from mockserver.engine.clock import elapsed_seconds
from mockserver.runner.scenario_run import run_scenario
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import Scenario, parse_scenario
from mockserver.scenario.schema import scenario_schema
from mockserver.scenario.source import read_source
from tests.library import NAMES, ROOT
from tests.scenario.writing import make_document
from tests.web.calling import Stage, set_stage

Path = tuple[str | int, ...]
T = TypeVar("T")
SCHEMA = scenario_schema()
NAME = "drawn-by-lot"

BY_FORMAT = {
    "instant": ["+0s", "-1d", "+2d", "+1m", "2030-06-05T19:00:00+01:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z",
                "+2900000d", "-700000d", "2030-10-27T01:30:00+01:00", "0001-01-01T00:30:00+14:00", "+999999999999s", "-0s"],
    "epoch": ["now", "2030-06-03T09:00:00+01:00", "0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z", "2030-03-31T00:59:59.9Z",
              "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"],
    "exact-duration": ["PT0S", "PT1S", "PT30S", "PT0.000000001S", "P0.5D", "PT1.5H", "P9999999D", "PT87591240H", "P999999W"],
    "period": ["P0D", "P1D", "PT12H", "P1M", "P9999Y", "P1Y2M3W4DT5H6M7.5S", "PT999999999H", "P2030Y", "PT0.1S", "P99999M"],
    "timezone": ["Europe/London", "UTC", "Pacific/Apia", "America/St_Johns", "../etc/passwd", "", "Europe", "\x00"],
}  # fmt: skip
BY_TITLE: dict[str, list[Any]] = {
    "a price": ["0 GBP", "6.50 GBP", "999999.99 GBP", "1 GBP"],
    "an e-mail address": ["a@b", "asha+x@example.com", "Zoë@bücher.example"],
    "an address of a host and a path": ["https://a.example", "http://b.example:99999/x%20y", "https://A.example"],
    "an identifier": ["a b+c/d|e@f", "会員", ".", "...", "%2e%2e", "'\"<>&", "x" * 128],
    "a UUID in lower case": ["7d0c4c1e-52a1-4a0e-9a6b-0f6a3c7d8e21", "00000000-0000-0000-0000-000000000000"],
    "a header name": [
        "Retry-After",
        "Content-Type",
        "X-A",
        "Content-Length",
        "Date",
        "Set-Cookie",
        "X-Imin-Mock-Fault",
    ],
    "a header value": ["", "a", "é", "text/html; charset=utf-16", "0"],
    "an HTTP status": [200, 204, 205, 304, 400, 418, 429, 500, 503, 599],
}
EXTREMES = [0, 1, 2, 3, 100, 1_000_000, -1, 1.5, 1e-9]
# fmt: off
POISON: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**17, "", " ", "x", "x" * 600, [], {}, [[]], {"": 1}, [None], {"a": {"b": {}}}, "\n",
    "a\nb", "é", "😀", "a:b", "+1s\n", "6.50 GBP\n", "{x}", "{", "%s", "../..", "null", "~", "1e9", "0x10", "2030-06-03",
    "yes", "*", "&a", "<script>", "'", '"', "\\", "#", "- a", "a: b", "!!x", "\u2028", "\x1b[2J", "\x00", "\x85",
]
DAMAGE = [
    "", "\t", "\n", "'", '"', ":", "- ", "{", "}", "[", "]", ",", "#", "&a ", "*a ", "!!python/name:os ", "|\n", ">\n", "? ",
    "---\n", "...\n", "%YAML 1.1\n", "\\ud83d", "\ufeff", "\x00", "\x1b", "\x7f", "\u2028", "\r", "<<: *a\n", "@", "`",
    "0" * 32, "é", "😀",
]
# fmt: on


class Lot:
    """Draws that follow from a number alone, on every machine."""

    def __init__(self, number: int) -> None:
        self._number, self._drawn = number, 0

    def below(self, limit: int) -> int:
        """A whole number from 0, less than the limit."""
        self._drawn += 1
        return int.from_bytes(sha256(f"{self._number}/{self._drawn}".encode()).digest()[:8]) % limit

    def random(self) -> float:
        """A number from 0, less than 1."""
        return self.below(10**9) / 10**9

    def choice(self, among: Sequence[T]) -> T:
        """One of them."""
        return among[self.below(len(among))]


@cache
def _documents() -> tuple[Any, ...]:
    """Good documents, those of the shipped scenarios among them."""
    texts = [(ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8") for name in NAMES]
    shipped = [read_source(text, file="shipped").value for text in texts]
    return (make_document({"timeline": [], "when": [], "then": []}), *shipped)


class Drawing:
    """One text, drawn by lot."""

    def __init__(self, number: int) -> None:
        self.lot = Lot(number)
        documents = _documents()
        good = documents[0] if self.lot.random() < 0.4 else self.lot.choice(documents)
        self.document: dict[str, Any] = _copied(good)
        self.names = sorted(
            {str(key) for _, value in _parts(self.document) if isinstance(value, dict) for key in value}
        )

    def text(self) -> str:
        """The text."""
        for _ in range(self.lot.choice((1, 1, 1, 2, 2, 4))):
            self._change()
        written = self._written()
        for _ in range(self.lot.choice((0, 0, 0, 0, 0, 1, 3))):
            written = self._damaged(written)
        return written

    def _change(self) -> None:
        path, value = self.lot.choice(list(_parts(self.document)))
        if not path:
            path, value = ("title",), ""
        above = _at(self.document, path[:-1])
        last: Any = path[-1]
        change = self.lot.random()
        schema = _schema_at(path)
        if change < 0.08:
            del above[last]
        elif change < 0.16:
            above[last] = self.lot.choice(POISON)
        elif change < 0.6:
            above[last] = self._value(schema, 3)
        elif change < 0.8 and isinstance(value, dict):
            known = _resolved(schema).get("properties", {}) if schema else {}
            key = self.lot.choice(sorted(known) or self.names)
            value[key] = self._value(known.get(key) or _values_of(schema), 3)
        elif change < 0.9 and isinstance(above, list):
            above.insert(last, _copied(value))
        elif isinstance(above, dict):
            above[self.lot.choice([*self.names, "x", "é", ""])] = above.pop(last)

    def _value(self, schema: Any, depth: int) -> Any:
        """Something that the schema allows at first sight; what it cannot know, the names, are those of the document."""
        schema = _resolved(schema)
        if not schema or depth < 0:
            return self.lot.choice(POISON)
        if "enum" in schema:
            return self.lot.choice(schema["enum"])
        if "anyOf" in schema:
            return self._value(self.lot.choice(schema["anyOf"]), depth)
        known: Sequence[Any] | None = BY_FORMAT.get(schema.get("format", "")) or BY_TITLE.get(schema.get("title", ""))
        if known is not None:
            return self.lot.choice(known)
        match schema.get("type"):
            case "object":
                return self._mapping(schema, depth)
            case "array":
                return [self._value(schema.get("items"), depth - 1) for _ in range(self.lot.choice((0, 1, 1, 2)))]
            case "boolean":
                return self.lot.random() < 0.5
            case "integer" | "number":
                return self.lot.choice(
                    [each for each in EXTREMES if schema["type"] == "number" or isinstance(each, int)]
                )
            case _:
                return self.lot.choice(self.names)

    def _mapping(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        wanted = set(schema.get("required", ())) | {key for key in properties if self.lot.random() < 0.3}
        made = {key: self._value(properties[key], depth - 1) for key in sorted(wanted)}
        if isinstance(schema.get("additionalProperties"), dict):
            for _ in range(self.lot.choice((0, 1, 2))):
                key = self._value(schema.get("propertyNames", {"type": "string"}), depth - 1)
                made[str(key)] = self._value(schema["additionalProperties"], depth - 1)
        return made

    def _written(self) -> str:
        if self.lot.random() < 0.5:
            return json.dumps(self.document, ensure_ascii=False, indent=self.lot.choice((None, 1)))
        flow = self.lot.choice((None, True, False))
        return yaml.safe_dump(
            self.document, sort_keys=False, allow_unicode=self.lot.random() < 0.5, default_flow_style=flow
        )

    def _damaged(self, text: str) -> str:
        at = self.lot.below(len(text) + 1)
        length = self.lot.choice((0, 0, 1, 1, 5, 40))
        put = self.lot.choice(DAMAGE) if self.lot.random() < 0.8 else text[at : at + length * 2]
        return text[:at] + put + text[at + length :]


def _parts(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _parts(each, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value


def _copied(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _resolved(schema: Any) -> dict[str, Any]:
    if not isinstance(schema, dict):
        return {}
    ref = schema.get("$ref")
    return _resolved(SCHEMA["$defs"][ref.rpartition("/")[2]]) if isinstance(ref, str) else schema


def _values_of(schema: Any) -> Any:
    return _resolved(schema).get("additionalProperties")


def _schema_at(path: Path) -> dict[str, Any]:
    """What the schema says of a place; nothing where it cannot be told."""
    schema: Any = SCHEMA
    for part in path:
        branches = _resolved(schema).get("anyOf", [schema])
        found: Any = None
        for branch in map(_resolved, branches):
            found = found or (branch.get("items") if isinstance(part, int) else branch.get("properties", {}).get(part))
            found = found or (_values_of(branch) if isinstance(_values_of(branch), dict) else None)
        schema = found
    return _resolved(schema)


# What can be asked of a text.


def exercise(text: str, stage: Stage) -> list[str]:
    """What is wrong with the mock by this text: tracebacks, 500s, faults without a place; nothing, if all is well."""
    wrong: list[str] = []

    def attempt(what: str, call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception:  # noqa: BLE001 - it is what is looked for
            wrong.append(f"{what}: {traceback.format_exc()}")
            return None

    scenario = attempt("validate", lambda: _parsed(text))
    _upload(text, stage, wrong)
    if isinstance(scenario, Scenario):
        run = attempt("run", lambda: run_scenario(scenario))
        failures = () if run is None else run.failures
        wrong += [f"run: {each}" for each in failures if "the mock raised" in each.found or "(bug)" in each.found]
        places = read_source(text, file="given")
        attempt("check", lambda: explore(scenario, places, elapsed=elapsed_seconds, max_states=40, max_seconds=2))
    elif isinstance(scenario, ScenarioFaults):
        wrong += [
            f"no place or no words: {fault!r}" for fault in scenario.faults if fault.line < 1 or not fault.message
        ]
        wrong += [
            f"not to be shown: {fault!r}" for fault in scenario.faults if not str(fault).replace("\n", "").isprintable()
        ]
    return wrong


def _parsed(text: str) -> Scenario | ScenarioFaults:
    try:
        return parse_scenario(text, name=NAME)
    except ScenarioFaults as faults:
        return faults


def _upload(text: str, stage: Stage, wrong: list[str]) -> None:
    try:
        body = text.encode()
    except UnicodeEncodeError:
        return
    admin = "/__admin"
    yaml_type = [(b"content-type", b"application/yaml")]
    put = stage.call("PUT", f"{admin}/scenarios/{NAME}", body, headers=yaml_type)
    asked = [(f"PUT {NAME}", put)]
    if put.status in (200, 201):
        key = f"{NAME}@{stage.live_world.key}"
        made = stage.call("POST", f"{admin}/worlds", {"key": key})
        asked.append(("POST worlds", made))
        shown = put.json
        targets = ["/", f"{admin}/scenarios", f"{admin}/worlds/{key}/orders", f"{admin}/worlds/{key}/expectations"]
        for customer in shown.get("customers", ())[:2]:
            name = _quoted(customer["identifier"])
            targets += [f"/api/v2/{what}?customerIdentifier={name}" for what in ("order-items", "orders")]
        for order in shown.get("orders", ())[:2]:
            item = _quoted(order["items"][0])
            targets += [f"/api/v2/orders/{order['identifier']}", f"{admin}/worlds/{key}/order-items/{item}/explanation"]
        asked += [(target, stage.call("GET", target, key=key)) for target in [*targets, "/booking-system/orders-rpde"]]
        advanced = stage.call("POST", f"{admin}/worlds/{key}/clock/advance", {"until_quiet": True})
        asked += [("until quiet", advanced), ("again", stage.call("GET", targets[-1], key=key))]
        asked.append(("DELETE", stage.call("DELETE", f"{admin}/worlds/{key}")))
    for what, answer in asked:
        faults = {value for name, value in answer.headers if name == "x-imin-mock-fault"}
        by_the_file = what.startswith("/api/v2")  # a file may ask for a 500, and even for that header
        if (answer.status == 500 and not by_the_file and not faults) or (
            "bug" in faults and b'"status":500' in answer.body
        ):
            wrong.append(f"{what}: {answer.status} {answer.body[:2000]!r}")


def _quoted(text: str) -> str:
    return quote(text, safe="")


def main(first: int, last: int) -> None:
    """Write what goes wrong, and what takes long, with the number that makes it."""
    stage = set_stage()
    fine = 0
    for number in range(first, last):
        started = elapsed_seconds()
        text = Drawing(number).text()
        wrong = exercise(text, stage)
        took = elapsed_seconds() - started
        fine += isinstance(_parsed(text), Scenario)
        if wrong or took > 3:
            sys.stdout.write("\n".join([f"--- {number} ({took:.1f} s)", *wrong, ""]))
            sys.stdout.flush()
    sys.stdout.write(f"{last - first} texts, {fine} of them scenarios\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
