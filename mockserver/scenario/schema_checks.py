"""What in a document does not have the form that the schema asks for, said as its author would want to hear it.

Where a value fits none of several forms, the one that was meant is found, and one fault told instead of all of them. Loaded
only for a document that is known to be faulty. It knows JSON Schema and must never know what the keys mean.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, validators
from jsonschema.exceptions import ValidationError

from mockserver.foundation.limits import DEPARTURES
from mockserver.scenario.faults import Misfit, Path, show
from mockserver.scenario.names import hint_of
from mockserver.scenario.notation import TooLongError, elapsed, moment, period, zone
from mockserver.scenario.schema import Schema, scenario_schema

_LIMITS = {
    "minimum": "is less than",
    "maximum": "is more than",
    "exclusiveMinimum": "is not more than",
    "minLength": "is shorter than",
    "maxLength": "is longer than",
    "minItems": "has fewer parts than",
    "maxItems": "has more parts than",
}


def misshapen(document: Any) -> Iterator[Misfit]:
    """Every place where the document departs from the schema."""
    yield from _misfits(list(islice(_validator().iter_errors(document), DEPARTURES)))


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


def _misfits(errors: Sequence[ValidationError]) -> Iterator[Misfit]:
    """What the errors mean; a key that is missing because it is misspelt is one fault, not two."""
    misspelt: set[tuple[Path, str | None]] = set()
    for error in errors:
        if error.validator == "additionalProperties":
            for misfit, meant in _unknown_keys(error):
                misspelt.add((_path(error), meant))
                yield misfit
    for error in errors:
        if error.validator == "required":
            missing = key_missing(error)
            if (_path(error), missing) not in misspelt:
                yield Misfit(path=_path(error), message=f'lacks "{missing}"', of_key=True)
        elif error.validator != "additionalProperties":
            yield from _meaning(error)


def _meaning(error: ValidationError) -> Iterator[Misfit]:
    """What one error means that is about a value, or about a key's spelling."""
    path, schema = _path(error), _schema(error)
    value: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "anyOf":
            branch = meant_branch(error, _misfits)
            yield from [branch] if isinstance(branch, Misfit) else _misfits(branch)
        case "enum":
            yield not_one_of(value, wanted, path)
        case str(limit) if limit in _LIMITS:
            yield Misfit(path=path, message=f"{show(value)} {_LIMITS[limit]} {wanted}")
        case _:
            is_key = "propertyNames" in error.relative_schema_path
            too_long = isinstance(error.cause, TooLongError)
            yield Misfit(
                path=(*path, value) if is_key else path,
                message=f"{show(value)} is {error.cause if too_long else f'not {called(schema)}'}",
                hint=None if too_long else example(schema, value),
                of_key=is_key,
            )


def _unknown_keys(error: ValidationError) -> Iterator[tuple[Misfit, str | None]]:
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
        yield Misfit(path=(*_path(error), key), message=f"unknown key {show(key)}", hint=hint, of_key=True), meant


def _path(error: ValidationError) -> Path:
    return tuple(error.absolute_path)


def _schema(error: ValidationError) -> Schema:
    assert isinstance(error.schema, dict)
    return error.schema


_Errors = Sequence[ValidationError]


def meant_branch(error: ValidationError, told: Callable[[_Errors], Iterable[Misfit]]) -> Misfit | _Errors:
    """The errors of the branch that was meant, or the one fault that says why it cannot be told which."""
    branches: dict[object, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.relative_schema_path[0], []).append(each)
    path: Path = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    value: Any = error.instance
    if "x-told-by" in schema:
        return _by_key(value, schema["x-told-by"], branches, path)
    fitting = [errors for errors in branches.values() if not any(_is_of_other_type(each, path) for each in errors)]
    if not fitting or all(_is_a_wrong_word(each, path) for errors in fitting for each in errors):
        return _of_no_type(value, schema["anyOf"], path)
    tags = [tag for errors in fitting if (tag := _other_tag(errors)) is not None]
    if tags and len(tags) == len(fitting):
        return not_one_of(value["do"], sorted(word for tag in tags for word in options(tag)), (*path, "do"))
    fitting = [errors for errors in fitting if _other_tag(errors) is None]
    return min(fitting, key=lambda errors: len(list(told(errors))))


