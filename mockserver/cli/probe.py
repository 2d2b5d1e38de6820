"""``imin-mock healthcheck`` and ``openapi``: small questions to a server, running or not."""

import http.client
from urllib.parse import urlsplit

import click

from mockserver.cli.exits import Exit, stop
from mockserver.settings import Settings, url_of

TIMEOUT_SECONDS = 2.0


def healthcheck(settings: Settings, url: str | None) -> None:
    """Ask a running server whether it is well; exits 1 if it does not say so."""
    where = url or _own_address(settings)
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


def _own_address(settings: Settings) -> str:
    """The address of a server with these settings, as seen from the same machine."""
    return url_of(settings.host, settings.port)
