"""From bytes to typed values, with precise words where they do not fit: JSON bodies and query strings.

What is not JSON at all is 400, with words that lead to the place; what is JSON of another shape is 422. This module must never
know what the values mean.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, cast, get_args
from urllib.parse import parse_qsl

import msgspec

from mockserver.domain.rules import Rule
from mockserver.foundation.suggestions import did_you_mean
from mockserver.web.operation import Query, RefusalError, RequestBody

T = TypeVar("T")

NOT_JSON = "The body is not JSON"
WRONG_QUERY = "The query is wrong"
YAML_TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/plain")


def wrong_shape(detail: str, *, rule: Rule | None = None) -> RefusalError:
    """The refusal of a body whose parts are not as they should be."""
    return RefusalError(422, "The body has another shape", detail, rule=rule)


def json_body(shape: type[T], *, examples: Mapping[str, Any] | None = None, schema: Any = None) -> RequestBody:
    """A JSON body of this type; ``schema`` replaces the type's own where JSON Schema can say more than the type."""

    def decode(body: bytes) -> T:
        return decode_json(body, shape)

    return RequestBody(decode=decode, shape=shape if schema is None else schema, examples=examples or {})


def yaml_body(*, examples: Mapping[str, str]) -> RequestBody:
    """A body that is the text of a YAML file, handed on as it is."""
    return RequestBody(decode=decode_text, shape={"type": "string"}, media_types=YAML_TYPES, examples=examples)


def decode_text(body: bytes) -> str:
    """The text of a body. *Raises* :class:`RefusalError`."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"The body is not UTF-8 text: {error.reason} at byte {error.start}."
        raise RefusalError(400, "The body is not text", detail) from None


def decode_json(body: bytes, shape: type[T]) -> T:
    """The value in a JSON body. *Raises* :class:`RefusalError` with 400 or 422."""
    if not body:
        raise RefusalError(400, NOT_JSON, "The body is empty; it must be a JSON object.")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise wrong_shape(_improved(str(error), shape)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        from mockserver.web.decoder import why_not_json

        said = why_not_json(body, error)
        raise RefusalError(400, NOT_JSON, f"{said[0].upper()}{said[1:]}.") from None
    except RecursionError:
        raise RefusalError(400, NOT_JSON, "It is nested too deeply.") from None


def query_of(shape: type[T] | None = None) -> Query:
    """A query string of this type, or one without parameters. Unknown and repeated parameters are refused."""
    kind: Any = _NoParameters if shape is None else shape

    def decode(query: bytes) -> T:
        values: dict[str, str] = {}
        for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace"):
            if name in values:
                raise RefusalError(422, WRONG_QUERY, f"The parameter {name!r} is given twice.")
            values[name] = value
        try:
            return cast(T, msgspec.convert(values, kind, strict=False))
        except msgspec.ValidationError as error:
            raise RefusalError(422, WRONG_QUERY, _improved(str(error), kind)) from None

    return Query(decode=decode, parameters=tuple(_parameters(kind)))


class _NoParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A query without parameters."""


def _parameters(shape: Any) -> list[dict[str, Any]]:
    schema = msgspec.json.schema(shape)
    properties: dict[str, dict[str, Any]] = schema["$defs"][shape.__name__]["properties"]
    required = schema["$defs"][shape.__name__]["required"]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": described.get("description", ""),
            "schema": {key: value for key, value in described.items() if key != "description"},
        }
        for name, described in properties.items()
    ]


def _improved(message: str, shape: Any) -> str:
    """The message of the decoder as a sentence, with a word about what a misspelt name may have meant."""
    sentence = message if message.endswith(".") else f"{message}."
    if "unknown field" not in message:
        return sentence
    _, wrong, place = message.split("`", 2)
    names = [each.encode_name for kind in _kinds_at(shape, place) for each in msgspec.structs.fields(kind)]
    known = ", ".join(names) or "nothing"
    return f"{sentence}{did_you_mean(wrong, names) or f' It may have: {known}.'}"


def _kinds_at(shape: Any, place: str) -> list[Any]:
    """The kinds of object that may stand where a message says: ``$.in_order[...]``, of a value of this type."""
    kinds = _kinds_in(shape)
    for part in re.findall(r"\.([^.\[`]+)|\[(?:\.\.\.|\d+)\]", place):
        if part:
            fields = [each for kind in kinds for each in msgspec.structs.fields(kind) if each.encode_name == part]
            kinds = [inner for each in fields for inner in _kinds_in(each.type)]
    return kinds


def _kinds_in(shape: Any) -> list[Any]:
    """The kinds of object that a type is, or that its union or its list is made of."""
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return [shape]
    return [kind for part in get_args(shape) for kind in _kinds_in(part)]


_FIRST, _SECOND = rb"[dD][89abAB][0-9a-fA-F]{2}", rb"[dD][c-fC-F][0-9a-fA-F]{2}"
_HALF_PAIR = re.compile(rb"\\u(?:%b(?!\\u%b)|(?<!\\u%b\\u)%b)" % (_FIRST, _SECOND, _FIRST, _SECOND))
_ESCAPED_BACKSLASH = re.compile(rb"\\\\")


def why_not_json(body: bytes, error: Exception) -> str:
    """The decoder's words, or plainer ones where those would mislead: they call half a surrogate pair the end of the data."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is UTF-16; JSON is sent as UTF-8"
    if body.startswith(b"\xef\xbb\xbf"):
        return "it begins with a byte order mark, which JSON has none of"
    half = _HALF_PAIR.search(_ESCAPED_BACKSLASH.sub(b"  ", body))
    if half is not None:
        return f"{half[0].decode()} at byte {half.start()} is half a surrogate pair, which is not a Unicode character"
    return str(error)
