"""An operation of the Booking System's face or of the control interface: what it takes, what it may answer, who carries it out.

One table of operations per face is the source of both the endpoint and the OpenAPI document, so neither can say what the other
does not do. This module must never know what any operation does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mockserver.domain.rules import Rule
from mockserver.web.answers import Answer, Headers

JSON_TYPES = ("application/json",)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationOutcome:
    """An answer that an operation may give; ``shape`` is a type with a JSON Schema, or such a schema.

    ``also`` are the schemas of other media types that it may have instead.
    """

    says: str
    shape: Any = None
    media_type: str = "application/json"
    also: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    example: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body that an operation takes. ``decode`` raises :class:`RefusalError`; ``shape`` is as in :class:`OperationOutcome`."""

    decode: Callable[[bytes], Any]
    shape: Any
    media_types: tuple[str, ...] = JSON_TYPES
    examples: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The query that an operation takes. ``decode`` raises :class:`RefusalError`; ``parameters`` are OpenAPI's."""

    decode: Callable[[bytes], Any]
    parameters: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[Context]):
    """One method on one path. ``outcomes`` leaves out the answers that any operation with its body or query may give.

    ``parse`` makes of a call what its ``body`` is for ``carry_out``, where that is costly: it looks at nothing but the call, and
    may run beside the event loop.
    """

    id: str
    summary: str
    carry_out: Callable[[Context, Call], Answer]
    outcomes: Mapping[int, OperationOutcome]
    about: str = ""
    tag: str = ""
    query: Query
    body: Body | None = None
    parse: Callable[[Call], Any] | None = None
