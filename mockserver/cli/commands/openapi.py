"""``imin-mock openapi`` and its help."""

import click

from mockserver.cli.exits import EPILOG


@click.command(epilog=EPILOG)
@click.argument("face", type=click.Choice(["imin", "booking-system", "admin"]), default="imin")
def openapi(face: str) -> None:
    """Print the OpenAPI 3.1 document of a face."""
    from mockserver.cli.documents import print_openapi

    print_openapi(face)
