"""Reports of behaviour coverage, from files or from running servers."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from mockserver.cli.output import Exit, stop
from mockserver.client.errors import MockError
from mockserver.client.over_http import OverHttp
from mockserver.engine.coverage.report import CoverageReport, ForeignReportError, report_of
from mockserver.foundation.suggestions import nearest

PATH = "/__admin/coverage"
TIMEOUT_SECONDS = 10.0


def reports_of(files: Sequence[Path], urls: Sequence[str] = ()) -> list[CoverageReport]:
    """All reports; what is wrong with any of them is told at once, and exits 2."""
    reports, wrong = [], []
    named: list[tuple[str, Callable[[], bytes]]] = [(str(path), path.read_bytes) for path in dict.fromkeys(files)]
    named += [(url, partial(_asked, url)) for url in dict.fromkeys(urls)]
    for name, read in named:
        try:
            reports.append(report_of(read()))
        except ForeignReportError as error:
            wrong.append(f"{name} {error}.")
        except MockError as error:
            wrong.append(str(error))
        except OSError as error:
            wrong.append(f"{name}: {error.strerror or error}.{_siblings(Path(name))}")
    if wrong:
        stop(Exit.BAD_INPUT, "\n".join(wrong))
    return reports


def _siblings(missing: Path) -> str:
    """A suggestion for a file that is not there: the nearest name beside it."""
    folder = missing.parent
    close = nearest(missing.name, [path.name for path in folder.iterdir()] if folder.is_dir() else [])
    return f" Did you mean {str(folder / close)!r}?" if close else ""


def _asked(url: str) -> bytes:
    """What a running server says. *Raises* :class:`ForeignReportError` or ``MockError``."""
    try:
        channel = OverHttp(url, patience=TIMEOUT_SECONDS)
    except MockError:
        raise _no_address() from None
    if not re.fullmatch("http://[^/]+", channel.url):
        raise _no_address()
    answer = channel.send("GET", PATH)
    if answer.dropped:
        raise ForeignReportError("does not answer as a server does")
    if answer.status == 409:
        raise ForeignReportError("counts nothing: it was started with --no-coverage")
    if answer.status != 200:
        raise ForeignReportError(f"is no imin-mock: it answered {answer.status}")
    return answer.body


def _no_address() -> ForeignReportError:
    return ForeignReportError("is not the address of a server, such as http://127.0.0.1:4646")
