"""What the provider states of a Pact verifier stand for: the scenario whose world begins, and the steps that are taken in it.

It knows sentences with ``{placeholders}`` and their meanings, its own few and those of a file. Matching looks for each
piece of text once and never goes back, so that no sentence, however hostile, takes longer than its length. It must never
know a world, a key or HTTP.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import msgspec

from mockserver.foundation.limits import FAULTS_TOLD, SCENARIO_VALUES, Limit
from mockserver.scenario.document import ClockSpec
from mockserver.scenario.faults import Fault, Misfit, ScenarioFaults
from mockserver.scenario.names import hint_of
from mockserver.scenario.source import Source, read_source

_PIECES = re.compile(r"\{([A-Za-z_]\w{0,63})\}", re.ASCII)


class PlaceholderError(Exception):
    """A placeholder is badly written, or nothing fills it."""


def placeholders_of(pattern: str) -> list[str]:
    """The names of the placeholders, in order. *Raises* :class:`PlaceholderError` where they cannot be told apart."""
    pieces = _PIECES.split(pattern)
    names = pieces[1::2]
    if any("{" in text or "}" in text for text in pieces[::2]):
        raise PlaceholderError("a brace that belongs to no placeholder; one is written {name}")
    if "" in pieces[2:-1:2]:
        raise PlaceholderError("two placeholders stand side by side; put a word between them")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise PlaceholderError(f"the placeholder {{{twice}}} stands there twice")
    return names


def matched(pattern: str, text: str) -> dict[str, str] | None:
    """What each placeholder stands for in the text, at least one character; ``None`` if the text is not of this pattern."""
    first, *rest = _PIECES.split(pattern)
    names, literals = rest[::2], rest[1::2]
    if not text.startswith(first):
        return None
    if not names:
        return {} if text == first else None
    found: dict[str, str] = {}
    at = len(first)
    for name, literal in zip(names[:-1], literals[:-1], strict=True):
        end = text.find(literal, at + 1)
        if end < 0:
            return None
        found[name] = text[at:end]
        at = end + len(literal)
    end = len(text) - len(literals[-1])
    if end <= at or not text.endswith(literals[-1]):
        return None
    return {**found, names[-1]: text[at:end]}


def filled(value: Any, values: Mapping[str, Any]) -> Any:
    """The value, every placeholder in its text filled. *Raises* :class:`PlaceholderError` with the name of one that is not."""
    if isinstance(value, str):
        return _PIECES.sub(lambda found: _text(found[1], values), value)
    if isinstance(value, Mapping):
        return {key: filled(each, values) for key, each in value.items()}
    return [filled(each, values) for each in value] if isinstance(value, list) else value


def _text(name: str, values: Mapping[str, Any]) -> str:
    try:
        value = values[name]
    except KeyError:
        raise PlaceholderError(repr(name)) from None
    if isinstance(value, (dict, list)) or value is None:
        raise PlaceholderError(f"{name!r} as text or a number")
    return str(value)


A_WORLD_OF = "a world of {scenario}"
"""The one sentence that is understood without a file; the name of a scenario alone means the same."""

NAMES_TOLD = 30
"""How many names a refusal lists; nobody reads more."""


class UnknownStateError(Exception):
    """No provider state has this name; the message lists those that there are."""


class MeaninglessStateError(Exception):
    """A provider state is known, but with these parameters it means nothing; the message says why."""


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done in a world, in this order: the machine enters a state, the customer cancels items, time passes.

    ``advance`` is a period, a date-time, ``to_next`` or ``until_quiet``.
    """

    behaviour: str | None = None
    cancel: str | list[str] | None = None
    advance: str | None = None


