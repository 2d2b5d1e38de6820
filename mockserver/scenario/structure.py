"""What in a document does not have the form that the schema asks for, said as its author would want to hear it.

Loaded only for a document that is known to be faulty. It knows JSON Schema and must never know what the keys mean.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from mockserver.scenario.faults import Finding, Path, show
from mockserver.scenario.names import nearest
from mockserver.scenario.notation import elapsed, moment, period, zone
from mockserver.scenario.schema import Schema, scenario_schema

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
}
_LIMITS = {
    "minimum": "is less than",
    "maximum": "is more than",
    "exclusiveMinimum": "is not more than",
    "minLength": "is shorter than",
    "maxLength": "is longer than",
    "minItems": "has fewer parts than",
    "maxItems": "has more parts than",
}


def misshapen(document: object) -> Iterator[Finding]:
    """Every place where the document departs from the schema."""
    yield from _findings(list(_validator().iter_errors(document)))


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
    return Draft202012Validator(scenario_schema(), format_checker=formats)


def _accepting(reader: Callable[[str], object]) -> Callable[[object], bool]:
    """A check that passes what the reader reads, and whatever is not text, which is another check's business."""

    def check(value: object) -> bool:
        if isinstance(value, str):
            reader(value)
        return True

    return check


def _findings(errors: Sequence[ValidationError]) -> Iterator[Finding]:
    misspelt: set[tuple[Path, str]] = set()
    for error in errors:
        if error.validator == "additionalProperties":
            for finding, meant in _unknown_keys(error):
                misspelt.add((tuple(error.absolute_path), meant or ""))
                yield finding
    patterned: set[Path] = set()
    for error in errors:
        path = tuple(error.absolute_path)
        match error.validator:
            case "additionalProperties":
                pass
            case "required":
                yield from _missing_keys(error, misspelt)
            case "anyOf":
                yield from _no_branch(error)
            case "pattern" | "format" if _is_key(error):
                if (*path, error.instance) not in patterned:
                    patterned.add((*path, error.instance))
                    yield _not_what_it_should_be(error, (*path, error.instance), of_key=True)
            case "pattern" | "format":
                if path not in patterned:
                    patterned.add(path)
                    yield _not_what_it_should_be(error, path)
            case "enum":
                yield _not_one_of(error.instance, error.validator_value, path)
            case str(limit) if limit in _LIMITS:
                yield Finding(path=path, message=f"{show(error.instance)} {_LIMITS[limit]} {error.validator_value}")
            case _:
                yield _not_what_it_should_be(error, path)


def _is_key(error: ValidationError) -> bool:
    return "propertyNames" in error.relative_schema_path


def _unknown_keys(error: ValidationError) -> Iterator[tuple[Finding, str | None]]:
    """The keys that the mapping does not have, each with the key that was probably meant."""
    known = error.schema.get("properties", {})
    for key in error.instance:
        if key not in known:
            free = [name for name in known if name not in error.instance]
            hint = nearest(key, free)
            meant = next((name for name in free if hint and f'"{name}"' in hint), None)
            hint = hint or f"there is {', '.join(free)}" if len(free) <= 8 and free else hint
            yield Finding(path=(*error.absolute_path, key), message=f"unknown key {show(key)}", hint=hint, of_key=True), meant


def _missing_keys(error: ValidationError, misspelt: set[tuple[Path, str]]) -> Iterator[Finding]:
    """The missing key, unless it stands there misspelt; the validator reports each by itself."""
    path = tuple(error.absolute_path)
    missing = next(key for key in error.validator_value if error.message.startswith(f"{key!r} "))
    if (path, missing) not in misspelt:
        yield Finding(path=path, message=f'lacks "{missing}"', of_key=True)


def _not_what_it_should_be(error: ValidationError, path: Path, *, of_key: bool = False) -> Finding:
    message = f"{show(error.instance)} is not {_called(error.schema)}"
    return Finding(path=path, message=message, hint=_example(error.schema, error.instance), of_key=of_key)


