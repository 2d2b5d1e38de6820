"""Reports of behaviour coverage, from files or from running servers."""

import http.client
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from mockserver.cli.output import Exit, stop
from mockserver.engine.coverage.report import CoverageReport, ForeignReportError, report_of
from mockserver.foundation.suggestions import nearest

PATH = "/__admin/coverage"
TIMEOUT_SECONDS = 10.0


def reports_of(files: Sequence[Path], urls: Sequence[str] = ()) -> list[CoverageReport]:
    """All reports; what is wrong with any of them is told at once, and exits 2."""
    reports, wrong = [], []
    named: list[tuple[str, Callable[[], bytes]]] = [(str(path), path.read_bytes) for path in dict.fromkeys(files)]
    named += [(url, lambda url=url: _asked(url)) for url in dict.fromkeys(urls)]  # type: ignore[misc]
    for name, read in named:
        try:
            reports.append(report_of(read()))
        except ForeignReportError as error:
            wrong.append(f"{name} {error}.")
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
    """What a running server says. *Raises* ``OSError`` or :class:`ForeignReportError`."""
    host, port = _place_of(url)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", PATH)
        response = connection.getresponse()
        body = response.read()
    except http.client.HTTPException as error:
        raise ForeignReportError(f"does not answer as a server does: {type(error).__name__}") from None
    finally:
        connection.close()
    if response.status == 409:
        raise ForeignReportError("counts nothing: it was started with --no-coverage")
    if response.status != 200:
        raise ForeignReportError(f"is no imin-mock: it answered {response.status}")
    return body


def _place_of(url: str) -> tuple[str, int]:
    """The host and the port of a server. *Raises* :class:`ForeignReportError`."""
    try:
        parts = urlsplit(url)
        port = parts.port or 80
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/"):
        raise ForeignReportError("is not the address of a server, such as http://127.0.0.1:4646")
    return parts.hostname, port
