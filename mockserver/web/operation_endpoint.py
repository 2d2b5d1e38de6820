"""The ASGI endpoint of one path of a described face: read, decode, carry out, answer; every refusal in the face's own shape.

The request is read and decoded before anything is looked at, and nothing is awaited from there to the answer, so that each
operation is atomic. A large body is decoded beside the event loop, where others may wait for it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic
from urllib.parse import quote

from starlette.routing import Route
from whenever import Instant

from mockserver.foundation.limits import DECODED_AT_ONCE
from mockserver.foundation.outgoing_text import body_holds_live_key
from mockserver.web.addresses import called_address
from mockserver.web.answers import Answer, Headers, Receive, Scope, Send, send_answer
from mockserver.web.background import settled
from mockserver.web.bodies import BodyTooLargeError, ClientDisconnectedError, read_body
from mockserver.web.doorkeeper import is_served
from mockserver.web.internal_errors import fault_of_ours
from mockserver.web.operation import Call, Context, DescribedOperation, RefusalError, RequestBody

_URI_CHARACTERS = ":/?#[]@!$&'()*+,;=%-._~"

LIVE_KEY_REFUSED = (
    "Something in the body has 32 hexadecimal digits, as a live imin key has. It is not kept, and not repeated here. Use an"
    " invented value of another form."
)
"""What is said of a body that holds what looks like a live key."""
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})
"""What a page's form can be sent as."""

Paths = Mapping[str, Mapping[str, DescribedOperation[Context]]]
"""Every path of a face with its methods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face(Generic[Context]):
    """What the operations of a face have in common.

    ``enter`` finds what they work on, or the answer to give instead; ``refuse`` puts a refusal into the face's shape;
    ``explain`` turns an exception of the layers below into a refusal, or into nothing if it is a bug of ours; ``finish`` has the
    last word on an answer; ``headers`` go with each.
    """

    enter: Callable[[Scope], Context | Answer]
    refuse: Callable[[RefusalError], Answer]
    explain: Callable[[Exception], RefusalError | None]
    date: Callable[[Context, Scope], Instant | None]
    finish: Callable[[Context, Scope, Answer], Answer]
    public_url: str | None
    body_limit: int
    headers: Headers = field(default_factory=list)


class OperationEndpoint(Generic[Context]):
    """Everything under one path of a face, by method."""

    def __init__(self, operations: Mapping[str, DescribedOperation[Context]], face: Face[Context]) -> None:
        head = {"HEAD": operations["GET"]} if "GET" in operations else {}
        self.operations = {**operations, **head}
        self.face = face

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_head = scope["method"] == "HEAD"
        operation = self.operations.get(scope["method"])
        if operation is None:
            return await self._send(self._wrong_method(scope), send, head=is_head)
        try:
            body = b""
            if operation.body is not None:
                body = await read_body(receive, self.face.body_limit, dict(scope["headers"]))
        except ClientDisconnectedError:
            return None
        except BodyTooLargeError as error:
            refusal = RefusalError(413, "Content Too Large", str(error), headers=error.headers)
            return await self._send(self.face.refuse(refusal), send)
        read: Callable[[], Call] = partial(self._call, operation, scope, body)
        if len(body) > DECODED_AT_ONCE and is_served(scope):
            read = await settled(read)
        context = self.face.enter(scope)
        if isinstance(context, Answer):
            return await self._send(context, send, head=is_head)
        answer = self.face.finish(context, scope, self._answer(operation, context, read))
        return await self._send(answer, send, date=self.face.date(context, scope), head=is_head)

    async def _send(self, answer: Answer, send: Send, *, date: Instant | None = None, head: bool = False) -> None:
        complete = replace(answer, headers=[*answer.headers, *self.face.headers]) if self.face.headers else answer
        await send_answer(complete, send, date=date, head=head)

    def _answer(self, operation: DescribedOperation[Context], context: Context, read: Callable[[], Call]) -> Answer:
        try:
            return operation.carry_out(context, read())
        except RefusalError as refusal:
            return self.face.refuse(refusal)
        except Exception as error:  # noqa: BLE001 - the boundary: it is the caller's mistake, or ours, and both are said
            explained = self.face.explain(error)
            return fault_of_ours(error) if explained is None else self.face.refuse(explained)

    def _call(self, operation: DescribedOperation[Context], scope: Scope, body: bytes) -> Call:
        headers = scope["headers"]
        host, media_type, key = _last_headers(headers, b"host", b"content-type", b"x-api-key")
        query: bytes = scope["query_string"]
        decoded: Any = None
        if operation.body is not None:
            _check_media_type(operation.body, media_type)
            _check_for_live_keys(body)
            decoded = operation.body.decode(body)
        elif media_type is not None:
            _check_no_form(media_type, *_last_headers(headers, b"content-length", b"transfer-encoding"))
        path = scope.get("raw_path") or scope["path"].encode()
        target = path.split(b"?")[0] + (b"?" + query if query else b"")
        call = Call(
            path=scope["path_params"],
            query=operation.query.decode(query),
            body=decoded,
            address=self.face.public_url or called_address(scope, host or b""),
            target=quote(target, safe=_URI_CHARACTERS),
            key=None if key is None else key.decode("latin-1"),
            only_looks=scope["method"] in ("GET", "HEAD"),
        )
        return call if operation.parse is None else replace(call, body=operation.parse(call))

    def _wrong_method(self, scope: Scope) -> Answer:
        allow = ", ".join(sorted(self.operations))
        detail = f"{scope['path']} takes {allow}." if allow else f"There is no {scope['path']!r} here."
        if not allow:
            return self.face.refuse(RefusalError(404, "Not Found", detail))
        return self.face.refuse(RefusalError(405, "Method Not Allowed", detail, headers=[(b"allow", allow.encode())]))


def operation_routes(paths: Paths[Context], face: Face[Context]) -> list[Route]:
    """One route per path with all its methods."""
    return [Route(path, OperationEndpoint(operations, face)) for path, operations in paths.items()]


def _last_headers(headers: Iterable[tuple[bytes, bytes]], *names: bytes) -> list[bytes | None]:
    found = {name: value for name, value in headers if name in names}
    return [found.get(name) for name in names]


def _check_for_live_keys(body: bytes) -> None:
    """What a world, a scenario or a journal would keep may hold no live key: it would be shown to whoever asks."""
    if body_holds_live_key(body):
        raise RefusalError(422, "The body holds a live key", LIVE_KEY_REFUSED)


def _check_media_type(expected: RequestBody, media_type: bytes | None) -> None:
    """A body of another media type is refused; one that does not say its type is taken as what is expected."""
    if media_type is None:
        return
    said = media_type.decode("latin-1").partition(";")[0].strip().lower()
    if said not in expected.media_types:
        accepted = ", ".join(expected.media_types)
        raise RefusalError(
            415,
            "Unsupported Media Type",
            f"The body must be {expected.media_types[0]}; send the header Content-Type: {expected.media_types[0]}.",
            headers=[(b"accept", accepted.encode())],
        )


def _check_no_form(media_type: bytes, length: bytes | None, coding: bytes | None) -> None:
    """A form is refused where no body is expected: a page can send one without asking. What a client sends in vain is let be."""
    said = media_type.decode("latin-1").partition(";")[0].strip().lower()
    if said in _FORMS and (coding is not None or length not in {None, b"0"}):
        raise RefusalError(415, "Unsupported Media Type", f"This takes no body, and no form ({said}).")
