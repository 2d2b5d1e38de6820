"""Tests whose counterexamples become files: that which Hypothesis ends with is written, none that it met on the way.

What comes out of a test at its end is the failure of the minimal example; whatever failure can tell its story carries it. The
name follows from the story, so that workers that find the same write the same file.
"""

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from unittest import TestCase

from hypothesis import HealthCheck, Phase
from hypothesis import settings as Settings  # noqa: N812 - an argument has its name
from hypothesis.errors import Flaky
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

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


def rehearse(machine: type[RuleBasedStateMachine], *, settings: Settings | None = None) -> None:
    """Run the machine; its minimal counterexample, if there is one, is written to the class's ``counterexamples``.

    ``settings`` are those of its ``TestCase`` unless others are given. *Raises* what the minimal example raises.
    """
    chosen: Settings = machine.TestCase.settings if settings is None else settings
    # To explain, Hypothesis traces every line, here of a whole server: ten times as slow, and the file explains more.
    phases = [phase for phase in chosen.phases if phase is not Phase.explain]
    with saving(Path(getattr(machine, "counterexamples", FOLDER)), machine.__name__):
        run_state_machine_as_test(machine, settings=Settings(chosen, phases=phases))


class SavingTestCase:
    """The ``TestCase`` of each machine: a ``unittest`` test with ``settings``, as Hypothesis's own has them."""

    def __get__(self, instance: object, machine: type[RuleBasedStateMachine]) -> type[Any]:
        return _test_case(machine)


@cache
def _test_case(machine: type[RuleBasedStateMachine]) -> type[Any]:
    def run_test(self: Any) -> None:
        rehearse(machine, settings=self.settings)

    return type(
        f"{machine.__name__}.TestCase",
        (TestCase,),
        {
            "settings": Settings(deadline=None, suppress_health_check=list(HealthCheck)),
            "runTest": run_test,
            "__module__": machine.__module__,
        },
    )
