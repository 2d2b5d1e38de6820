"""``imin-mock coverage``: reads reports of behaviour coverage, from files or a running server, merges them and judges the sum.

It is told in the words of a terminal, a CI summary, a program, or a test report. Every form names what is missing, and what would
exercise it.
"""

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import click
import msgspec

from mockserver.cli.coverage_reports import reports_of
from mockserver.cli.output import EPILOG, Exit, stop
from mockserver.engine.coverage.points import TITLES, Family, Point
from mockserver.engine.coverage.report import CoverageReport, family_lines, headline, merge, percent_of, plain, sums_of
from mockserver.runner.scenario_coverage import Exercised, exercised, shipped_scenarios
from mockserver.storage.written_files import write_whole

COLUMNS = 80


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
    if not files and not urls:
        stop(
            Exit.BAD_INPUT,
            "There is nothing to report. Name files that were saved from GET /__admin/coverage, or a server:"
            " imin-mock coverage --url http://127.0.0.1:4646",
        )
    report = merge(*reports_of(files, urls))
    if save is not None:
        _save(report, save)
    click.echo(WORDING[form](report, exercised(shipped_scenarios())))
    if fail_under is not None and report.percent < fail_under:
        stop(Exit.FINDINGS, f"{percent_of(report)} is under {fail_under:g} %.")


def _save(report: CoverageReport, path: Path) -> None:
    try:
        write_whole(path, msgspec.json.format(msgspec.json.encode(plain(report)), indent=2) + b"\n")
    except OSError as error:
        stop(Exit.BAD_INPUT, f"{path} cannot be written: {error.strerror or error}.")


def as_text(report: CoverageReport, known: Exercised) -> str:
    """For a terminal of 80 columns."""
    lines = [headline(report), "", *family_lines(report)]
    for family in Family:
        missing = [point for point in report.missing if point.family is family]
        if missing:
            lines += ["", f"Missing - {TITLES[family]}"]
            lines += [line for point in missing for line in _entry(point, known)]
    beyond = [point for point in report.points if not point.counts and report.count(point)]
    if beyond:
        lines += ["", "Met as well, and not counted"]
        lines += [line for point in beyond for line in _wrapped(f"{point.id}: {point.needs}", "  ", "    ")]
    return "\n".join(lines)


def as_markdown(report: CoverageReport, known: Exercised) -> str:
    """For the summary of a CI run."""
    lines = [f"### {headline(report)}", "", "| Family | Met | Of |", "| --- | ---: | ---: |"]
    for family in Family:
        met, of = sums_of(report, family)
        if of:
            lines.append(f"| {TITLES[family]} | {met} | {of} |")
    if report.missing:
        lines += ["", f"<details><summary>{len(report.missing)} missing</summary>", ""]
        lines += ["| Missing | What it means | Exercised by |", "| --- | --- | --- |"]
        lines += [f"| `{p.id}` | {_cell(p.says)} | {_cell(known.hint(p))} |" for p in report.missing]
        lines += ["", "</details>"]
    return "\n".join(lines)


def as_json(report: CoverageReport, known: Exercised) -> str:
    """For programs: the report as it is saved, each point with what exercises it."""
    written = plain(report)
    points = [{**each, "exercised_by": known.hint(p)} for each, p in zip(written["points"], report.points, strict=True)]
    return msgspec.json.format(msgspec.json.encode({**written, "points": points}), indent=2).decode()


def as_junit(report: CoverageReport, known: Exercised) -> str:
    """For test reports: each point that counts is a test case, and fails where it was not met."""
    root = ET.Element(
        "testsuites",
        name="behaviour coverage",
        tests=str(len(report.counted)),
        failures=str(len(report.missing)),
    )
    for family in Family:
        met, of = sums_of(report, family)
        if not of:
            continue
        suite = ET.SubElement(
            root, "testsuite", name=TITLES[family], tests=str(of), failures=str(of - met), errors="0", skipped="0"
        )
        for point in (point for point in report.of(family) if point.counts):
            case = ET.SubElement(suite, "testcase", classname=f"coverage.{family.value}", name=point.id)
            if not report.count(point):
                failure = ET.SubElement(case, "failure", message="not met", type="missing")
                failure.text = f"{point.says}\nExercised by: {known.hint(point)}"
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _entry(point: Point, known: Exercised) -> list[str]:
    return [
        *_wrapped(point.id, "  ", "      "),
        *_wrapped(point.says, "      ", "      "),
        *_wrapped(f"-> {known.hint(point)}", "      ", "         "),
    ]


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, COLUMNS, initial_indent=first, subsequent_indent=rest, break_long_words=True)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


WORDING: Mapping[str, Callable[[CoverageReport, Exercised], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
    "junit": as_junit,
}
"""How a report is told, by the name of the format."""
