"""Docstrings that are shown to users (help, descriptions in schemas), the same text on every Python.

Pythons before 3.13 keep their indentation, and ``-OO`` drops them; they are read from the source then. This module must never
know what is described.
"""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, cast

import msgspec
from msgspec.inspect import Type, multi_type_info


def docstring(described: Any) -> str:
    """The docstring of a class or a function without indentation; "" where there is none."""
    text: str | None = described.__doc__
    if text is None and sys.flags.optimize > 1:
        text = _written_in(described.__module__).get(described.__qualname__)
    return inspect.cleandoc(text or "")


def clean_docstrings(types: Iterable[Any]) -> None:
    """Give each class that the types are made of the docstring that msgspec describes it by in a JSON Schema."""
    for described in {info.cls for info in _parts(multi_type_info(types)) if hasattr(info, "cls")}:
        if text := docstring(described):
            described.__doc__ = text


def _parts(value: Any) -> Iterator[Any]:
    """Every type that msgspec tells of, however deep; each once."""
    unread, read = [value], set[int]()
    while unread:
        part = unread.pop()
        if isinstance(part, (list, tuple)):
            unread += part
        elif isinstance(part, msgspec.Struct) and id(part) not in read:
            read.add(id(part))
            unread += [getattr(part, name) for name in part.__struct_fields__]
            if isinstance(part, Type):
                yield part


@cache
def _written_in(module: str) -> Mapping[str, str]:
    """The docstrings of a module's source by qualified name; none where the source is not at hand."""
    try:
        # ast.parse drops them under -OO itself, from Python 3.14 on.
        tree = compile(inspect.getsource(sys.modules[module]), module, "exec", flags=ast.PyCF_ONLY_AST, optimize=0)
    except (OSError, TypeError):
        return {}
    return dict(_below(cast(ast.Module, tree), ""))


def _below(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, str]]:
    for inner in node.body:
        if isinstance(inner, (ast.ClassDef, ast.FunctionDef)):
            yield prefix + inner.name, ast.get_docstring(inner) or ""
        if isinstance(inner, ast.ClassDef):
            yield from _below(inner, f"{prefix}{inner.name}.")
