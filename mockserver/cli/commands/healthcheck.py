"""``imin-mock healthcheck``: whether a running server is well."""

from typing import Any

import click

from mockserver.cli.options import settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.client.errors import MockError
from mockserver.client.over_http import OverHttp
from mockserver.settings import url_of

TIMEOUT_SECONDS = 2.0


@click.command(epilog=EPILOG)
@settings_options("host", "port")
@click.option("--url", metavar="URL", help="Address to ask; by default that of a server with the same settings.")
def healthcheck(url: str | None, **values: Any) -> None:
    """Ask a running server whether it is well; exits 1 if not. For HEALTHCHECK in containers."""
    settings = settings_of(values)
    try:
        mock = OverHttp(url or url_of(settings.host, settings.port), patience=TIMEOUT_SECONDS)
    except MockError as error:
        stop(Exit.BAD_INPUT, str(error))
    try:
        answer = mock.send("GET", "/__admin/health")
    except MockError as error:
        stop(Exit.FINDINGS, str(error))
    if answer.status != 200 or b'"ok"' not in answer.body:
        how = "it lost the connection" if answer.dropped else f"it answered {answer.status}"
        stop(Exit.FINDINGS, f"{mock.url} is not a healthy imin-mock: {how}.")
    click.echo(answer.body.decode("utf-8", "replace"))