class Meaning(Step, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a state stands for: a fresh world of a scenario and steps in it; without one, steps in the world that is there."""

    scenario: str | None = None
    label: str | None = None
    clock: ClockSpec | Literal["frozen"] | None = None
    epoch: str | None = None
    readings: dict[str, str] = {}
    steps: list[Step] = []


class _Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of states; each meaning is converted by itself, so that every fault is told where it stands."""

    version: Literal[1]
    states: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class ProviderStates:
    """Every state that is understood: the file's, by name or pattern, before the built-in ones. ``own`` may be replaced."""

    own: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def names(self) -> Iterator[str]:
        """The names that are understood, those of the file first; what stands in braces is the verifier's to choose."""
        yield from self.own
        yield A_WORLD_OF

    def meaning_of(self, name: str, params: Mapping[str, Any], scenarios: Sequence[str]) -> Meaning:
        """What the state means with these parameters. *Raises* :class:`UnknownStateError`, :class:`MeaninglessStateError`."""
        found = self._found(name)
        if found is not None:
            return self._of_file(name, found[0], {**params, **found[1]})
        named = matched(A_WORLD_OF, name) or ({"scenario": name} if name in scenarios else {})
        if not named and not set(params) & set(Meaning.__struct_fields__):
            raise UnknownStateError(self._how_it_could_be_said(name, scenarios))
        if named and params.get("scenario", named["scenario"]) != named["scenario"]:
            raise MeaninglessStateError(f"The state {name!r} names one scenario, and its parameters another.")
        return _converted({**params, **named}, f"the parameters of {name!r}")

    def _found(self, name: str) -> tuple[str, dict[str, str]] | None:
        """The file's own name for a state, before any pattern, and what its placeholders stand for."""
        patterns = [name] if name in self.own else self.own
        return next(((each, got) for each in patterns if (got := matched(each, name)) is not None), None)

    def _of_file(self, name: str, pattern: str, values: Mapping[str, Any]) -> Meaning:
        try:
            return _converted(filled(self.own[pattern], values), f"the state {pattern!r}")
        except PlaceholderError as error:
            raise MeaninglessStateError(f"The state {name!r} needs the parameter {error}.") from None

    def _how_it_could_be_said(self, name: str, scenarios: Sequence[str]) -> str:
        spoken = [*self.own, *(A_WORLD_OF.format(scenario=each) for each in scenarios), *scenarios]
        hint = hint_of(name, spoken)
        meant = _sentence(hint)
        own = list(self.own)
        more = [f"{len(own) - NAMES_TOLD} more"] if len(own) > NAMES_TOLD else []
        known = "; ".join([*own[:NAMES_TOLD], *more, A_WORLD_OF])
        return (
            f"No provider state is called {name[:200]!r}.{meant} There are: {known}; and the name of any scenario."
            " Any other name needs parameters that say what it means, such as a scenario, or an entry in a file of"
            " your own (--pact-states)."
        )


def parse_provider_states(
    text: str, *, file: str, scenarios: Iterable[str], values: Limit = SCENARIO_VALUES
) -> ProviderStates:
    """The states that the text describes, which may have so many ``values``.

    *Raises*: :class:`ScenarioFaults` with every fault that the text has.
    """
    return provider_states_of(read_states(text, file=file, values=values), scenarios=scenarios)


def read_states(text: str, *, file: str, values: Limit = SCENARIO_VALUES) -> Source:
    """The text as a plain value with its places, whatever the value means. *Raises* :class:`ScenarioFaults`."""
    return read_source(text, file=file, what="file of provider states", begins="version: 1 and states:", values=values)


def provider_states_of(source: Source, *, scenarios: Iterable[str]) -> ProviderStates:
    """The states that a plain value describes. *Raises* :class:`ScenarioFaults`, as :func:`parse_provider_states` does."""
    try:
        document = msgspec.convert(source.value, _Document)
    except msgspec.ValidationError as error:
        message, hint = _said(error, _Document)
        raise _faults(source, [Misfit(path=(), message=message, hint=hint)]) from None
    known = list(scenarios)
    wrong = (misfit for name, value in document.states.items() for misfit in _wrong(name, value, known))
    found = list(islice(wrong, FAULTS_TOLD))
    if found or source.faults:
        raise _faults(source, found)
    return ProviderStates(own=document.states)


def _wrong(name: str, value: Any, scenarios: list[str]) -> Iterator[Misfit]:
    """What is wrong with a state of a file, its placeholders not yet filled."""
    path = ("states", name)
    try:
        placeholders_of(name)
        meaning = msgspec.convert(value, Meaning)
    except PlaceholderError as error:
        yield Misfit(path=path, message=str(error), of_key=True)
    except msgspec.ValidationError as error:
        message, hint = _said(error, Meaning)
        yield Misfit(path=path, message=message, hint=hint)
    else:
        said = (meaning.scenario or "").partition("~")[0]
        if said and "{" not in said and said not in scenarios:
            message = f'there is no scenario "{said[:60]}"'
            yield Misfit(path=(*path, "scenario"), message=message, hint=hint_of(said, scenarios))


def _converted(value: Any, what: str) -> Meaning:
    try:
        return msgspec.convert(value, Meaning)
    except msgspec.ValidationError as error:
        message, hint = _said(error, Meaning)
        raise MeaninglessStateError(f"In {what}: {message}.{_sentence(hint)}") from None


def _said(error: msgspec.ValidationError, shape: type) -> tuple[str, str | None]:
    """The decoder's message, and the name that a misspelt one may have meant."""
    message = str(error).rstrip(".")
    if "unknown field" not in message:
        return message, None
    return message, hint_of(message.split("`")[1], [each.name for each in msgspec.structs.fields(shape)])


def _sentence(hint: str | None) -> str:
    """The hint as a sentence that follows another one."""
    return "" if hint is None else f" {hint[0].upper()}{hint[1:]}"


def _faults(source: Source, misfits: Iterable[Misfit]) -> ScenarioFaults:
    located: list[Fault] = [*source.faults, *map(source.locate, misfits)]
    return ScenarioFaults(tuple(sorted(located, key=lambda fault: (fault.line, fault.column, fault.path))))
