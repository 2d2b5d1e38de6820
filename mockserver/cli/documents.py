"""The tables of what the mock says about itself: its rules, its readings, its settings, its limits.

The pages under ``docs/`` that hold tables are written from here: ``python -m mockserver.cli.documents`` writes them anew, and a
test says when one is stale.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from mockserver.cli.main import COMMANDS
from mockserver.domain.events import EVENT_NAMES, NAME_OF_EVENT, Event
from mockserver.domain.readings import READINGS
from mockserver.domain.rules import RULES, Basis, RuleText
from mockserver.domain.transitions import narrowed_by
from mockserver.domain.twins import TWINS, SeenBy
from mockserver.foundation.limits import LIMITS
from mockserver.settings import SETTINGS
from mockserver.storage.written_files import write_whole

BEGIN, END = "<!-- made by mockserver.cli.documents: begin -->", "<!-- made by mockserver.cli.documents: end -->"
"""What stands around a part of a page that is made."""

DECLARED = "A client is built for one of these."
"""What is said of a reading that a client is built for."""


def rules_table(rules: Iterable[RuleText] = RULES.values()) -> str:
    """The rules as a Markdown table."""
    rows = [f"| `{t.rule.value}` | {_cell(t.says)} | {t.basis.value} | {_cell(t.source)} |" for t in rules]
    return "\n".join(("| Rule | What it says | Basis | Source |", "| --- | --- | --- | --- |", *rows))


def assumptions_table() -> str:
    """The rules that nobody but us says."""
    rows = [
        f"| `{text.rule.value}` | {_cell(text.says)} | {_cell(text.source)} |"
        for text in RULES.values()
        if text.basis is Basis.ASSUMED
    ]
    return "\n".join(("| Rule | What the mock does | What there is to go by |", "| --- | --- | --- |", *rows))


def readings_table() -> str:
    """The readings as a Markdown table; the default comes first."""
    rows = []
    for reading in READINGS.values():
        ordered = sorted(reading.options.items(), key=lambda option: option[0] != reading.default)
        options = "<br>".join(f"`{option}`: {_cell(meaning)}" for option, meaning in ordered)
        evidence = f"{reading.evidence} {DECLARED}" if reading.declared else reading.evidence
        rows.append(f"| `{reading.name.value}` | {_cell(reading.question)} | {options} | {_cell(evidence)} |")
    return "\n".join(
        ("| Reading | Question | Options, the default first | Evidence |", "| --- | --- | --- | --- |", *rows)
    )


def twins_table() -> str:
    """The twins as a Markdown table."""
    rows = [
        f"| `{name.value}` | `{breach.breaks.value}` | {_cell(breach.does)} | {_cell(breach.assert_that)} |"
        f" {'yes' if breach.seen_by is SeenBy.CLIENT else 'no'} |"
        for name, breach in TWINS.items()
    ]
    head = (
        "| Twin | Breaks | What it does | Assert that | Seen by a client |",
        "| --- | --- | --- | --- | --- |",
    )
    return "\n".join((*head, *rows))


def limits_table() -> str:
    """The limits as a Markdown table."""
    rows = [f"| `{each.name}` | {each:,} | {_cell(each.bounds)} | {_cell(each.beyond)} |" for each in LIMITS.values()]
    return "\n".join(("| Limit | At most | Of what | Beyond it |", "| --- | ---: | --- | --- |", *rows))


def commands_table() -> str:
    """The commands as a Markdown table, each with the first paragraph of its help."""
    rows = [f"| `imin-mock {name}` | {_cell(says)} |" for name, says in COMMANDS.items()]
    return "\n".join(("| Command | What it does |", "| --- | --- |", *rows))


def settings_table() -> str:
    """The settings as a Markdown table."""
    rows = [
        f"| `{setting.flag}` | `{setting.variable}` | {_default(setting.default)} | {_cell(setting.says)} |"
        for setting in SETTINGS
    ]
    return "\n".join(("| Flag | Variable | Default | What it does |", "| --- | --- | --- | --- |", *rows))


def events_table() -> str:
    """The events that a scenario may name as a Markdown table."""
    rows = [
        f"| `{name}` | {_cell(_first_sentence(event))} | {', '.join(f'`{each}`' for each in narrowed_by(event))} |"
        for event, name in sorted(NAME_OF_EVENT.items(), key=lambda each: each[1])
        if name in EVENT_NAMES
    ]
    return "\n".join(("| Event | Means | `where` |", "| --- | --- | --- |", *rows))


def _first_sentence(event: type[Event]) -> str:
    first, _, _ = (event.__doc__ or "").partition("\n")
    return re.sub(r"``(.*?)``", r"`\1`", first).removesuffix("*Units*: `amount_minor` in pence.").strip()


def _default(value: object) -> str:
    if value is None or value == ():
        return "none"
    return ("on" if value else "off") if isinstance(value, bool) else f"`{value}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


PARTS: dict[str, tuple[Callable[[], str], ...]] = {
    "docs/reference/settings.md": (commands_table, settings_table),
    "docs/reference/scenario-format.md": (events_table,),
    "docs/reference/rules.md": (rules_table, readings_table),
    "docs/reference/limits.md": (assumptions_table, limits_table),
    "docs/reference/twins.md": (twins_table,),
}
"""The pages that have made parts, in the order of the parts."""


def with_parts(page: str, parts: Iterable[str]) -> str:
    """The page with its made parts made anew. *Raises* ``ValueError`` if it has not as many places for them."""
    first, *rest = page.split(BEGIN)
    made = list(parts)
    if len(rest) != len(made):
        raise ValueError(f"The page has {len(rest)} places for {len(made)} parts.")
    written = [first]
    for part, piece in zip(made, rest, strict=True):
        _, end, after = piece.partition(END)
        if not end:
            raise ValueError(f"A made part has no {END!r} after it.")
        written.append(f"{BEGIN}\n\n{part}\n\n{END}{after}")
    return "".join(written)


def write_pages(root: Path) -> list[str]:
    """Make the parts of all pages anew; the names of the pages that changed."""
    changed = []
    for name, parts in PARTS.items():
        path = root / name
        old = path.read_text(encoding="utf-8")
        new = with_parts(old, (part() for part in parts))
        if new != old:
            write_whole(path, new)
            changed.append(name)
    return changed


if __name__ == "__main__":
    click.echo("\n".join(write_pages(Path.cwd())) or "Nothing was stale.")
