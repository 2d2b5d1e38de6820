"""A fresh world of imin for every test: the ``imin`` fixture, its marker, and behaviour coverage in pytest's summary.

Loaded with every pytest run of an environment that has the package, so it imports nothing but pytest until a test wants a world.
``-p no:imin_mock`` leaves it out.
"""

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from mockserver.pytest_plugin.markers import MARKER, wanted_by, without_near_misses
from mockserver.pytest_plugin.notes import NotingDown
from mockserver.pytest_plugin.options import add_options, fail_under, is_to_be_told, mock_for, worker_of
from mockserver.runner.trial_notes import Notes

if TYPE_CHECKING:
    from mockserver.pytest_plugin.summary import Summary
    from mockserver.pytest_plugin.worlds import Imin
    from mockserver.testing.mock import Mock

_SUMMARY = pytest.StashKey["Summary"]()
_WORLDS = pytest.StashKey[dict[str, "Imin"]]()
"""Of a test, class, module or session: the living worlds that began with it, by their fixture's name."""
_OVER = pytest.StashKey[list["Imin"]]()
"""Of a session: the worlds that are over and not forgotten, since a report may still tell of them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be chosen for a session."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known, and a threshold that is none stops the run before it begins."""
    config.addinivalue_line("markers", MARKER)
    fail_under(config)
    if not hasattr(config, "workerinput"):  # a worker's tests are noted down by who has all of them
        notes = Notes.asked_for(os.environ)
        if notes is not None:
            config.pluginmanager.register(NotingDown(notes))


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
    yield from _world(imin_mock, request)


@pytest.fixture(scope="class")
def class_imin(imin_mock: "Mock", request: pytest.FixtureRequest) -> Iterator["Imin"]:
    """The same for all tests of a class: each goes on where the last one has left the world."""
    yield from _world(imin_mock, request)


@pytest.fixture(scope="module")
def module_imin(imin_mock: "Mock", request: pytest.FixtureRequest) -> Iterator["Imin"]:
    """The same for all tests of a module."""
    yield from _world(imin_mock, request)


@pytest.fixture(scope="session")
def session_imin(imin_mock: "Mock", request: pytest.FixtureRequest) -> Iterator["Imin"]:
    """The same for all tests of a session; under pytest-xdist, of a worker."""
    yield from _world(imin_mock, request)


def _world(mock: "Mock", request: pytest.FixtureRequest) -> Iterator["Imin"]:
    """A fresh world, told of in the reports of the tests that use it, judged when it is over, and forgotten after that."""
    from mockserver.pytest_plugin.worlds import Imin

    node, name = request.node, request.fixturename or ""
    worker = "" if request.scope == "function" else worker_of(request.config)
    world = Imin.beginning(mock, node.nodeid, wanted_by(node), worker)
    node.stash.setdefault(_WORLDS, {})[name] = world
    with world.as_wanted() as strays:
        yield world
    request.config.stash.setdefault(_OVER, []).append(node.stash[_WORLDS].pop(name))
    surprises = [*strays, *world.surprises()] if world.is_judged else []
    if surprises:
        pytest.fail("\n".join(surprises), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failing test shows what happened in its worlds, and how to see it again; those that are over are forgotten then."""
    report = yield
    over = item.config.stash.setdefault(_OVER, [])
    told = [*_worlds_of(item), *over]
    for world in told:
        world.is_judged = world.is_judged and report.passed
        if report.failed:
            report.sections += world.sections(item.config)
    if report.when == "teardown":
        for world in over:
            world.forget()
        over.clear()
    return report


def _worlds_of(item: pytest.Item) -> "Iterator[Imin]":
    """The living worlds that a test uses: its own, and those that it shares with others."""
    for node in item.listchain():
        for name, world in node.stash.get(_WORLDS, {}).items():
            if node is item or name in getattr(item, "fixturenames", ()):
                yield world


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What was met is handed on by a worker of pytest-xdist, and judged by whoever has it all."""
    if _SUMMARY in session.config.stash or is_to_be_told(session.config):
        _summary_of(session.config).finish(session)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of pytest-xdist is done, and hands over what its tests have met."""
    from mockserver.pytest_plugin.summary import handed_over

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
