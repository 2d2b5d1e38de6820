"""Which of several forms an author meant, when a value fits none: the one fault worth telling instead of all of them.

It knows how a failed ``anyOf`` looks and must never know what the forms are for.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from jsonschema.exceptions import ValidationError

from mockserver.scenario.faults import Finding, Path, show
from mockserver.scenario.names import hint_of
from mockserver.scenario.schema import Schema
from mockserver.scenario.wording import called, example, not_one_of, options

_Errors = Sequence[ValidationError]


def meant_branch(error: ValidationError, told: Callable[[_Errors], Iterable[Finding]]) -> Finding | _Errors:
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
) -> Finding | _Errors:
    """The branch whose key is there; without one, the branch of the key that is most like one that is there."""
    if not isinstance(value, dict):
        return Finding(path=path, message=f"{show(value)} is not a mapping with one of {', '.join(keys)}")
    present = [key for key in keys if key in value]
    if len(present) > 1:
        return Finding(path=path, message=f"this says both {present[0]} and {present[1]}", hint="make it two")
    if not present:
        present = [key for key in keys if any(hint and f'"{key}"' in hint for hint in _nearest_keys(value, keys))]
    if not present:
        return Finding(path=path, message=f"this says none of {', '.join(keys)}", of_key=True)
    return branches.get(keys.index(present[0]), [])


def _nearest_keys(value: dict[str, object], keys: list[str]) -> Iterator[str | None]:
    """For each key of the value that may be a misspelt one of the keys, the hint that says so."""
    yield from (hint_of(key, keys) for key in value if key not in ("at", "of", "to"))


def _of_no_type(value: object, forms: list[Schema], path: Path) -> Finding:
    """A value whose very type is wrong: what there is instead."""
    words = [word for form in forms for word in called(form).split(" or ")]
    hint = hint_of(value, words) if isinstance(value, str) else None
    hint = hint or next((shown for form in forms if (shown := example(form, value))), None)
    return Finding(path=path, message=f"{show(value)} is not {' or '.join(dict.fromkeys(words))}", hint=hint)


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
