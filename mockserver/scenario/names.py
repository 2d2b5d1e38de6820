"""The names that a document gives to things, read off its plain value, however broken the rest of it is.

A repeated thing has as many names as repetitions; they are recognised, not listed. Must never know where names are used.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mockserver.domain.events import EVENT_NAMES
from mockserver.domain.readings import WORLD_READINGS
from mockserver.domain.rules import Rule
from mockserver.foundation.suggestions import most_alike
from mockserver.scenario.document import ONLY_STATE
from mockserver.scenario.faults import show

LONGEST_NAME = 64
"""A longer name is at fault itself; no hint should send anybody there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of one kind of thing; ``series`` are the first parts of repeated names, each with how often."""

    kind: str
    single: Mapping[str, object]
    series: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, list[str]] = field(default_factory=dict)
    """Names that several things have, each with the longer ones that tell them apart."""

    def __contains__(self, name: str) -> bool:
        if name in self.single:
            return True
        stem, _, number = name.rpartition("-")
        return stem in self.series and number.isdecimal() and number[0] != "0" and int(number[:9]) <= self.series[stem]

    def candidates(self) -> Iterator[str]:
        """What somebody may have meant: every single name and the first of every series."""
        yield from self.single
        for stem in self.series:
            yield f"{stem}-1"

    def explain_absence(self, name: str) -> tuple[str, str | None]:
        """Why the name means nothing here, and a hint."""
        if name in self.series:
            return f"{show(name)} stands for {self.series[name]:,} of its kind", f'name one of them: "{name}-1"'
        if name in self.shared:
            return f"several orders have an item {show(name)}", f"say which: {' or '.join(self.shared[name][:8])}"
        listed = sorted(name for name in self.candidates() if name.isprintable() and len(name) <= LONGEST_NAME)
        hint = hint_of(name, listed)
        if hint is None and listed and len(listed) <= 8:
            hint = f"there is {', '.join(listed)}"
        return f"there is no {self.kind} {show(name)}", hint


def hint_of(word: str, words: Iterable[str]) -> str | None:
    """The hint that names the most similar word, if one is similar."""
    found = most_alike(word, words)
    return None if found is None else f'did you mean "{found}"?'


def mapping(value: object) -> Mapping[str, object]:
    """The value if it is a mapping, else an empty one: a wrong type is reported elsewhere."""
    return value if isinstance(value, dict) else {}


def repeats_of(opportunity: object) -> int | None:
    """How often an opportunity repeats; ``None`` if it does not, or does not say it well."""
    times = mapping(mapping(opportunity).get("repeats")).get("times")
    return times if isinstance(times, int) and not isinstance(times, bool) and times > 0 else None


def names_of(document: Mapping[str, object]) -> dict[str, Names]:
    """The names of every kind of thing that a document can refer to, by kind."""
    opportunities = mapping(document.get("opportunities"))
    series = {name: times for name, spec in opportunities.items() if (times := repeats_of(spec)) is not None}
    orders = mapping(document.get("orders"))
    owners: dict[str, list[str]] = {}
    item_series: dict[str, int] = {}
    order_series: dict[str, int] = {}
    for order, spec in orders.items():
        for item in mapping(mapping(spec).get("items")):
            owners.setdefault(item, []).append(order)
        for item, of in mapping(mapping(spec).get("for_each")).items():
            times = series.get(of, 1) if isinstance(of, str) else 1
            item_series[item] = times
            order_series[order] = max(times, order_series.get(order, 0))
    single = [item for item, of in owners.items() if len(of) == 1]
    shared = {item: [f"{order}:{item}" for order in of] for item, of in owners.items() if len(of) > 1}
    items = dict.fromkeys([*single, *(each for told_apart in shared.values() for each in told_apart)])
    states = mapping(mapping(document.get("behaviour")).get("states")) or {ONLY_STATE: None}
    kinds = (
        Names(kind="seller", single=mapping(document.get("sellers"))),
        Names(kind="customer", single=mapping(document.get("customers"))),
        Names(kind="opportunity", single={k: v for k, v in opportunities.items() if k not in series}, series=series),
        Names(kind="repeated opportunity", single=series),
        Names(kind="order", single={k: v for k, v in orders.items() if k not in order_series}, series=order_series),
        Names(kind="order item", single=items, series=item_series, shared=shared),
        Names(kind="item of the order", single=items | owners, series=item_series),
        Names(kind="state", single=states),
        Names(kind="event", single=dict.fromkeys(EVENT_NAMES)),
        Names(kind="rule", single={rule.value: rule for rule in Rule}),
        Names(kind="reading", single={name.value: reading for name, reading in WORLD_READINGS.items()}),
    )
    return {names.kind: names for names in kinds}
