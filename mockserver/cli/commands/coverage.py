"""``imin-mock coverage`` and its help. Its work is in a module of its own, imported when it is called."""

from pathlib import Path

import click

from mockserver.cli.exits import EPILOG


@click.command(epilog=EPILOG)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE...]")
@click.option("--url", "urls", multiple=True, metavar="URL", help="Ask a running server; may be given several times.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit 1 if fewer of the behaviours that count were met.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "junit"]),
    default="text",
    show_default=True,
    help="For people, a CI summary, programs, or test reports.",
)
@click.option(
    "--save", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Save the merged report as JSON."
)
def coverage(
    files: tuple[Path, ...], urls: tuple[str, ...], fail_under: float | None, form: str, save: Path | None
) -> None:
    """Say which behaviours of the mock your tests have met, and which scenario exercises what they missed.

    FILE is a report saved from GET /__admin/coverage or with --save; several are merged, as CI shards need it.

    \b
      imin-mock coverage --url http://127.0.0.1:4646 --fail-under 80
      imin-mock coverage shard-*.json --format markdown >> "$GITHUB_STEP_SUMMARY"
    """
    from mockserver.cli.coverage import tell_coverage

    tell_coverage(files, urls, fail_under=fail_under, form=form, save=save)
