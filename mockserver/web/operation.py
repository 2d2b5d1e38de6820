"""An operation of a face: what it takes, what it may answer, what carries it out.

One table of operations per face is the source of both the endpoint and the OpenAPI document, so neither can say what the other
does not do. This module must never know what any operation does.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from msgspec import Struct

from mockserver.domain.behaviour import ApiOperation
from mockserver.domain.readings import READINGS, ReadingName
from mockserver.domain.rules import RULES, Rule
from mockserver.web.answers import Answer, Headers

JSON_TYPES = ("application/json",)

CarryOut = TypeVar("CarryOut")
Context = TypeVar("Context")


class RefusalError(Exception):
    """A request is refused. ``kind`` is the problem's title or the standard's error type; ``more`` are further members."""

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str,
        *,
        rule: Rule | None = None,
        headers: Headers | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail = status, kind, detail
        self.rule, self.headers, self.more = rule, headers, more


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read and decoded. ``address`` is how the client reached us, ``target`` the path and query it asked for,
    ``key`` its ``X-API-KEY``, where it has one; ``only_looks``: it is a GET, which leaves everything as it was."""

    path: Mapping[str, str]
    query: Any
    body: Any
    address: str
    target: str
    key: str | None = None
    only_looks: bool = False


Header = str | Mapping[str, Any]
"""What a header of an answer says, or OpenAPI's description of it."""


class OperationOutcome(Struct, frozen=True, kw_only=True):
    """An answer that an operation may give; ``shape`` is a type with a JSON Schema, such a schema, or the name of one.

    ``also`` are the schemas of other media types that it may have instead. ``rules`` are those that give it, ``readings`` the
    open questions that shape it: the document explains both, and names the rules in their header. ``or_fault``: the mock answers
    so too, as a problem that says that it is the mock's. Several operations share one with a ``name``.
    """

    says: str
    shape: Any = None
    media_type: str = "application/json"
    also: Mapping[str, Mapping[str, Any]] = {}
    headers: Mapping[str, Header] = {}
    links: Mapping[str, Mapping[str, Any]] = {}
    example: Any = None
    rules: tuple[Rule, ...] = ()
    readings: tuple[ReadingName, ...] = ()
    or_fault: bool = False
    name: str = ""


class RequestBody(Struct, frozen=True, kw_only=True):
    """The body that an operation takes. ``decode`` raises the face's refusal; ``shape`` is as in :class:`OperationOutcome`."""

    decode: Callable[..., Any]
    shape: Any
    media_types: tuple[str, ...] = JSON_TYPES
    examples: Mapping[str, Any] = {}


class Query(Struct, frozen=True, kw_only=True):
    """The query that an operation takes. ``decode`` raises the face's refusal; ``parameters`` are OpenAPI's."""

    decode: Callable[[bytes], Any]
    parameters: tuple[Mapping[str, Any], ...] = ()


class Operation(Struct, Generic[CarryOut], frozen=True, kw_only=True):
    """One method on one path, and what carries it out. ``outcomes`` leaves out the answers that its face adds to every operation.

    ``parse`` makes of a call what its ``body`` is for ``carry_out``, where that is costly: it looks at nothing but the call, and
    may run beside the event loop. ``api`` is what scenario files call it, on imin's face; ``named`` describes the names in its
    path that its face does not. ``rules`` and ``readings`` are as in :class:`OperationOutcome`.
    """

    id: str
    summary: str
    carry_out: CarryOut
    outcomes: Mapping[int, OperationOutcome]
    about: str = ""
    tag: str = ""
    query: Query
    body: RequestBody | None = None
    parse: Callable[[Call], Any] | None = None
    api: ApiOperation | None = None
    named: Mapping[str, Mapping[str, Any]] = {}
    rules: tuple[Rule, ...] = ()
    readings: tuple[ReadingName, ...] = ()


DescribedOperation = Operation[Callable[[Context, Call], Answer]]
"""An operation of a face that reads, decodes and answers for all of its operations alike: every face but imin's."""


def explained(opening: str, rules: Iterable[Rule] = (), readings: Iterable[ReadingName] = ()) -> str:
    """The opening, then a line for each rule with its basis and source, and what each reading asks, with its default."""
    lines = [f"- `{rule.value}` ({RULES[rule].basis}; {RULES[rule].source}): {RULES[rule].says}" for rule in rules]
    asked = [
        f"Reading `{reading.name}`: {reading.question} By default *{reading.default}*. {reading.evidence}"
        for reading in map(READINGS.__getitem__, readings)
    ]
    return "\n\n".join(["\n".join([opening, "", *lines]) if lines else opening, *asked])
