"""Running a state machine as a test that saves what it finds. It must never know what the machine does."""

from functools import cache
from pathlib import Path
from typing import Any
from unittest import TestCase

from hypothesis import HealthCheck, Phase
from hypothesis import settings as Settings  # noqa: N812 - an argument has its name
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from mockserver.testing.properties.saving import FOLDER, saving


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
