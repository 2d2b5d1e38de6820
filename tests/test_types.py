"""What the wire's and the files' types may be made of, so that the decoder never corrupts the memory of the process.

msgspec frees two kinds of unions wrongly: a text with a pattern beside a list or a mapping, and a tuple of a fixed length beside
anything that has a bound. Nothing shows until an allocator looks closely.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from types import UnionType
from typing import Any

import msgspec
import pytest
from msgspec import inspect

import mockserver

BOUNDS = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
ARRAYS = (inspect.ListType, inspect.SetType, inspect.FrozenSetType, inspect.VarTupleType)


def wrongly_freed(union: inspect.UnionType) -> str | None:
    """Why the decoder must not be made of this union; ``None`` where it may."""
    members = [each.type if isinstance(each, inspect.Metadata) else each for each in union.types]
    if any(isinstance(each, inspect.StrType) and each.pattern is not None for each in members) and any(
        isinstance(each, (*ARRAYS, inspect.TupleType, inspect.DictType)) for each in members
    ):
        return "a text with a pattern beside a list or a mapping"
    has_bound = any(getattr(each, bound, None) is not None for each in members for bound in BOUNDS)
    if has_bound and any(isinstance(each, inspect.TupleType) for each in members):
        return "a tuple of a fixed length beside something with a bound"
    return None


def types_within(told: Any, seen: set[type]) -> Iterator[inspect.Type]:
    """The type and all that it is made of, each struct once."""
    if isinstance(told, tuple):
        for each in told:
            yield from types_within(each, seen)
    elif isinstance(told, msgspec.Struct):
        struct = getattr(told, "cls", None)
        if struct in seen:
            return
        if struct is not None:
            seen.add(struct)
        if isinstance(told, inspect.Type):
            yield told
        for name in told.__struct_fields__:
            yield from types_within(getattr(told, name), seen)


def declared() -> Iterator[tuple[str, inspect.Type]]:
    """Every struct, union and annotated type that a module of the package names, and what its decoders are made of."""
    for found in pkgutil.walk_packages(mockserver.__path__, "mockserver."):
        if found.name == "mockserver.__main__":
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, msgspec.json.Decoder):
                value = value.type  # noqa: PLW2901
            is_struct = isinstance(value, type) and issubclass(value, msgspec.Struct)
            if is_struct or hasattr(value, "__metadata__") or isinstance(value, UnionType):
                with suppress(TypeError, NameError):  # no decoder can be made of it at all
                    yield f"{found.name}.{name}", inspect.type_info(value)


def test_no_type_of_the_package_is_one_that_the_decoder_frees_wrongly() -> None:
    seen: set[type] = set()
    wrong = {
        f"{name}: {why} in {each}"
        for name, told in declared()
        for each in types_within(told, seen)
        if isinstance(each, inspect.UnionType) and (why := wrongly_freed(each))
    }
    assert not wrong
    assert len(seen) > 100


PATTERNED, BOUNDED, TEXT = inspect.StrType(pattern="^a$"), inspect.IntType(ge=1), inspect.StrType()
FIXED, ANY_LENGTH = inspect.TupleType((TEXT, TEXT)), inspect.VarTupleType(TEXT)
SHORT = inspect.DictType(TEXT, TEXT, max_length=3)


@pytest.mark.parametrize(
    "members",
    [(PATTERNED, ANY_LENGTH), (inspect.NoneType(), inspect.ListType(TEXT), PATTERNED), (PATTERNED, inspect.SetType(TEXT)),
     (PATTERNED, inspect.DictType(TEXT, TEXT)), (BOUNDED, FIXED), (FIXED, SHORT), (PATTERNED, FIXED),
     (inspect.Metadata(PATTERNED, {"title": "a name"}), ANY_LENGTH)],
)  # fmt: skip
def test_a_union_that_is_freed_wrongly_is_found_wherever_it_stands(members: tuple[inspect.Type, ...]) -> None:
    # By hand: a decoder of such a union would harm this very process.
    within = inspect.ListType(inspect.DictType(TEXT, inspect.UnionType(members)))
    assert [each for each in types_within(within, set()) if _is_wrong(each)]


@pytest.mark.parametrize(
    "members",
    [
        (PATTERNED, BOUNDED),
        (inspect.StrType(min_length=1), ANY_LENGTH),
        (FIXED, TEXT),
        (TEXT, inspect.ListType(PATTERNED)),
    ],
)
def test_a_union_that_is_freed_rightly_is_let_be(members: tuple[inspect.Type, ...]) -> None:
    assert not [each for each in types_within(inspect.UnionType(members), set()) if _is_wrong(each)]


def _is_wrong(told: inspect.Type) -> bool:
    return isinstance(told, inspect.UnionType) and wrongly_freed(told) is not None


SMOKES = {
    "a world of the kit": (
        "from mockserver.testing import Mock\n"
        "with Mock() as mock:\n"
        "    world = mock.world()\n"
        "    key = world.api_key.encode()\n"
        "    assert mock.send('GET', '/api/v2/orders?customerIdentifier=asha', [(b'x-api-key', key)]).status == 200\n"
        "    assert world.explain('seat-1') and world.until_quiet() is not None"
    ),
    "the command line": "import sys; from mockserver.cli.main import main; sys.argv = ['imin-mock', 'scenarios']; main()",
}


@pytest.mark.parametrize("settings", [["-X", "dev"], ["-X", "dev", "-W", "error"], ["malloc"]], ids=" ".join)
@pytest.mark.parametrize("smoke", SMOKES)
def test_it_runs_under_an_allocator_that_looks_closely(smoke: str, settings: list[str]) -> None:
    options = settings if settings != ["malloc"] else []
    environment = {**os.environ, **({"PYTHONMALLOC": "malloc", "MALLOC_PERTURB_": "165"} if not options else {})}
    ran = subprocess.run(
        [sys.executable, *options, "-c", SMOKES[smoke]], capture_output=True, check=False, env=environment
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
