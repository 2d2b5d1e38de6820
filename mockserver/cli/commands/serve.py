"""``imin-mock serve``: bind, say where, and answer until told to stop."""

import asyncio
import errno
import gc
import logging
import os
import signal
import socket
from collections.abc import Mapping
from typing import Any

import click
import uvicorn

from mockserver import __version__
from mockserver.bootstrap import build_server
from mockserver.cli.narrator import NarratedLog, Narrator
from mockserver.cli.options import settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.engine.live_world import EndlessWorkError
from mockserver.engine.registry import Worlds
from mockserver.foundation.suggestions import did_you_mean
from mockserver.scenario.faults import ScenarioFaults
from mockserver.settings import SETTINGS, URL_VARIABLE, Settings, url_of
from mockserver.sockets.configuration import configured
from mockserver.web.answers import Application

TICK_SECONDS = 0.1
"""How often running worlds are caught up while somebody watches."""


@click.command(epilog=EPILOG)
@settings_options()
def serve(**values: Any) -> None:
    """Start the server; Ctrl-C stops it.

    One line on standard output says where it listens: IMIN_MOCK_URL=http://127.0.0.1:4646. The log goes to standard error: for
    people on a terminal, NDJSON otherwise.

    \b
      imin-mock serve --live            clocks run from now; the terminal tells the story
      imin-mock serve --port 0          a free port
      imin-mock serve --scenarios DIR   your own scenario files too
    """
    settings = settings_of(values)
    gc.disable()  # until all is there: what is made at the start is kept
    try:
        run_server(settings, os.environ)
    except ScenarioFaults as faults:
        stop(Exit.BAD_INPUT, "\n".join(str(fault) for fault in faults.faults))


def run_server(settings: Settings, environ: Mapping[str, str]) -> None:
    """Run the server until SIGINT or SIGTERM. Exits 2 for bad scenarios and 3 if the address cannot be bound."""
    narrator = Narrator(settings.log)
    for warning in _misspelt(environ):
        narrator.say("unknown-variable", warning, level="warning")
    _check_own_scenarios(settings)
    server = build_server(settings, observer=narrator.tell_story if settings.live else None)
    listener = _bind(settings)
    url = url_of(settings.host, listener.getsockname()[1])
    _configure_log(narrator, settings)
    config = configured(
        server.app,
        hosts=settings.hosts,
        seconds_to_finish=2,
        access_log=settings.access_log,
        watched=lambda app: _watched(app, server.worlds, narrator) if settings.live else app,
    )
    answering = uvicorn.Server(config)
    # Before uvicorn takes the signals over, and once more after it has shut down, when it raises them again: being stopped is
    # no fault.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: setattr(answering, "should_exit", True))
    click.echo(f"{URL_VARIABLE}={url}")
    _say_hello(narrator, settings, url)
    _spare_the_garbage_collector()
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_answer(answering, listener, server.worlds, live=settings.live))
    narrator.say("stopped", "Stopped.", worlds=len(server.worlds))


async def _answer(server: uvicorn.Server, listener: socket.socket, worlds: Worlds, *, live: bool) -> None:
    ticker = asyncio.create_task(_tick(worlds)) if live else None
    await server.serve(sockets=[listener])
    if ticker is not None:
        ticker.cancel()


async def _tick(worlds: Worlds) -> None:
    """Catch running worlds up while somebody watches: nothing else in the mock happens unasked."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        for live_world in worlds:
            try:
                live_world.catch_up()
            except EndlessWorkError as error:
                logging.getLogger("imin-mock").error("%s", error)  # noqa: TRY400 - the traceback says nothing more


def _watched(app: Application, worlds: Worlds, narrator: Narrator) -> Application:
    from mockserver.cli.refused_requests import telling  # nobody else waits for it

    return telling(app, worlds, narrator.tell_refusal)


def _spare_the_garbage_collector() -> None:
    """Look for cycles seldom, and never in what is there at the start: worlds are large, live long and hold no cycles."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _bind(settings: Settings) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        bound = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
        # asyncio switches Nagle's delay off only where the protocol is named; with it, each answer would wait for 40 ms.
        return socket.socket(bound.family, bound.type, socket.IPPROTO_TCP, fileno=bound.detach())
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            hint = "something listens there already. Stop it, or take another port: --port 0 takes a free one."
        elif error.errno in {errno.EACCES, errno.EPERM}:
            hint = "this needs rights that you do not have. Take a port from 1024 on."
        else:
            hint = f"{error.strerror or error}."
        stop(Exit.CANNOT_BIND, f"Cannot listen on {where}: {hint}")


def _check_own_scenarios(settings: Settings) -> None:
    """The user's own files are all checked before anything is answered; the bundled ones are, by our tests."""
    if not settings.scenarios:
        return
    from mockserver.cli.scenario_lookup import faults_in  # the server itself never needs it again

    faults = [line for folder in settings.scenarios for line in faults_in(folder)]
    if faults:
        stop(Exit.BAD_INPUT, "\n".join(faults))


def _configure_log(narrator: Narrator, settings: Settings) -> None:
    handler = NarratedLog(narrator)
    for name, level in (("uvicorn", "WARNING"), ("uvicorn.access", "INFO"), ("imin-mock", "INFO")):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler] if name != "uvicorn.access" or settings.access_log else []
        logger.propagate = False
        logger.setLevel(level)


def _say_hello(narrator: Narrator, settings: Settings, url: str) -> None:
    if not narrator.speaks_to_people:
        narrator.say(
            "listening", f"Listening on {url}", url=url, version=__version__, pid=os.getpid(), live=settings.live
        )
        return
    clocks = (
        "Clocks run from now; what happens is told below."
        if settings.live
        else "Clocks stand still until you advance them."
    )
    narrator.say(
        "listening",
        f"imin-mock {__version__} is ready. {clocks}\n\n"
        f"  {url}/         what is here: keys, customers, orders\n"
        f"  {url}/docs     the three APIs, browsable\n\n"
        f"  curl -H 'X-API-KEY: happy-path' \\\n"
        f"    '{url}/api/v2/order-items?customerIdentifier=asha'\n\n"
        "Ctrl-C stops it.",
    )


def _misspelt(environ: Mapping[str, str]) -> list[str]:
    """A warning for each variable that looks like one of ours and is none."""
    known = {setting.variable for setting in SETTINGS} | {URL_VARIABLE}
    unknown = sorted(name for name in environ if name.startswith("IMIN_MOCK_") and name not in known)
    if not unknown:
        return []
    from mockserver.runner.trial_notes import VARIABLE  # whoever has set nothing else does not wait for it

    known.add(VARIABLE)
    return [
        f"The variable {name} means nothing here.{did_you_mean(name, sorted(known))}"
        for name in unknown
        if name != VARIABLE
    ]
