"""Puts the server together: the only place that names concrete adapters."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.domain.readings import chosen_readings
from mockserver.domain.twins import Twin
from mockserver.engine.clock import WallClock, wall_now
from mockserver.engine.coverage.ledger import CoverageLedger
from mockserver.engine.live_world import Observer
from mockserver.engine.registry import Worlds
from mockserver.settings import Settings
from mockserver.storage.memory_journal import MemoryJournal
from mockserver.storage.scenario_files import ScenarioFiles, ScenarioFilesError, bundled_folder, read_text
from mockserver.web.app import App, WebSettings, make_app
from mockserver.web.imin_api.endpoint import Sleep

if TYPE_CHECKING:
    from mockserver.scenario.provider_states import ProviderStates
    from mockserver.scenario.scenario import Scenario

GIVEN = "given"
"""The name of the scenario that comes as text in a setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server put together: its worlds, its scenarios, its application."""

    worlds: Worlds
    scenarios: ScenarioFiles
    app: App


def build_server(
    settings: Settings,
    *,
    observer: Observer | None = None,
    wall: WallClock = wall_now,
    sleep: Sleep = asyncio.sleep,
    also: Sequence["Scenario"] = (),
) -> Server:
    """The server that the settings describe.

    *Raises* ``ScenarioFaults`` if the scenario given as text is faulty, or the file of provider states.
    """
    scenarios = ScenarioFiles([bundled_folder(), *settings.scenarios])
    if settings.scenario_yaml is not None:
        from mockserver.scenario.scenario import parse_scenario  # the parser is loaded when there is something to parse

        scenarios.give(parse_scenario(settings.scenario_yaml, name=GIVEN, file="IMIN_MOCK_SCENARIO_YAML"))
    for scenario in also:
        scenarios.give(scenario)
    worlds = Worlds(
        scenarios=scenarios,
        make_journal=MemoryJournal,
        most=settings.most_worlds,
        exchanges_kept=settings.exchanges_kept,
        live=settings.live,
        twin=None if settings.twin is None else Twin(settings.twin),
        twins=settings.twins,
        readings=chosen_readings(settings.readings),
        wall=wall,
        observer=observer,
        coverage=CoverageLedger() if settings.coverage else None,
    )
    web = WebSettings(
        public_url=settings.public_url.rstrip("/") if settings.public_url else None,
        body_limit=settings.body_limit,
        sleep=sleep,
        provider_states=None if settings.pact_states is None else _read_states(settings.pact_states, scenarios),
    )
    return Server(worlds=worlds, scenarios=scenarios, app=make_app(worlds, scenarios, web))


def _read_states(path: Path, scenarios: ScenarioFiles) -> "ProviderStates":
    from mockserver.scenario.faults import Fault, ScenarioFaults  # only who verifies pacts waits for these
    from mockserver.scenario.provider_states import parse_provider_states

    try:
        text = read_text(path)
    except ScenarioFilesError as error:
        raise ScenarioFaults((Fault(file=str(path), line=1, column=1, path="", message=str(error)),)) from None
    return parse_provider_states(text, file=str(path), scenarios=scenarios.names())