def _by_key(
    value: object, keys: list[str], branches: dict[object, list[ValidationError]], path: Path
) -> Misfit | _Errors:
    """The branch whose key is there; without one, the branch of the key that is most like one that is there."""
    if not isinstance(value, dict):
        return Misfit(path=path, message=f"{show(value)} is not a mapping with one of {', '.join(keys)}")
    present = [key for key in keys if key in value]
    if len(present) > 1:
        return Misfit(path=path, message=f"this says both {present[0]} and {present[1]}", hint="make it two")
    if not present:
        present = [key for key in keys if any(hint and f'"{key}"' in hint for hint in _nearest_keys(value, keys))]
    if not present:
        return Misfit(path=path, message=f"this says none of {', '.join(keys)}", of_key=True)
    return branches.get(keys.index(present[0]), [])


def _nearest_keys(value: dict[str, object], keys: list[str]) -> Iterator[str | None]:
    """For each key of the value that may be a misspelt one of the keys, the hint that says so."""
    yield from (hint_of(key, keys) for key in value if key not in ("at", "of", "to"))


def _of_no_type(value: object, forms: list[Schema], path: Path) -> Misfit:
    """A value whose very type is wrong: what there is instead."""
    words = [word for form in forms for word in called(form).split(" or ")]
    hint = hint_of(value, words) if isinstance(value, str) else None
    hint = hint or next((shown for form in forms if (shown := example(form, value))), None)
    return Misfit(path=path, message=f"{show(value)} is not {' or '.join(dict.fromkeys(words))}", hint=hint)


def _is_of_other_type(error: ValidationError, path: Path) -> bool:
    """True if the value itself, not a part of it, has another type than the branch."""
    if tuple(error.absolute_path) != path:
        return False
    if error.validator == "anyOf":
        return all(_is_of_other_type(each, path) for each in error.context or ())
    return error.validator == "type" or (error.validator == "enum" and not isinstance(error.instance, str))


def _is_a_wrong_word(error: ValidationError, path: Path) -> bool:
    return error.validator == "enum" and tuple(error.absolute_path) == path


def _other_tag(errors: _Errors) -> ValidationError | None:
    """The error that says that ``do`` is the word of another branch."""
    return next((each for each in errors if each.validator == "enum" and list(each.relative_path)[-1:] == ["do"]), None)


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}


def called(schema: Schema) -> str:
    """What the schema asks for: ``an instant``, ``frozen or a mapping of running, step``."""
    schema = _resolved(schema)
    if "enum" in schema:
        return " or ".join(str(option) for option in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(called(branch) for branch in schema["anyOf"]))
    kind = schema.get("type", "string")
    if kind == "object":
        keys = list(schema.get("properties", ()))
        return f"a mapping of {', '.join(keys)}" if 0 < len(keys) <= 6 else "a mapping"
    return str(schema.get("title", _TYPES[kind]))


def example(schema: Schema, value: object) -> str | None:
    """How to write it instead."""
    schema = _resolved(schema)
    if schema.get("type") == "string" and isinstance(value, (int, float)) and not schema.get("format"):
        if _suits(schema, show(value)):
            return f'write "{show(value)}" in quotes'
        if _suits(schema, price := f"{value:.2f} GBP"):
            return f"write {price}"
    examples = schema.get("examples")
    return f"write {' or '.join(str(each) for each in examples)}" if examples else None


def _suits(schema: Schema, text: str) -> bool:
    return re.search(schema.get("pattern", ""), text) is not None and len(text) <= schema.get("maxLength", len(text))


def not_one_of(value: object, wanted: Iterable[object], path: Path) -> Misfit:
    """The fault of a value that is none of a few words; of many words, only the nearest is told."""
    words = list(dict.fromkeys(str(option) for option in wanted))
    hint = hint_of(value, words) if isinstance(value, str) else None
    listed = f"{'' if len(words) == 1 else 'one of '}{', '.join(words)}"
    return Misfit(
        path=path, message=f"{show(value)} is not {'known here' if hint and len(words) > 8 else listed}", hint=hint
    )


def options(error: ValidationError) -> list[str]:
    """The words that an error of an enumeration would have accepted."""
    wanted = error.validator_value
    return [str(word) for word in wanted] if isinstance(wanted, list) else []


def key_missing(error: ValidationError) -> str:
    """The key that an error misses; the validator reports each by itself."""
    wanted = error.validator_value
    assert isinstance(wanted, list)
    return next(str(key) for key in wanted if error.message.startswith(f"{key!r} "))


def _resolved(schema: Schema) -> Schema:
    """The schema that a reference inside the scenario's schema means."""
    ref = schema.get("$ref")
    return _definitions()[ref.rpartition("/")[2]] if isinstance(ref, str) else schema


@cache
def _definitions() -> dict[str, Schema]:
    definitions: dict[str, Schema] = scenario_schema()["$defs"]
    return definitions
