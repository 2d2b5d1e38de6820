"""A scenario: the parsed file and the seeded world that it stands for. The one door into this package.

A scenario is parsed once and seeded once per epoch; worlds share the seed, for everything in it is frozen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from whenever import Instant

from mockserver.domain.readings import DEFAULT_READINGS, ReadingName, Readings
from mockserver.domain.twins import Twin
from mockserver.foundation.limits import BOOKINGS, FAULTS_TOLD, SCENARIO_VALUES, Limit
from mockserver.scenario.behaviours import build_machine
from mockserver.scenario.bookings import build_catalogue, refuse_too_many
from mockserver.scenario.document import DEFAULT_EPOCH, FORMS, ClockSpec, Document
from mockserver.scenario.faults import Fault, Misfit, MisfitError, ScenarioFaults
from mockserver.scenario.names import names_of
from mockserver.scenario.notation import Calendar, elapsed, moment
from mockserver.scenario.references import wrong_references
from mockserver.scenario.script import Script
from mockserver.scenario.seed import ClockSetting, Frozen, Running, Seed, Stepping
from mockserver.scenario.semantic_checks import empty_values, nonsense
from mockserver.scenario.source import Source, read_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A parsed scenario file. ``epoch`` is ``None`` where the world starts at the present."""

    name: str
    title: str
    about: str
    text: str
    epoch: Instant | None
    timezone: str
    clock: ClockSetting
    readings: Readings
    twin: Twin | None
    document: Document
    lines: tuple[tuple[int, ...], tuple[int, ...]] = field(repr=False)
    """The lines of the steps and of the expectations."""
    _kept: dict[Instant, Seed] = field(default_factory=dict, init=False, repr=False, compare=False)

    def seed(self, epoch: Instant) -> Seed:
        """What a world starts from that begins at this instant; the first one asked for is kept.

        *Raises*: :class:`MisfitError` where at this epoch something of the scenario falls out of the calendar.
        """
        kept = self._kept.get(epoch)
        if kept is None:
            kept = self._build(epoch)
            if not self._kept:
                self._kept[epoch] = kept
        return kept

    @property
    def sample(self) -> Seed:
        """The seed at the scenario's own epoch, or at the default one where it starts at the present: for looking at it."""
        return next(iter(self._kept.values()))

    def _build(self, epoch: Instant) -> Seed:
        calendar = Calendar(epoch, self.timezone)
        script = Script(self.document, calendar)
        steps, expectations = self.lines
        return Seed(
            epoch=epoch,
            timezone=self.timezone,
            catalogue=build_catalogue(self.document, calendar),
            machine=build_machine(self.document, calendar),
            readings=self.readings,
            steps=script.steps(steps),
            expectations=script.expectations(expectations),
        )


def parse_scenario(
    text: str,
    *,
    name: str,
    file: str | None = None,
    bookings: Limit = BOOKINGS,
    values: Limit = SCENARIO_VALUES,
) -> Scenario:
    """The scenario that the text describes, which may have so many ``values`` and make so many ``bookings``.

    *Raises*: :class:`ScenarioFaults` with every fault that the text has.
    """
    return read_with_places(text, name=name, file=file, bookings=bookings, values=values)[0]


def read_with_places(
    text: str,
    *,
    name: str,
    file: str | None = None,
    bookings: Limit = BOOKINGS,
    values: Limit = SCENARIO_VALUES,
) -> tuple[Scenario, Source]:
    """The same, with the text's values and their places, which are many times as large and for whoever points into the text."""
    source = read_source(text, file=file or f"{name}.yaml", values=values)
    value = source.value
    assert isinstance(value, dict)
    try:
        document = msgspec.convert(value, Document, dec_hook=_form)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise _faults(source, Misfit(path=(), message=str(error))) from None
    if source.faults or any(_meaningless(value)):
        raise _faults(source)
    try:
        refuse_too_many(document, bookings)
        scenario = _scenario(document, source, text, name)
        scenario.seed(scenario.epoch or moment(DEFAULT_EPOCH).to_instant())
    except MisfitError as error:
        raise _faults(source, Misfit(path=error.path, message=error.message)) from None
    except (
        ValueError,
        OverflowError,
    ) as error:  # a text of the right form that means nothing: what it is, the search tells
        raise _faults(source, Misfit(path=(), message=str(error))) from None
    return scenario, source


def _scenario(document: Document, source: Source, text: str, name: str) -> Scenario:
    epoch = None if document.epoch == "now" else Calendar.absolute(document.epoch, ("epoch",))
    chosen = {ReadingName(reading): str(option) for reading, option in document.readings.items()}
    return Scenario(
        name=name,
        title=document.title,
        about=document.about,
        text=text,
        epoch=epoch,
        timezone=document.timezone,
        clock=clock_of(document.clock),
        readings=MappingProxyType({**DEFAULT_READINGS, **chosen}),
        twin=document.twin,
        document=document,
        lines=(
            tuple(source.line_of(("when", index)) for index in range(len(document.when))),
            tuple(source.line_of(("then", index)) for index in range(len(document.then))),
        ),
    )


def clock_of(clock: ClockSpec | Literal["frozen"]) -> ClockSetting:
    """How a clock moves that is written so in a file, or wherever else somebody chooses one."""
    if not isinstance(clock, ClockSpec):
        return Frozen()
    return (
        Stepping(by=elapsed(clock.step))
        if clock.step is not None
        else Running(rate=clock.running.rate if clock.running else 1.0)
    )


def _form(told: type, value: Any) -> object:
    """What is told by its keys, in the form that they tell."""
    forms = FORMS.get(told, {})
    found = [form for key, form in forms.items() if isinstance(value, dict) and key in value]
    if len(found) != 1:
        raise msgspec.ValidationError(f"not exactly one of {', '.join(forms)}")
    return msgspec.convert(value, found[0], dec_hook=_form)


def _meaningless(document: Mapping[str, object]) -> Iterable[Misfit]:
    names = names_of(document)
    yield from wrong_references(document, names)
    yield from nonsense(document, names)


def _faults(source: Source, otherwise: Misfit | None = None) -> ScenarioFaults:
    """All faults of a faulty document in the order of its lines: one for each path, the plainest first; of very many, some."""
    from mockserver.scenario.schema_checks import misshapen  # jsonschema is heavy, and most documents are well-formed

    value = source.value
    assert isinstance(value, dict)
    misfits = chain(empty_values(value), misshapen(value), _meaningless(value))
    found: dict[object, Fault] = {}
    for fault in chain(source.faults, map(source.locate, misfits)):
        found.setdefault((fault.path, fault.line), fault)
        if len(found) == FAULTS_TOLD:
            break
    if not found and otherwise is not None:
        found[otherwise] = source.locate(otherwise)
    return ScenarioFaults(tuple(sorted(found.values(), key=lambda fault: (fault.line, fault.column, fault.path))))
