"""Which HTTP exchanges somebody means, and whether a client has asked what it should have asked. Looking changes nothing.

Paths may be patterns: ``*`` and ``{name}`` stand for a part of a segment, at least one character the latter, and ``**`` for
anything. Matching looks for each piece of text once in each segment and never goes back beyond it, so that no pattern,
however hostile, takes longer than the path is long for each of its pieces. Exchanges that are no longer kept make a wrong
verdict possible; then there is none. It must never know what an exchange did to its world.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from mockserver.engine.exchanges import Exchange, ExchangeRing
from mockserver.foundation.patterns import whole

_WILDCARD = re.compile(r"\{[A-Za-z_][A-Za-z0-9_]*\}|\*")


@dataclass(frozen=True, slots=True)
class _Piece:
    """At least ``gap`` characters of one segment, then a text; ``gap`` is ``None`` where the text follows at once."""

    gap: int | None
    text: str


_Pieces = Sequence[_Piece]


class PathPattern:
    """A pattern, read once. Parts between two ``**`` are found one after the other, each at its first place."""

    __slots__ = ("_first", "_last", "_middle")

    def __init__(self, pattern: str) -> None:
        first, *rest = pattern.split("**")
        self._first = _pieces(first)
        self._middle = [_pieces(part) for part in rest[:-1] if part]
        # Read backwards, the last part is one at whose beginning there is nothing before it.
        self._last = _pieces(rest[-1], backwards=True) if rest else None

    def fits(self, path: str) -> bool:
        """Whether the pattern means the path."""
        at = _end_at(self._first, path, 0)
        if self._last is None:
            return _fits_whole(self._first, path)
        if at is None:
            return False
        for part in self._middle:
            at = _end_from(part, path, at)
            if at is None:
                return False
        taken = _end_at(self._last, path[: at - 1 if at else None : -1], 0)
        return taken is not None


def _pieces(part: str, *, backwards: bool = False) -> _Pieces:
    """The texts of a part with what stands before each; wildcards side by side are one."""
    gaps: list[int | None] = [None]
    texts = [""]
    at = 0
    for found in _WILDCARD.finditer(part):
        text, least = part[at : found.start()], int(found[0] != "*")
        texts[-1] += text
        if texts[-1] or gaps[-1] is None:
            gaps.append(least)
            texts.append("")
        else:
            gaps[-1] += least
        at = found.end()
    texts[-1] += part[at:]
    if not backwards:
        return [_Piece(gap, text) for gap, text in zip(gaps, texts, strict=True)]
    around = [*gaps[1:][::-1]]
    return [_Piece(gap, text[::-1]) for gap, text in zip([None, *around], texts[::-1], strict=True)]


def _end_at(pieces: _Pieces, path: str, at: int) -> int | None:
    """Where the pieces end at the earliest, if they begin there."""
    for piece in pieces:
        if piece.gap is None:
            if not path.startswith(piece.text, at):
                return None
            at += len(piece.text)
            continue
        segment_ends = path.find("/", at)
        last = len(path) if segment_ends < 0 else segment_ends
        found = path.find(piece.text, at + piece.gap, last + len(piece.text))
        if found < 0 or at + piece.gap > last:
            return None
        at = found + len(piece.text)
    return at


def _end_from(pieces: _Pieces, path: str, at: int) -> int | None:
    """Where the pieces end at the earliest, if they begin there or later.

    Where they do not fit from one place, they do not from any later one in the same segment.
    """
    text = pieces[0].text
    while (start := path.find(text, at)) >= 0:
        end = _end_at(pieces, path, start)
        if end is not None:
            return end
        slash = path.find("/", start)
        if slash < 0:
            return None
        at = slash + 1
    return None


def _fits_whole(pieces: _Pieces, path: str) -> bool:
    """Whether the pieces are the path from its first character to its last."""
    *leading, final = pieces
    at = _end_at(leading, path, 0)
    if at is None or not path.endswith(final.text):
        return False
    if final.gap is None:
        return path[at:] == final.text
    between = path[at : len(path) - len(final.text)]
    return len(path) - len(final.text) - at >= final.gap and "/" not in between


STATUS_PATTERN = whole("[1-5](xx|[0-9][0-9])|0")
"""A status, a class of them such as ``4xx``, or ``0`` for a request whose connection was dropped before it had any effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFilter:
    """What must be so of an exchange; what is ``None`` does not matter.

    ``path`` is one without its query, in which ``*`` and ``{name}`` stand for a segment or a part of one and ``**`` for anything;
    ``status`` is as in :data:`STATUS_PATTERN`; ``order`` is an order's identifier; ``after``: only later ones than that number.
    """

    method: str | None = None
    path: str | None = None
    status: str | None = None
    rule: str | None = None
    fault: bool | None = None
    order: str | None = None
    after: int = 0

    def fits(self, exchange: Exchange) -> bool:
        """Whether the exchange is meant."""
        return exchange.number > self.after and next(self._differences(exchange), None) is None

    def differences(self, exchange: Exchange) -> tuple[str, ...]:
        """What keeps the exchange from being meant, part by part, in words; its number does not."""
        return tuple(self._differences(exchange))

    def _differences(self, exchange: Exchange) -> Iterator[str]:
        path = exchange.target.partition("?")[0]
        if self.method is not None and exchange.method != self.method:
            yield f"method is {exchange.method}, not {self.method}"
        if self.path is not None and not _pattern(self.path).fits(path):
            yield f"path is {path}, not {self.path}"
        if self.status is not None and not _has_status(exchange.status, self.status):
            yield f"status is {exchange.status}, not {self.status}"
        if self.rule is not None and exchange.rule != self.rule:
            yield f"rule is {exchange.rule or 'none'}, not {self.rule}"
        if self.fault is not None and (exchange.fault is not None) is not self.fault:
            yield f"fault is {exchange.fault or 'none'}"
        if self.order is not None and order_in(path) != self.order:
            yield f"order is {order_in(path) or 'none'}, not {self.order}"

    def __str__(self) -> str:
        """The filter in words, for people."""
        parts = [part for part in (self.method, self.path) if part is not None]
        parts += [
            f"{name} {value}"
            for name, value in (("status", self.status), ("rule", self.rule), ("order", self.order))
            if value is not None
        ]
        parts += [] if self.fault is None else ["with a fault" if self.fault else "without a fault"]
        parts += [f"after number {self.after}"] if self.after else []
        return ", ".join(parts) or "any exchange"


def order_in(path: str) -> str | None:
    """The identifier of the order that a path of imin's API names."""
    before, found, after = path.partition("/api/v2/orders/")
    return unquote(after.partition("/")[0]) or None if found and not before else None


def _has_status(status: int, wanted: str) -> bool:
    return str(status)[0] == wanted[0] if wanted.endswith("xx") else str(status) == wanted


_pattern = lru_cache(maxsize=256)(PathPattern)


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
