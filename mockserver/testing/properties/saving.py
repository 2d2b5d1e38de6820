"""Counterexamples as files: the one that Hypothesis ends with is written, none that it met on the way, and nothing on success.

What comes out of a test at its end is the failure of the minimal example; whatever failure can tell its story carries it. The
name follows from the story, so that workers that find the same write the same file.
"""

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

from hypothesis.errors import Flaky

from mockserver.storage.written_files import write_whole

P = ParamSpec("P")
R = TypeVar("R")

FOLDER = Path("counterexamples")
"""Where they are written unless a test says otherwise."""


def saves_counterexamples(folder: Path | str = FOLDER) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator that stands above ``@given``: the minimal counterexample is written to the folder as a scenario file."""

    def decorate(test: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(test)
        def saving_test(*args: P.args, **kwargs: P.kwargs) -> R:
            with saving(Path(folder), test.__name__):
                return test(*args, **kwargs)

        return saving_test

    return decorate


@contextmanager
def saving(folder: Path, name: str) -> Iterator[None]:
    """Whatever failure ends the block that tells a story is written to the folder; its report says where, and how to replay.

    Where nothing can be written, as in a read-only checkout, the report has the story itself.
    """
    try:
        yield
    except Flaky:
        raise  # what does not fail again is no counterexample
    except BaseException as failure:
        for error in _each(failure):
            text = getattr(error, "counterexample", None)
            if isinstance(text, str):
                error.add_note(_saved(folder, name, text))
        raise


def _each(failure: BaseException) -> Iterator[BaseException]:
    """The failure, or each of a group: Hypothesis reports several distinct ones together."""
    if isinstance(failure, BaseExceptionGroup):
        for error in failure.exceptions:
            yield from _each(error)
    else:
        yield failure


def _saved(folder: Path, name: str, text: str) -> str:
    try:
        path = _write(folder, name, text)
    except OSError as error:  # the failure of the test is what counts
        return f"Not saved: {error.filename or folder}: {error.strerror}. The counterexample is:\n{text}"
    return f"Saved as {path}; replay it with: imin-mock run {path}"


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()).strip("-") or "counterexample"
    path = folder / f"{stem}-{sha256(text.encode()).hexdigest()[:8]}.yaml"
    write_whole(path, text)
    return path
