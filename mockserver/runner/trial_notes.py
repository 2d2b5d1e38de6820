"""What a test run that is tried notes down for whoever tries it: which test has begun, has failed, is over.

Both ends of a file of lines, which a variable names. It must never know what runs the tests, nor why they are tried.
"""

from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "IMIN_MOCK_TRIAL_NOTES"
"""Names the file, if somebody waits for notes."""

BEGUN, FAILED, OVER = "begun", "failed", "over"


@dataclass(frozen=True, slots=True)
class Notes:
    """A file that notes are added to."""

    path: str

    @classmethod
    def asked_for(cls, environ: MutableMapping[str, str]) -> "Notes | None":
        """The file that is waited for. What the tests start does not find it: its tests are not those that are tried."""
        path = environ.pop(VARIABLE, None)
        return cls(path) if path else None

    def note(self, what: str, test: str) -> None:
        """Add a note; where that cannot be, nobody gets it."""
        line = f"{what} {' '.join(test.split())}\n"
        with suppress(OSError), Path(self.path).open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What the notes say: the tests that failed, and those that were under way when the run was ended."""

    failed: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()


def variables(path: Path) -> Mapping[str, str]:
    """What a run finds in its environment so that it notes down there."""
    return {VARIABLE: str(path)}


def read(path: Path) -> Noted:
    """The notes in a file; none where there is no such file."""
    failed: dict[str, None] = {}
    under_way: dict[str, None] = {}
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return Noted()
    for line in lines:
        what, _, test = line.partition(" ")
        if what == BEGUN:
            under_way[test] = None
        elif what == FAILED:
            failed[test] = None
        elif what == OVER:
            under_way.pop(test, None)
    return Noted(failed=tuple(failed), under_way=tuple(under_way))
