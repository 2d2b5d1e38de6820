"""From what a user types to a scenario: the path of a file, or the name of a scenario that ships or lies in a folder."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from mockserver.cli.exits import Exit, stop
from mockserver.engine.registry import UnknownScenarioError
from mockserver.scenario.faults import ScenarioFaults
from mockserver.scenario.scenario import Scenario
from mockserver.storage.scenario_files import SUFFIXES, ScenarioFiles, ScenarioFilesError, bundled_folder, read_scenario


def find_scenario(wanted: str, folders: Sequence[Path] = ()) -> Scenario:
    """The scenario in this file or of this name; without one, the command ends with a word on what was meant."""
    path = Path(wanted)
    try:
        if path.suffix in SUFFIXES or len(path.parts) > 1:
            return read_scenario(path)
        return ScenarioFiles([bundled_folder(), *folders]).find(wanted)
    except ScenarioFaults as found:
        stop(Exit.BAD_INPUT, "\n".join(str(fault) for fault in found.faults))
    except ScenarioFilesError as error:
        stop(Exit.BAD_INPUT, f"{error}{_neighbour_of(path)}")
    except UnknownScenarioError as error:
        listed = "" if "Did you mean" in str(error) else " `imin-mock scenarios` lists them."
        stop(Exit.BAD_INPUT, f"{wanted!r}: {error} A file of your own is given by its path.{listed}")


def _neighbour_of(path: Path) -> str:
    """A word about the file in the same folder that may have been meant."""
    if path.exists() or not path.parent.is_dir():
        return ""
    close = get_close_matches(path.name, [each.name for each in path.parent.iterdir()], n=1)
    return f" Did you mean {path.parent / close[0]}?" if close else ""
