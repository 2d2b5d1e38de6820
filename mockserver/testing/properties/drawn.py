"""A drawn scenario: a document as Hypothesis made it, its text, and the scenario that it is.

It must never know how documents are drawn, nor what is done with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from mockserver.scenario.scenario import Scenario, parse_scenario

NAME = "drawn"
"""What a drawn scenario is called: the first part of its key."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """A scenario document as plain values. Its ``text`` can be served, run, or written to a file as it is."""

    document: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The text of the scenario file."""
        return text_of(self.document)

    @cached_property
    def scenario(self) -> Scenario:
        """The parsed scenario. *Raises* ``ScenarioFaults`` for a document that is none."""
        return parse_scenario(self.text, name=NAME)

    def __repr__(self) -> str:
        return f"Drawn:\n{self.text}"


def text_of(document: Mapping[str, Any]) -> str:
    """A document as the text of a scenario file."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(dict(document), Dumper=_plain(dumper), sort_keys=False, allow_unicode=True, width=120)
    return text


def _plain(dumper: Any) -> Any:
    """A dumper that writes a value out wherever it stands: a scenario file has no anchors."""
    return type("PlainDumper", (dumper,), {"ignore_aliases": lambda *_: True})
