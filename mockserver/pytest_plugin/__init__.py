"""A fresh world of imin for every test: the ``imin`` fixture, its marker, and behaviour coverage in pytest's summary.

Loaded with every pytest run of an environment that has the package, so it imports nothing but pytest until a test wants a world.
``-p no:imin_mock`` leaves it out.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.pytest_plugin.marking import MARKER, wanted_by, without_near_misses
from mockserver.pytest_plugin.options import add_options, fail_under, is_to_be_told, mock_for

if TYPE_CHECKING:
    from mockserver.pytest_plugin.summary import Summary
    from mockserver.pytest_plugin.worlds import Imin
    from mockserver.testing.mock import Mock

_SUMMARY = pytest.StashKey["Summary"]()
_IMIN = pytest.StashKey["Imin"]()
_PASSED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be chosen for a session."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known, and a threshold that is none stops the run before it begins."""
    config.addinivalue_line("markers", MARKER)
    fail_under(config)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marker that is nearly ours is a mistake, not a test in the wrong world."""
    without_near_misses(items)


@pytest.fixture(scope="session")
def imin_mock(pytestconfig: pytest.Config) -> Iterator["Mock"]:
    """The mock of this session, in this process; with ``--imin-url``, the one that runs there."""
    with mock_for(pytestconfig) as mock:
        yield mock
        _summary_of(pytestconfig).take(mock)


@pytest.fixture
def imin(imin_mock: "Mock", request: pytest.FixtureRequest) -> Iterator["Imin"]:
    """A fresh world of the scenario that ``@pytest.mark.imin`` names, by default of ``happy-path``."""
    from mockserver.pytest_plugin.worlds import Imin

    node = request.node
    world = node.stash[_IMIN] = Imin.beginning(imin_mock, node.nodeid, wanted_by(node))
    with world.calls_led_there() as strays:
        yield world
    # A test that has failed has said enough.
    surprises = [*strays, *world.surprises()] if node.stash.get(_PASSED, False) else []
    if surprises:
        pytest.fail("\n".join(surprises), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test shows what happened in its worlds, and how to see it again; after its last report they are forgotten."""
    report = yield
    world = item.stash.get(_IMIN, None)
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    if world is not None and report.failed:
        report.sections += world.sections(item.config)
    if world is not None and report.when == "teardown":
        del item.stash[_IMIN]
        world.forget()
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What was met is handed on by a worker of pytest-xdist, and judged by whoever has it all."""
    if _SUMMARY in session.config.stash or is_to_be_told(session.config):
        _summary_of(session.config).finish(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist is done, and hands over what its tests have met."""
    from mockserver.pytest_plugin.handing_over import handed_over

    for text in handed_over(node):
        _summary_of(node.config).add(text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Behaviour coverage, below pytest's own summary."""
    if _SUMMARY in config.stash:
        config.stash[_SUMMARY].tell(terminalreporter)


def _summary_of(config: pytest.Config) -> "Summary":
    """What the tests of this session have met so far."""
    from mockserver.pytest_plugin.summary import Summary

    return config.stash.setdefault(_SUMMARY, Summary())
