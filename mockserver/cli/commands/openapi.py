"""``imin-mock openapi``: the OpenAPI document of a face."""

import click

from mockserver.cli.output import EPILOG, print_json
from mockserver.web.pages.routes import FACES


@click.command(epilog=EPILOG)
@click.argument("face", type=click.Choice(["imin", "booking-system", "admin"]), default="imin")
def openapi(face: str) -> None:
    """Print the OpenAPI 3.1 document of a face."""
    print_json(FACES[face].load()("http://127.0.0.1:4646"))
