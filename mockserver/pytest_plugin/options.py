"""What can be chosen for a session, on the command line and in pytest's configuration, and the mock that follows from it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver.testing.mock import Mock

URL_VARIABLE = "IMIN_MOCK_URL"


def add_options(parser: pytest.Parser) -> None:
    """Tell pytest what there is to choose."""
    group = parser.getgroup("imin-mock")
    group.addoption(
        "--imin-url",
        metavar="URL",
        help="Use the mock that runs at URL instead of one in this process; by default IMIN_MOCK_URL.",
    )
    group.addoption(
        "--imin-scenarios", metavar="DIR", action="append", default=[], help="Folder of your own scenario files."
    )
    group.addoption(
        "--imin-reading",
        metavar="NAME=OPTION",
        action="append",
        default=[],
        help="What to take for true where imin is silent; `imin-mock readings` lists what there is.",
    )
    group.addoption(
        "--imin-coverage", metavar="FILE", help="Write behaviour coverage as JSON, for `imin-mock coverage`."
    )
    group.addoption("--imin-fail-under", metavar="PERCENT", help="Fail the run if fewer behaviours than that were met.")
    parser.addini(
        "imin_scenarios", "Folders of your own scenario files, from the root of the project.", type="linelist"
    )
    parser.addini("imin_readings", "Readings that hold in every world, NAME=OPTION each.", type="linelist")
    parser.addini("imin_fail_under", "As --imin-fail-under.")


def mock_for(config: pytest.Config) -> "Mock":
    """The mock of the session. *Raises* ``pytest.UsageError`` if what was chosen cannot be."""
    from mockserver.client.errors import MockError
    from mockserver.testing.mock import Mock

    folders = [*(config.rootpath / each for each in config.getini("imin_scenarios"))]
    folders += [config.invocation_params.dir / each for each in config.getoption("--imin-scenarios")]
    readings = dict(_reading(each) for each in [*config.getini("imin_readings"), *config.getoption("--imin-reading")])
    url = url_of(config)
    try:
        if url is None:
            return Mock([Path(each) for each in folders], readings=readings)
        mock = Mock.at(url)
    except MockError as error:
        raise pytest.UsageError(str(error)) from None
    if readings:
        mock.close()
        raise pytest.UsageError(
            f"The mock at {url} has its own readings: start it with --readings, or leave them out here."
        )
    for folder in folders:
        for file in sorted(folder.glob("*.y*ml")):
            mock.add_scenario(file.stem, file)
    return mock


def url_of(config: pytest.Config) -> str | None:
    """Where a mock runs that is to be used, if one was named."""
    url: str | None = config.getoption("--imin-url") or os.environ.get(URL_VARIABLE)
    return url or None


def worker_of(config: pytest.Config) -> str:
    """The name of this worker of pytest-xdist, or nothing: workers that share a mock have sessions, modules and classes each."""
    return str(getattr(config, "workerinput", {}).get("workerid", ""))


def fail_under(config: pytest.Config) -> float | None:
    """The percentage below which the run fails. *Raises* ``pytest.UsageError`` if it is none."""
    text = config.getoption("--imin-fail-under") or config.getini("imin_fail_under")
    if not text:
        return None
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise pytest.UsageError(f"--imin-fail-under takes a percentage from 0 to 100, not {text!r}.")
    return percent


def is_to_be_told(config: pytest.Config) -> bool:
    """Whether the run says what was met even if no test had a world: a threshold, or a file that somebody waits for."""
    return fail_under(config) is not None or config.getoption("--imin-coverage") is not None


def again(config: pytest.Config, nodeid: str) -> str:
    """The command that runs this test again, with the choices of this run."""
    from shlex import quote

    given = [each for each in config.invocation_params.args if each.startswith("--imin-") and "=" in each]
    given = [each for each in given if not each.startswith(("--imin-fail-under", "--imin-coverage"))]
    file, between, name = nodeid.partition("::")
    here = os.path.relpath(config.rootpath / file, config.invocation_params.dir)
    return " ".join(["pytest", *(quote(each) for each in given), quote(f"{here}{between}{name}")])


def _reading(text: str) -> tuple[str, str]:
    name, between, option = text.partition("=")
    if not between:
        raise pytest.UsageError(f"{text!r} is not NAME=OPTION, such as links=imin.")
    return name, option
