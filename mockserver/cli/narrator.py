"""What the server says while it runs: lines for people on a terminal, NDJSON for programs otherwise. On standard error.

A refused key is never among what is said: nothing here is ever given a request's headers, and a refusal that it tells has no key
in it.
"""

import logging
import shutil
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

import click
import msgspec
from whenever import Instant

from mockserver.cli.refused_requests import Refusal
from mockserver.domain.execution import Recorded
from mockserver.engine.clock import wall_now
from mockserver.engine.live_world import LiveWorld
from mockserver.foundation.calendar import by_clocks_of

NO_WORLD = "no world"
"""What refusals stand under that are about no world: of a key that names none, or of a path beside imin's."""

IMINS_TIMEZONE = "Europe/London"
"""Where a scenario plays that does not say where, and so what happens in no world."""

_COLOUR_OF_LEVEL = {"warning": "yellow", "error": "red"}
_COLOUR_OF_FAMILY = {
    "cancel": "cyan",
    "answer": "cyan",
    "refund": "green",
    "email": "green",
    "feed": "blue",
    "seller": "magenta",
}


@dataclass(slots=True)
class Narrator:
    """Says things in one of the two forms. ``form``: ``auto``, ``people`` or ``ndjson``."""

    form: str = "auto"
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    told_of: str = ""
    """The world of the last line: a line is under the name of its world."""

    @property
    def speaks_to_people(self) -> bool:
        """Whether lines are for people."""
        return self.form == "people" or (self.form == "auto" and self.stream.isatty())

    def say(self, event: str, text: str, *, level: str = "info", **fields: Any) -> None:
        """One thing that happened: ``text`` for people, ``event`` and ``fields`` for programs."""
        if self.speaks_to_people:
            colour = _COLOUR_OF_LEVEL.get(level)
            self._write(self._styled(text, fg=colour) if colour else text)
        else:
            value = {"time": wall_now().format_iso(), "level": level, "event": event, "message": text, **fields}
            self._write(msgspec.json.encode(value).decode())

    def tell_story(self, live_world: LiveWorld, happened: Sequence[Recorded]) -> None:
        """One line for each event, with its rule: an observer of worlds."""
        from mockserver.engine.narration import tell

        twin = live_world.twin
        for recorded in happened:
            sentence = tell(live_world.world, recorded.event)
            if sentence is None:
                continue
            rule = recorded.event.rule.value
            if not self.speaks_to_people:
                told = {"world": live_world.key, "at": recorded.at.format_iso(), "rule": rule}
                self.say("story", sentence, **told, **({"twin": twin.value} if twin else {}))
                continue
            self._head(live_world)
            self._write(self._story_line(_local(live_world.seed.timezone, recorded.at), sentence, rule))

    def tell_refusal(self, refusal: Refusal) -> None:
        """A line for a request that was refused, with its rule."""
        world = refusal.world
        if not self.speaks_to_people:
            told: dict[str, Any] = {"status": refusal.status, "rule": refusal.rule}
            self.say("refusal", refusal.sentence, **told, **({} if world is None else {"world": world.key}))
            return
        self._head(world)
        time = _local(IMINS_TIMEZONE, wall_now()) if world is None else _local(world.seed.timezone, world.clock.now())
        self._write(self._story_line(time, refusal.sentence, refusal.rule, colour="yellow"))

    def _head(self, live_world: LiveWorld | None) -> None:
        """The name of the world that the next lines are about, unless they go on about it."""
        name = NO_WORLD if live_world is None else live_world.key
        if name != self.told_of:
            self.told_of = name
            twin = None if live_world is None else live_world.twin
            warning = f" (evil twin: {twin.value})" if twin else ""
            self._write(self._styled(f"-- {name}{warning}", bold=True))

    def _story_line(self, time: str, sentence: str, rule: str, *, colour: str | None = None) -> str:
        """Time, sentence, and the rule at the right: on the last line of the sentence where there is room, else below."""
        width = max(shutil.get_terminal_size((80, 24)).columns, 40)
        colour = colour or _COLOUR_OF_FAMILY.get(rule.partition(".")[0])
        lines = textwrap.wrap(sentence, width - len(time) - 1)
        room = width - len(time) - 1 - len(lines[-1]) - len(rule)
        if room < 1:
            lines.append("")
            room = width - len(time) - 1 - len(rule)
        indent = " " * (len(time) + 1)
        told = f"\n{indent}".join(self._styled(line, fg=colour) for line in lines)
        return f"{self._styled(time, dim=True)} {told}{' ' * max(room, 0)}{self._styled(rule, dim=True)}"

    def _styled(self, text: str, **style: Any) -> str:
        return click.style(text, **style) if self.stream.isatty() else text

    def _write(self, line: str) -> None:
        try:
            self.stream.write(line + "\n")
            self.stream.flush()
        except BrokenPipeError:
            pass  # nobody listens any more; the server goes on


def _local(timezone: str, at: Instant) -> str:
    """The time of day there."""
    return by_clocks_of(timezone, at).time().format_iso(unit="second")


class NarratedLog(logging.Handler):
    """Lets the server library's log go through the narrator."""

    def __init__(self, narrator: Narrator) -> None:
        super().__init__()
        self.narrator = narrator

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        fields: dict[str, str] = {}
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            text, fields = (f"{text}\n{trace}", {}) if self.narrator.speaks_to_people else (text, {"traceback": trace})
        self.narrator.say("log", text, level=record.levelname.lower(), logger=record.name, **fields)