def _not_one_of(value: object, options: Sequence[object], path: Path) -> Finding:
    words = [option for option in options if isinstance(option, str)]
    hint = nearest(value, words) if isinstance(value, str) else None
    listed = dict.fromkeys(str(option) for option in options)
    message = f"{show(value)} is not {'' if len(listed) == 1 else 'one of '}{', '.join(listed)}"
    return Finding(path=path, message=message, hint=hint)


def _no_branch(error: ValidationError) -> Iterator[Finding]:
    """The faults of the branch that was most probably meant; if the value has the type of none, what there is."""
    path = tuple(error.absolute_path)
    branches: dict[Any, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.relative_schema_path[0], []).append(each)
    fitting = [errors for errors in branches.values() if not any(_is_of_other_type(each, path) for each in errors)]
    if isinstance(error.instance, dict) and fitting:
        action = _unknown_action(error.instance, fitting, path)
        if action is not None:
            yield action
            return
        fitting = [errors for errors in fitting if not _has_other_tag(errors)] or fitting
    if not fitting:
        called = dict.fromkeys(_called(branch) for branch in error.validator_value)
        example = next((hint for branch in error.validator_value if (hint := _example(branch, error.instance))), None)
        words = [word for branch in error.validator_value for word in _resolved(branch).get("enum", ()) if isinstance(word, str)]
        hint = nearest(error.instance, words) if isinstance(error.instance, str) else None
        yield Finding(path=path, message=f"{show(error.instance)} is not {' or '.join(called)}", hint=hint or example)
        return
    yield from min((list(_findings(errors)) for errors in fitting), key=len)


def _is_of_other_type(error: ValidationError, path: Path) -> bool:
    """True if the value itself, not a part of it, has another type than the branch."""
    if tuple(error.absolute_path) != path:
        return False
    if error.validator == "anyOf":
        return all(_is_of_other_type(each, path) for each in error.context or ())
    return error.validator == "type" or (error.validator == "enum" and not isinstance(error.instance, str))


def _tag_error(errors: Sequence[ValidationError]) -> ValidationError | None:
    return next((each for each in errors if each.validator == "enum" and list(each.relative_path)[-1:] == ["do"]), None)


def _has_other_tag(errors: Sequence[ValidationError]) -> bool:
    return _tag_error(errors) is not None


def _unknown_action(value: dict[str, Any], fitting: Sequence[list[ValidationError]], path: Path) -> Finding | None:
    """The fault of a ``do`` that no action has."""
    tags = [tag for errors in fitting if (tag := _tag_error(errors)) is not None]
    if len(tags) < len(fitting):
        return None
    return _not_one_of(value["do"], sorted(word for tag in tags for word in tag.validator_value), (*path, "do"))


def _resolved(schema: Schema) -> Schema:
    """The schema that a reference inside the scenario's schema means."""
    ref = schema.get("$ref")
    found: Schema = scenario_definitions()[ref.rpartition("/")[2]] if isinstance(ref, str) else schema
    return found


@cache
def scenario_definitions() -> dict[str, Schema]:
    """The named parts of the schema."""
    definitions: dict[str, Schema] = scenario_schema()["$defs"]
    return definitions


def _called(schema: Schema) -> str:
    """What the schema asks for, in words."""
    schema = _resolved(schema)
    if "enum" in schema:
        return " or ".join(str(option) for option in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_called(branch) for branch in schema["anyOf"]))
    kind = schema.get("type", "something else")
    if kind == "object":
        keys = list(schema.get("properties", ()))
        return f"a mapping of {', '.join(keys)}" if 0 < len(keys) <= 6 else "a mapping"
    return str(schema["title"]) if kind == "string" and "title" in schema else _TYPES.get(kind, kind)


def _example(schema: Schema, value: object) -> str | None:
    """How to write it instead."""
    schema = _resolved(schema)
    if schema.get("type") == "string" and isinstance(value, (int, float)) and "pattern" not in schema:
        return f'write "{show(value)}" in quotes'
    examples = schema.get("examples")
    return f"write {' or '.join(str(example) for example in examples)}" if examples else None
