"""What in a document does not have the form that the schema asks for, said as its author would want to hear it.

Loaded only for a document that is known to be faulty. It knows JSON Schema and must never know what the keys mean.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError

from mockserver.limits import DEPARTURES
from mockserver.scenario.branches import meant_branch
from mockserver.scenario.faults import Finding, Path, show
from mockserver.scenario.names import hint_of
from mockserver.scenario.notation import TooLongError, elapsed, moment, period, zone
from mockserver.scenario.schema import Schema, scenario_schema
from mockserver.scenario.wording import called, example, key_missing, not_one_of

_LIMITS = {
    "minimum": "is less than",
    "maximum": "is more than",
    "exclusiveMinimum": "is not more than",
    "minLength": "is shorter than",
    "maxLength": "is longer than",
    "minItems": "has fewer parts than",
    "maxItems": "has more parts than",
}


def misshapen(document: Any) -> Iterator[Finding]:
    """Every place where the document departs from the schema."""
    yield from _findings(list(islice(_validator().iter_errors(document), DEPARTURES)))


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=())
    readers: dict[str, Callable[[str], object]] = {
        "instant": lambda text: text.startswith(("+", "-")) or moment(text),
        "epoch": lambda text: text == "now" or moment(text),
        "exact-duration": elapsed,
        "period": period,
        "timezone": zone,
    }
    for name, reader in readers.items():
        formats.checks(name, raises=(ValueError, OverflowError))(_accepting(reader))
    extend: Callable[..., type[Draft202012Validator]] = validators.extend
    in_order = extend(Draft202012Validator, {"additionalProperties": _other_keys})
    return in_order(scenario_schema(), format_checker=formats)


def _other_keys(validator: Any, wanted: Any, value: Any, schema: Schema) -> Iterator[ValidationError]:
    """The errors below and of keys that ``properties`` does not name, in the file's order.

    jsonschema's own goes through a set, so that of a great many faults each run would tell others.
    """
    others = [key for key in value if key not in schema.get("properties", {})] if isinstance(value, dict) else []
    if isinstance(wanted, dict):
        for key in others:
            yield from validator.descend(value[key], wanted, path=key)
    elif wanted is False and others:
        yield ValidationError("unknown keys")


def _accepting(reader: Callable[[str], object]) -> Callable[[object], bool]:
    """A check that passes what the reader reads, and whatever is not text, which is another check's business."""

    def check(value: object) -> bool:
        if isinstance(value, str):
            reader(value)
        return True

    return check


def _findings(errors: Sequence[ValidationError]) -> Iterator[Finding]:
    """What the errors mean; a key that is missing because it is misspelt is one fault, not two."""
    misspelt: set[tuple[Path, str | None]] = set()
    for error in errors:
        if error.validator == "additionalProperties":
            for finding, meant in _unknown_keys(error):
                misspelt.add((_path(error), meant))
                yield finding
    for error in errors:
        if error.validator == "required":
            missing = key_missing(error)
            if (_path(error), missing) not in misspelt:
                yield Finding(path=_path(error), message=f'lacks "{missing}"', of_key=True)
        elif error.validator != "additionalProperties":
            yield from _meaning(error)


def _meaning(error: ValidationError) -> Iterator[Finding]:
    """What one error means that is about a value, or about a key's spelling."""
    path, schema = _path(error), _schema(error)
    value: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "anyOf":
            branch = meant_branch(error, _findings)
            yield from [branch] if isinstance(branch, Finding) else _findings(branch)
        case "enum":
            yield not_one_of(value, wanted, path)
        case str(limit) if limit in _LIMITS:
            yield Finding(path=path, message=f"{show(value)} {_LIMITS[limit]} {wanted}")
        case _:
            is_key = "propertyNames" in error.relative_schema_path
            too_long = isinstance(error.cause, TooLongError)
            yield Finding(
                path=(*path, value) if is_key else path,
                message=f"{show(value)} is {error.cause if too_long else f'not {called(schema)}'}",
                hint=None if too_long else example(schema, value),
                of_key=is_key,
            )


def _unknown_keys(error: ValidationError) -> Iterator[tuple[Finding, str | None]]:
    """The keys that the mapping does not have, each with the key that was probably meant."""
    known = _schema(error).get("properties", {})
    value: Any = error.instance
    for key in value:
        if key in known:
            continue
        free = [name for name in known if name not in value]
        hint = hint_of(key, free)
        meant = next((name for name in free if hint is not None and f'"{name}"' in hint), None)
        if hint is None and 0 < len(free) <= 8:
            hint = f"there is {', '.join(free)}"
        yield Finding(path=(*_path(error), key), message=f"unknown key {show(key)}", hint=hint, of_key=True), meant


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _schema(error: ValidationError) -> Schema:
    assert isinstance(error.schema, dict)
    return error.schema
