"""Scenario text as plain values that remember their place. This module knows YAML and must never know what a scenario is.

It reads the *events* of PyYAML's safe parser and builds the values itself, without recursion: no tag is ever carried out, a
key is always text, only ``true`` and ``false`` are booleans, dates stay text, and size, depth and aliases have limits.
"""

import re
from dataclasses import dataclass, field
from functools import cache

import yaml

from mockserver.foundation.limits import SCENARIO_CHARACTERS, SCENARIO_DEPTH, SCENARIO_VALUES, Limit
from mockserver.foundation.outgoing_text import has_controls, place_of_live_key
from mockserver.scenario.faults import Fault, Misfit, Path, ScenarioFaults, show, spell

_PARSER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})?\.[0-9]{1,18}|[-+]?(0|[1-9][0-9]{0,17})\.")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "": None, "~": None, "null": None}

_NO_CHARACTER_OF_ASCII = re.compile("[^\t\n\r\x20-\x7e]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")

LIVE_KEY = "this looks like a live imin key, which does not belong in a file; it is not repeated here"
LIVE_KEY_HINT = "the mock's keys are names of scenarios"

Mark = tuple[int, int]


@dataclass(slots=True, eq=False)
class _Node:
    """A value, its place, and its parts' nodes; ``size`` counts it and everything below it, ``height`` levels."""

    mark: Mark
    value: object
    parts: "dict[str, _Node] | list[_Node] | None" = None
    keys: dict[str, Mark] = field(default_factory=dict)
    size: int = 1
    height: int = 0
    anchor: str | None = None
    key: tuple[str, Mark] | None = None
    """In a mapping under construction: the key that waits for its value."""

    def below(self, part: str | int) -> "_Node | None":
        """The part's node, if there is one."""
        if isinstance(self.parts, dict):
            return self.parts.get(part) if isinstance(part, str) else None
        if self.parts is None or isinstance(part, str) or part >= len(self.parts):
            return None
        return self.parts[part]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document's plain value and the place of everything in it; ``faults`` are keys that stand there twice."""

    file: str
    root: _Node
    faults: tuple[Fault, ...]

    @property
    def value(self) -> object:
        """The document as mappings with text keys, lists, text, numbers, booleans and nothing."""
        return self.root.value

    def line_of(self, path: Path) -> int:
        """The line on which something stands."""
        return self.locate(Misfit(path=path, message="")).line

    def locate(self, misfit: Misfit) -> Fault:
        """The misfit with the line and the column that it is about: the nearest part of its path that is in the text."""
        node, mark = self.root, self.root.mark
        for part in misfit.path:
            below = node.below(part)
            if below is None:
                break
            key_mark = node.keys.get(part) if isinstance(part, str) else None
            node = below
            mark = key_mark if key_mark and (misfit.of_key or node.parts is not None) else node.mark
        line, column = mark
        return Fault(
            file=self.file,
            line=line,
            column=column,
            path=spell(misfit.path),
            message=misfit.message,
            hint=misfit.hint,
        )


