"""The index of a library of scenarios: what each is called, what it shows, and on what basis its behaviour rests.

It knows how the scenarios' own descriptions are written. It must never know what happens in them.
"""

import re
from collections.abc import Iterable

from mockserver.scenario.scenario import Scenario

BEGIN, END = "<!-- scenarios: begin -->", "<!-- scenarios: end -->"
"""What stands around the index in a page."""

CUSTOMERS = 4
"""How many customers of a scenario the index names."""

_BASIS = re.compile(r"\bBasis: (?P<basis>.+)\Z", re.DOTALL)
_BASIS_WORDS = re.compile(r"(?:^|; )(documented|standard|assumed) \(")


def shown_by(scenario: Scenario) -> str:
    """What the scenario shows: its description without the basis, in one line."""
    return _description(scenario)[0]


def basis_of(scenario: Scenario) -> tuple[str, ...]:
    """On what the scenario's behaviour rests, in the words ``documented``, ``standard`` and ``assumed``; none if it is silent."""
    return tuple(_BASIS_WORDS.findall(_description(scenario)[1]))


def index(scenarios: Iterable[Scenario]) -> str:
    """The scenarios as a Markdown table, sorted by name."""
    rows = [
        f"| [`{each.name}`](../../scenarios/{each.name}.yaml) | {_cell(each.title)} | {_cell(shown_by(each))} |"
        f" {_customers(each)} | {', '.join(basis_of(each))} |"
        for each in sorted(scenarios, key=lambda scenario: scenario.name)
    ]
    return "\n".join(
        ("| Key | The case | What it shows | Customers | Basis |", "| --- | --- | --- | --- | --- |", *rows)
    )


def with_index(page: str, scenarios: Iterable[Scenario]) -> str:
    """The page with its index made anew. *Raises* ``ValueError`` if the page has no place for one."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page has no {BEGIN} with {END} after it.")
    return f"{before}{BEGIN}\n\n{index(scenarios)}\n\n{END}{after}"


def _description(scenario: Scenario) -> tuple[str, str]:
    """What the scenario's ``about`` says, and the basis that it ends with, each in one line."""
    about = " ".join(scenario.about.split())
    found = _BASIS.search(about)
    return (about, "") if found is None else (about[: found.start()].strip(), found["basis"])


def _customers(scenario: Scenario) -> str:
    """Whom one can ask about: anybody else's lists are empty."""
    known = [f"`{_cell(each)}`" for each in scenario.sample.catalogue.customers]
    return ", ".join(known[:CUSTOMERS]) + (f" and {len(known) - CUSTOMERS} more" if len(known) > CUSTOMERS else "")


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
