"""Everything that the shipped scenarios answer and do, as bytes: run as a program, it writes them to its standard output."""

import sys

import msgspec

from mockserver.runner.scenario_run import Run, journal_of, run_scenario
from tests.library import NAMES, shipped


def recording_of(run: Run) -> bytes:
    """The run's answers with their headers, its journal and its outcomes, in their order."""
    answers = [
        (each.request.method, each.request.target, each.request.body, answer.status, list(answer.headers), answer.body)
        for each in run.exchanged
        for answer in (each.response,)
    ]
    outcomes = [[outcome.line, outcome.says, outcome.passed, outcome.found] for outcome in run.outcomes]
    return msgspec.json.encode([run.scenario.name, answers, journal_of(run), outcomes])


def record_all() -> bytes:
    """One line for each shipped scenario."""
    return b"".join(recording_of(run_scenario(shipped(name))) + b"\n" for name in NAMES)


if __name__ == "__main__":
    sys.stdout.buffer.write(record_all())