def read_source(
    text: str,
    *,
    file: str,
    what: str = "scenario",
    begins: str = "version: 1 and a title",
    values: Limit = SCENARIO_VALUES,
) -> Source:
    """The document in the text, called ``what`` in messages, with so many ``values``; a good one ``begins`` so.

    *Raises*: :class:`ScenarioFaults` where it is not one YAML mapping within the limits.
    """
    text = text.removeprefix("\ufeff")
    _refuse_unreadable(text, file, what)
    reader = _Reader(file, values)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            reader.take(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax_fault(error, text, file, reader.latest_quoted) from None
    except yaml.YAMLError as error:
        raise _one_fault(file, (1, 1), f"this is not YAML: {str(error).splitlines()[0]}") from None
    if reader.root is None or reader.root.value is None:
        raise _one_fault(file, (1, 1), f"the {what} is empty", f"start with {begins}")
    if not isinstance(reader.root.value, dict):
        raise _one_fault(
            file, reader.root.mark, f"a {what} is a mapping of keys to values, not {show(reader.root.value)}"
        )
    return Source(file=file, root=reader.root, faults=tuple(reader.faults))


class _Reader:
    """Builds nodes from events, one open collection per level."""

    def __init__(self, file: str, most: Limit) -> None:
        self.file = file
        self._most = most
        self._values = 0
        """How many there are so far, every alias followed: more are a bomb, or should use ``repeats``."""
        self.root: _Node | None = None
        self.faults: list[Fault] = []
        self._open: list[_Node] = []
        self._anchors: dict[str, _Node] = {}
        self.latest_quoted: tuple[Mark, Mark] | None = None
        """Where the latest text in quotes that takes several lines begins and ends."""

    def take(self, event: yaml.Event) -> None:
        """Builds on what came before with one more event."""
        match event:
            case yaml.ScalarEvent():
                self._refuse_tag(event)
                self._look_at_text(event)
                plain = event.style in (None, "")
                self._put(
                    _Node(_mark(event), _scalar(event.value) if plain else event.value, anchor=event.anchor),
                    event.value,
                )
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_tag(event)
                node = (
                    _Node(_mark(event), {}, {})
                    if isinstance(event, yaml.MappingStartEvent)
                    else _Node(_mark(event), [], [])
                )
                node.anchor = event.anchor
                self._refuse_as_key(node)
                if len(self._open) >= SCENARIO_DEPTH:
                    raise self._too_deep(node.mark)
                self._count(node)
                self._open.append(node)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._put(self._open.pop(), None)
            case yaml.AliasEvent():
                if event.anchor not in self._anchors:
                    raise self._fault(
                        _mark(event), f"the alias *{event.anchor} stands inside what it refers to, or before it"
                    )
                target = self._anchors[event.anchor]
                node = _Node(_mark(event), target.value, target.parts, target.keys, target.size, target.height)
                self._count(node)
                self._put(node, None)
            case yaml.DocumentStartEvent() if self.root is not None:
                raise self._fault(_mark(event), "a scenario is one YAML document; a second one starts here")
            case _:
                pass

    def _put(self, node: _Node, text: str | None) -> None:
        """Puts a finished node where it belongs; ``text``: how it was written, if it is a scalar."""
        if node.anchor is not None:
            self._anchors[node.anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent.parts, dict) and parent.key is None:
            if not text or text == "<<":
                raise self._fault(node.mark, "a key must be plain text", "merge keys and empty keys are not used here")
            parent.key = text, node.mark
            return
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        if text is not None:
            self._count(node)
        if len(self._open) + node.height > SCENARIO_DEPTH:
            raise self._too_deep(node.mark)
        if isinstance(parent.parts, list):
            parent.parts.append(node)
            assert isinstance(parent.value, list)
            parent.value.append(node.value)
        elif parent.key is not None and parent.parts is not None:
            key, mark = parent.key
            parent.key = None
            if key in parent.parts:
                self.faults.append(
                    _fault(self.file, mark, f"the key {show(key)} stands here twice", path=self._path(key))
                )
                return
            parent.parts[key], parent.keys[key] = node, mark
            assert isinstance(parent.value, dict)
            parent.value[key] = node.value

    def _count(self, node: _Node) -> None:
        self._values += node.size
        if self._values > self._most:
            message = f"with this there are too many values {self._most.told}"
            raise self._fault(node.mark, message, "repeats: and for_each: make many")

    def _too_deep(self, mark: Mark) -> ScenarioFaults:
        return self._fault(mark, f"this is nested too deep {SCENARIO_DEPTH.told}")

    def _look_at_text(self, event: yaml.ScalarEvent) -> None:
        """What only an escape can write is refused too; but control characters may stand in a canned body."""
        mark, end, text = _mark(event), event.end_mark, event.value
        if event.style not in (None, "") and end is not None:
            if event.style in ("'", '"') and end.line + 1 > mark[0]:
                self.latest_quoted = mark, (end.line + 1, end.column + 1)
            if place_of_live_key(text) is not None:
                raise self._fault(mark, LIVE_KEY, LIVE_KEY_HINT)
        if text.isprintable():
            return
        if _HALF_PAIR.search(text):
            self.faults.append(
                _fault(self.file, mark, f"{show(text)} has half a surrogate pair, which is not a character")
            )
        elif has_controls(text) and not any(node.key is not None and node.key[0] == "body" for node in self._open):
            self.faults.append(_fault(self.file, mark, f"{show(text)} has a control character"))

    def _path(self, key: str) -> Path:
        """The path to a key of the innermost open mapping."""
        above = (
            len(node.parts) if isinstance(node.parts, list) else node.key[0] if node.key else ""
            for node in self._open[:-1]
        )
        return (*above, key)

    def _refuse_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag is not None:
            raise self._fault(_mark(event), f"the YAML tag {show(event.tag)} is not allowed", "write a plain value")

    def _refuse_as_key(self, node: _Node) -> None:
        if self._open and isinstance(self._open[-1].parts, dict) and self._open[-1].key is None:
            raise self._fault(node.mark, "a key must be plain text, not a list or a mapping")

    def _fault(self, mark: Mark, message: str, hint: str | None = None) -> ScenarioFaults:
        return _one_fault(self.file, mark, message, hint)


def _scalar(text: str) -> object:
    """A plain scalar as it is meant: YAML 1.2's numbers, booleans and null, in their common spellings; else text."""
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _mark(event: yaml.Event) -> Mark:
    assert event.start_mark is not None
    return event.start_mark.line + 1, event.start_mark.column + 1


def _refuse_unreadable(text: str, file: str, what: str) -> None:
    if len(text) > SCENARIO_CHARACTERS:
        raise _one_fault(file, (1, 1), f"the {what} has {len(text):,} characters {SCENARIO_CHARACTERS.told}")
    key = place_of_live_key(text)
    if key is not None:
        raise _one_fault(file, _place(text, key), LIVE_KEY, LIVE_KEY_HINT)
    wrong = (_NO_CHARACTER_OF_ASCII if text.isascii() else _no_character()).search(text)
    if wrong is not None:
        half = _HALF_PAIR.match(wrong[0])
        what = "half a surrogate pair is not a character" if half else f"{show(wrong[0])} is a control character"
        raise _one_fault(file, _place(text, wrong.start()), what)


@cache
def _no_character() -> re.Pattern[str]:
    """What YAML does not let stand in a text, and a byte order mark that is not its beginning.

    To compile it takes a twentieth of a whole start, which a scenario in ASCII need not wait for.
    """
    return re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


def _place(text: str, at: int) -> Mark:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _syntax_fault(
    error: yaml.MarkedYAMLError, text: str, file: str, quoted: tuple[Mark, Mark] | None
) -> ScenarioFaults:
    mark = error.problem_mark or error.context_mark
    if quoted is not None and mark is not None and mark.line + 1 == quoted[1][0]:
        message = f"the quotes that open here close on line {quoted[1][0]}, and what comes then is not YAML"
        return _one_fault(file, quoted[0], message, "a quote is missing on this line")
    if mark is not None and error.context_mark is not None and mark.index >= len(text.rstrip()):
        mark = error.context_mark  # nothing closes it: where it begins says more than the end of the file
    line, column = (0, 0) if mark is None else (mark.line, mark.column)
    problem = " ".join(part for part in (error.context, error.problem) if part) or "unreadable"
    lines = text.splitlines()
    at_tab = line < len(lines) and lines[line][column : column + 1] == "\t"
    hint = "indent with spaces, not tabs" if at_tab else None
    return _one_fault(file, (line + 1, column + 1), f"this is not YAML: {problem}", hint)


def _fault(file: str, mark: Mark, message: str, hint: str | None = None, path: Path = ()) -> Fault:
    return Fault(file=file, line=mark[0], column=mark[1], path=spell(path), message=message, hint=hint)


def _one_fault(file: str, mark: Mark, message: str, hint: str | None = None) -> ScenarioFaults:
    return ScenarioFaults((_fault(file, mark, message, hint),))
