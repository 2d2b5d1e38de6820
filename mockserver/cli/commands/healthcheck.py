"""``imin-mock healthcheck``: whether a running server is well."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import click

from mockserver.cli.options import settings_of, settings_options
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.settings import url_of

TIMEOUT_SECONDS = 2.0


@click.command(epilog=EPILOG)
@settings_options("host", "port")
@click.option("--url", metavar="URL", help="Address to ask; by default that of a server with the same settings.")
def healthcheck(url: str | None, **values: Any) -> None:
    """Ask a running server whether it is well; exits 1 if not. For HEALTHCHECK in containers."""
    settings = settings_of(values)
    where = url or url_of(settings.host, settings.port)
    parts = urlsplit(where)
    if parts.scheme != "http" or not parts.hostname:
        stop(Exit.BAD_INPUT, f"{where!r} is not an address such as http://127.0.0.1:4646.")
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/__admin/health")
        response = connection.getresponse()
        body = response.read(65_536).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        stop(Exit.FINDINGS, f"No imin-mock answers at {where}: {str(error) or type(error).__name__}.")
    finally:
        connection.close()
    if response.status != 200 or '"ok"' not in body:
        stop(Exit.FINDINGS, f"{where} is not a healthy imin-mock: it answered {response.status}.")
    click.echo(body)
