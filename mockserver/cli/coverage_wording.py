"""A report of behaviour coverage in the words of a terminal, a CI summary, a program, or a test report.

Every form names what is missing, and what would exercise it. This module must never know where a report comes from.
"""

import textwrap
from xml.etree import ElementTree as ET

import msgspec

from mockserver.engine.coverage.points import TITLES, Family, Point
from mockserver.engine.coverage.report import CoverageReport, family_lines, headline, plain, sums_of
from mockserver.runner.scenario_coverage import Exercised

COLUMNS = 80


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
