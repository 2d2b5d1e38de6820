"""Which HTTP exchanges somebody means: by method, path, status, rule, fault, order and number, all of which must fit.

It knows what stands in an exchange. It must never know what an exchange did to its world.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from mockserver.engine.exchanges import Exchange
from mockserver.engine.path_pattern import PathPattern
from mockserver.patterns import whole

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
