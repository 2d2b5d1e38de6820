"""Scenario files on disk, and those given as text: bundled ones, folders of the user's own, one in a variable, uploads.

A later source hides an earlier one with the same name. A file is parsed when it is first asked for, and again when it changed.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.registry import TooManyScenariosError, UnknownScenarioError, UnreadableScenarioError
from mockserver.foundation.limits import UPLOADED_CHARACTERS, UPLOADED_SCENARIOS
from mockserver.foundation.suggestions import did_you_mean

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario

SUFFIXES = (".yaml", ".yml")


class ScenarioFilesError(UnreadableScenarioError):
    """A folder or a file of scenarios cannot be read, or has a name that no key can have."""


def bundled_folder() -> Path:
    """The scenarios that ship with the mock: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "bundled_scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def scenario_name(path: Path) -> str:
    """The scenario's name, which is its file's. *Raises* :class:`ScenarioFilesError` if no key can have it."""
    try:
        if parse_key(path.stem).label is None:
            return path.stem
    except KeyRefusedError:
        pass
    raise ScenarioFilesError(
        f"{path}: the file's name becomes the scenario's key: lower-case letters, digits and hyphens, such as {_suggested(path)}."
    )


def _suggested(path: Path) -> str:
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in path.stem.lower()).split()
    return "-".join(words or ["my-scenario"]) + ".yaml"


def read_text(path: Path) -> str:
    """A scenario file's text. *Raises* :class:`ScenarioFilesError`."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ScenarioFilesError(f"{path}: is not UTF-8 text ({error.reason} at byte {error.start}).") from error
    except OSError as error:
        raise ScenarioFilesError(f"{path}: {error.strerror}.") from error


def read_scenario(path: Path) -> "Scenario":
    """The scenario in a file. *Raises* :class:`ScenarioFilesError`, ``ScenarioFaults``."""
    from mockserver.scenario.scenario import parse_scenario  # the parser is loaded when there is something to parse

    return parse_scenario(read_text(path), name=scenario_name(path), file=str(path))


def paths_in(folder: Path) -> list[Path]:
    """The scenario files of a folder, in the order of their names; no pipes, which would be waited for."""
    return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES and not path.is_fifo())


@dataclass(slots=True)
class _Parsed:
    stamp: tuple[int, int]
    scenario: "Scenario"


@dataclass(slots=True)
class ScenarioFiles:
    """All scenarios of a server, by name."""

    folders: Sequence[Path]
    _given: dict[str, "Scenario"] = field(default_factory=dict)
    _parsed: dict[Path, _Parsed] = field(default_factory=dict)

    def give(self, scenario: "Scenario") -> None:
        """Add a scenario that is on no disk; it hides one of the same name. *Raises* :class:`TooManyScenariosError`."""
        others = [each for each in self._given.values() if each.name != scenario.name]
        for count, most in (
            (len(others) + 1, UPLOADED_SCENARIOS),
            (sum(len(each.text) for each in others) + len(scenario.text), UPLOADED_CHARACTERS),
        ):
            if count > most:
                raise TooManyScenariosError(f"No more scenarios can be added {most.told}: delete one that was.")
        self._given[scenario.name] = scenario

    def take_back(self, name: str) -> bool:
        """Forget a scenario that was given; False if none of the name was."""
        return self._given.pop(name, None) is not None

    def names(self) -> list[str]:
        """The names of all scenarios, sorted."""
        return sorted({*self._given, *(path.stem for path in self.paths())})

    def paths(self) -> Iterable[Path]:
        """The files of all folders, in the order of their names."""
        for folder in self.folders:
            yield from paths_in(folder)

    def find(self, name: str) -> "Scenario":
        """The scenario. *Raises* :class:`UnknownScenarioError`, ``ScenarioFaults``, :class:`ScenarioFilesError`."""
        if name in self._given:
            return self._given[name]
        path = self.path_of(name)
        if path is not None:
            return self._read(path)
        raise UnknownScenarioError(f"There is no scenario of this name.{did_you_mean(name, self.names())}")

    def path_of(self, name: str) -> Path | None:
        """The file of the scenario of this name, if one of the folders holds it."""
        with suppress(OSError):  # no file system holds a name like this
            for folder in reversed(self.folders):
                for suffix in SUFFIXES:
                    path = folder / f"{name}{suffix}"
                    if path.is_file():
                        return path
        return None

    def _read(self, path: Path) -> "Scenario":
        stat = path.stat()
        stamp = (stat.st_mtime_ns, stat.st_size)
        parsed = self._parsed.get(path)
        if parsed is None or parsed.stamp != stamp:
            parsed = self._parsed[path] = _Parsed(stamp, read_scenario(path))
        return parsed.scenario
