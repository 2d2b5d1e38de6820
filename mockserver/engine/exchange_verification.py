"""Whether a client has asked what it should have asked: so many times, never, or in an order. Looking changes nothing.

Exchanges that are no longer kept make a wrong answer possible; then there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from mockserver.engine.exchange_filter import ExchangeFilter
from mockserver.engine.exchanges import Exchange, ExchangeRing

MOST_NEAR = 5
"""Nobody reads more than that many exchanges that nearly fit."""


class NoLongerKeptError(Exception):
    """What was asked about may have been in exchanges that have fallen out of the ring."""

    def __init__(self, lost: int) -> None:
        super().__init__(
            f"Exchanges up to number {lost} are no longer kept, and they may decide this. Ask about later ones"
            f' ("after": {lost}), forget them before the part that matters, or start the server with a larger --exchanges-kept.'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it is so, in words, the exchanges that fit, and those that nearly fit with what keeps them from it."""

    holds: bool
    says: str
    found: tuple[Exchange, ...]
    near: tuple[tuple[Exchange, tuple[str, ...]], ...] = ()


def verify_times(
    ring: ExchangeRing, wanted: ExchangeFilter, *, at_least: int = 0, at_most: int | None = None
) -> Verdict:
    """Whether so many exchanges fit. *Raises* :class:`NoLongerKeptError` where only what is lost could tell."""
    kept = ring.all()
    found = tuple(each for each in kept if wanted.fits(each))
    too_many = at_most is not None and len(found) > at_most
    if ring.lost > wanted.after and not too_many and not (len(found) >= at_least and at_most is None):
        raise NoLongerKeptError(ring.lost)
    holds = len(found) >= at_least and not too_many
    says = f"{_times(len(found))}: {wanted}"
    if holds:
        return Verdict(holds=True, says=f"{says}.", found=found)
    says = f"{says}; expected {_expected(at_least, at_most)}."
    return Verdict(holds=False, says=says, found=found, near=() if too_many else _nearest(kept, wanted, wanted.after))


def verify_order(ring: ExchangeRing, wanted: Sequence[ExchangeFilter], *, strictly: bool = False) -> Verdict:
    """Whether exchanges fit one filter after the other; ``strictly``: with no other exchange between.

    *Raises* :class:`NoLongerKeptError` where only what is lost could tell.
    """
    kept = ring.all()
    found = _consecutive(kept, wanted) if strictly else _in_order(kept, wanted)
    if len(found) == len(wanted):
        return Verdict(holds=True, says=f"All {len(wanted)} in this order.", found=found)
    missing = wanted[len(found)]
    if ring.lost > min(each.after for each in wanted):
        raise NoLongerKeptError(ring.lost)
    after = max(found[-1].number if found else 0, missing.after)
    where = (
        f" right after number {found[-1].number}" if strictly and found else f" after number {after}" if after else ""
    )
    says = f"{len(found)} of {len(wanted)} in this order; then nothing{where} is: {missing}."
    return Verdict(holds=False, says=says, found=found, near=_nearest(kept, missing, after))


def _in_order(kept: Sequence[Exchange], wanted: Sequence[ExchangeFilter]) -> tuple[Exchange, ...]:
    """The earliest exchanges that fit, as far as the order goes."""
    found: list[Exchange] = []
    for exchange in kept:
        if len(found) < len(wanted) and wanted[len(found)].fits(exchange):
            found.append(exchange)
    return tuple(found)


def _consecutive(kept: Sequence[Exchange], wanted: Sequence[ExchangeFilter]) -> tuple[Exchange, ...]:
    """The first longest run of exchanges in a row that fits from the first filter on."""
    best: tuple[Exchange, ...] = ()
    for begin in range(len(kept)):
        run: list[Exchange] = []
        for exchange, each in zip(kept[begin:], wanted, strict=False):
            if not each.fits(exchange):
                break
            run.append(exchange)
        if len(run) > len(best):
            best = tuple(run)
    return best


def _nearest(
    kept: Sequence[Exchange], wanted: ExchangeFilter, after: int
) -> tuple[tuple[Exchange, tuple[str, ...]], ...]:
    """Those that differ in the fewest parts, the latest first."""
    differing = [(each, wanted.differences(each)) for each in kept if each.number > after]
    differing = [(each, parts) for each, parts in differing if parts]
    return tuple(sorted(differing, key=lambda pair: (len(pair[1]), -pair[0].number))[:MOST_NEAR])


def _expected(at_least: int, at_most: int | None) -> str:
    if at_most == 0:
        return "never"
    if at_least == at_most:
        return _times(at_least)
    if at_most is None:
        return f"at least {_times(at_least)}"
    return f"at most {_times(at_most)}" if at_least == 0 else f"{at_least} to {_times(at_most)}"


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")
