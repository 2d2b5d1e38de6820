"""From what a user types to scenarios: a name that ships or lies in a folder, a file, a folder of files, or standard input.

Every command that takes a scenario takes it so.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from mockserver.cli.output import Exit, stop
from mockserver.foundation.outgoing_text import without_live_keys
from mockserver.foundation.suggestions import did_you_mean, nearest
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import Scenario, read_with_places
from mockserver.scenario.source import Source
from mockserver.storage.scenario_files import (
    SUFFIXES,
    ScenarioFiles,
    ScenarioFilesError,
    bundled_folder,
    paths_in,
    read_text,
    scenario_name,
)

R = TypeVar("R")

STANDARD_INPUT = "-"
NAME_OF_GIVEN = "given"
"""What a scenario from standard input is called: a key needs a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSource:
    """Where a scenario's text is. ``shown`` is how it is named to the user; ``path`` is ``None`` for standard input."""

    shown: str
    path: Path | None = None
    given: str = ""

    def text(self) -> str:
        """The text. *Raises* :class:`ScenarioFilesError`."""
        return self.given if self.path is None else read_text(self.path)

    def read(self) -> Scenario:
        """The scenario. *Raises* :class:`ScenarioFilesError`, ``ScenarioFaults``."""
        return self.read_with_places()[0]

    def read_with_places(self) -> tuple[Scenario, Source]:
        """The scenario, with the places in its text. *Raises* :class:`ScenarioFilesError`, ``ScenarioFaults``."""
        name = NAME_OF_GIVEN if self.path is None else scenario_name(self.path)
        return read_with_places(self.text(), name=name, file=self.shown if self.path is None else str(self.path))


def sources(wanted: Sequence[str], folders: Sequence[Path] = ()) -> list[ScenarioSource]:
    """All that is meant, in the order in which it was written; a file that is named and not there is one of them.

    Exits 2 for a name that is no scenario's and for a folder without scenarios.
    """
    found: list[ScenarioSource] = []
    for each in wanted:
        found += _sources(each, folders)
    return found


def source(wanted: str, folders: Sequence[Path] = ()) -> ScenarioSource:
    """The one scenario that is meant. Exits 2 where there is none, or a folder of several."""
    found = _sources(wanted, folders)
    if len(found) > 1:
        stop(Exit.BAD_INPUT, f"{wanted} is a folder of {len(found)} scenarios; name one, such as {found[0].shown}.")
    return found[0]


def read_sources(
    wanted: Sequence[str], folders: Sequence[Path], read: Callable[[ScenarioSource], R]
) -> list[tuple[ScenarioSource, R]]:
    """All that is meant, each ``read`` once. Exits 2 if one is faulty, after telling every fault of every one."""
    found = sources(wanted, folders)
    done, faulty = _read_all(found, read)
    if faulty:
        stop(Exit.BAD_INPUT, "\n".join(faulty))
    return list(zip(found, done, strict=True))


def faults_in(folder: Path) -> list[str]:
    """What is wrong with the scenario files of a folder, one line each; nothing if all are fine."""
    found = [ScenarioSource(shown=str(path), path=path) for path in paths_in(folder)]
    return _read_all(found, ScenarioSource.read)[1]


def _read_all(found: Sequence[ScenarioSource], read: Callable[[ScenarioSource], R]) -> tuple[list[R], list[str]]:
    """What was read, and what is wrong with the others, one line each."""
    done: list[R] = []
    faulty: list[str] = []
    for each in found:
        try:
            done.append(read(each))
        except ScenarioFaults as error:
            faulty += [str(fault) for fault in error.faults]
        except ScenarioFilesError as error:
            faulty.append(str(error))
    return done, faulty


def find_scenario(wanted: str, folders: Sequence[Path] = ()) -> Scenario:
    """The one scenario that is meant, read. Exits 2 where there is none, or it is faulty."""
    return _read(source(wanted, folders))


def scenario_named(name: str, folders: Sequence[Path] = ()) -> Scenario:
    """The scenario of this name, and never a file or a folder that is called so. Exits 2 where there is none, or it is faulty."""
    return _read(ScenarioSource(shown=name, path=path_named(name, folders)))


def _read(found: ScenarioSource) -> Scenario:
    try:
        return found.read()
    except ScenarioFaults as faults:
        stop(Exit.BAD_INPUT, "\n".join(str(fault) for fault in faults.faults))
    except ScenarioFilesError as error:
        near = "" if found.path is None else _neighbour_of(found.path)
        stop(Exit.BAD_INPUT, f"{error}{near}")


def _sources(wanted: str, folders: Sequence[Path]) -> list[ScenarioSource]:
    if wanted == STANDARD_INPUT:
        return [ScenarioSource(shown="<standard input>", given=_standard_input())]
    path = Path(wanted)
    if path.is_dir():
        inside = [ScenarioSource(shown=str(each), path=each) for each in paths_in(path)]
        return inside or stop(Exit.BAD_INPUT, f"{wanted} holds no scenario files (*.yaml, *.yml).")
    if path.suffix in SUFFIXES or len(path.parts) > 1:
        return [ScenarioSource(shown=str(path), path=path)]
    return [ScenarioSource(shown=wanted, path=path_named(wanted, folders))]


def path_named(name: str, folders: Sequence[Path] = ()) -> Path:
    """The file of the scenario of this name. Exits 2 if there is none, with the one that was perhaps meant."""
    files = ScenarioFiles([bundled_folder(), *folders])
    path = files.path_of(name)
    if path is None:
        _stop_without(name, files.names())
    return path


def _stop_without(name: str, known: Sequence[str]) -> NoReturn:
    meant = did_you_mean(name, known) or " `imin-mock scenarios` lists them."
    shown = without_live_keys(name)[:64]
    stop(
        Exit.BAD_INPUT, f"{shown!r}: There is no scenario of this name.{meant} A file of your own is given by its path."
    )


def _standard_input() -> str:
    if sys.stdin is None:
        stop(Exit.BAD_INPUT, "<standard input>: is closed.")
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        stop(Exit.BAD_INPUT, f"<standard input>: is not UTF-8 text ({error.reason} at byte {error.start}).")


def _neighbour_of(path: Path) -> str:
    """A word about the file in the same folder that may have been meant."""
    if path.exists() or not path.parent.is_dir():
        return ""
    close = nearest(path.name, [each.name for each in path.parent.iterdir() if each.suffix in SUFFIXES])
    return f" Did you mean {str(path.parent / close)!r}?" if close else ""
