"""A recording without secrets: only what is known to be harmless is kept, everything else is replaced, always by the same.

It happens before anything is compared, told or written, so that nothing can be told that was not scrubbed. It must never
know what a recording is compared with.
"""

import re
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

import msgspec

from mockserver.exchange_files.har import har_of
from mockserver.exchange_files.lenient_json import json_bytes, json_of
from mockserver.exchange_files.session import RecordedExchange, Session

KEPT_TEXTS = frozenset(
    {"@context", "type", "@type", "id", "@id", "identifier", "orderItemStatus", "startDate", "endDate", "orderDate",
     "dateCreated", "priceCurrency", "latestCancellationBeforeStartDate", "eventStatus", "orderIdentifier",
     "orderItemIdentifier", "first", "last", "next", "previous", "urlTemplate"}
)  # fmt: skip
"""Under these names a text is kept; e-mail addresses, customers and passwords within it are not."""
KEPT_NUMBERS = frozenset({"price", "imin:totalItems", "imin:currentPage", "imin:itemsPerPage", "imin:totalPages"})
PERSONAL = frozenset({"attendee", "broker", "customer", "accessPass", "accessCode", "accessChannel", "participant"})
"""Under these names nothing is kept but types."""
KEPT_REQUEST_HEADERS = frozenset({"content-type", "host"})
KEPT_RESPONSE_HEADERS = frozenset({"accept-patch", "allow", "content-type", "date", "retry-after"})
SCRUBBED = "scrubbed"

_TYPES = frozenset({"type", "@type"})
_EMAIL = re.compile(r"(?<![^\s@/?&=\"<>])[^\s@/?&=\"<>]+(?:@|%40)[^\s@/?&=\"<>]+", re.IGNORECASE)
_USER = re.compile(r"://[^/@\s\"]*@")
_QUERY = re.compile(r"([?&;])([^=&?;#\"\s]+)=([^&#\"\s]*)")
_PAGE = re.compile(r"[0-9]{1,9}|\{page\}")


@dataclass(slots=True)
class Scrubber:
    """What stands for what, in one recording: every customer and every text has one stand-in, whatever its place."""

    _customers: dict[str, str] = field(default_factory=dict)

    def session(self, session: Session) -> Session:
        """The session without secrets."""
        for each in session.exchanges:
            for name, value in parse_qsl(each.target.partition("?")[2], keep_blank_values=True):
                if name == "customerIdentifier" and value:
                    self._customer(value)
        return replace(session, exchanges=tuple(self._exchange(each) for each in session.exchanges))

    def _exchange(self, taken: RecordedExchange) -> RecordedExchange:
        return replace(
            taken,
            origin=_USER.sub("://", taken.origin),
            target=self._text(taken.target),
            headers=tuple(pair for pair in taken.headers if pair[0] in KEPT_REQUEST_HEADERS),
            body=self._body(taken.body),
            response_headers=tuple(pair for pair in taken.response_headers if pair[0] in KEPT_RESPONSE_HEADERS),
            response_body=self._body(taken.response_body),
            rule=None,
            fault=None,
            events=None,
        )

    def _body(self, body: bytes) -> bytes:
        if not body:
            return b""
        value = json_of(body)
        return SCRUBBED.encode() if value is None else json_bytes(self._value(value, ""))

    def _value(self, value: Any, name: str) -> Any:
        if isinstance(value, dict):
            if name in PERSONAL:
                return {
                    self._text(key): self._value(each, key if key in _TYPES else name) for key, each in value.items()
                }
            return {self._text(key): self._value(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._value(each, name) for each in value]
        if isinstance(value, str):
            return self._text(value) if name in KEPT_TEXTS else _stand_in(value)
        if isinstance(value, bool) or value is None:
            return value
        return value if name in KEPT_NUMBERS else type(value)(0)

    def _text(self, text: str) -> str:
        """A text that may stay, without the customers, addresses and passwords within it."""
        kept = _QUERY.sub(self._parameter, _USER.sub("://", text))
        for customer, stand_in in self._customers.items():
            for written in {customer, quote(customer, safe="")}:
                if len(written) > 3 and written in kept:
                    kept = re.sub(rf"(?<![\w-]){re.escape(written)}(?![\w-])", stand_in, kept)
        return _EMAIL.sub(lambda found: _stand_in(found[0]), kept)

    def _parameter(self, found: re.Match[str]) -> str:
        before, name, value = found.groups()
        if name == "customerIdentifier" and value:
            return f"{before}{name}={self._customer(unquote(value.replace('+', ' ')))}"
        return f"{before}{name}={value if name == 'page' and _PAGE.fullmatch(value) else _stand_in(value)}"

    def _customer(self, identifier: str) -> str:
        if identifier in self._customers.values():
            return identifier
        return self._customers.setdefault(identifier, f"customer-{len(self._customers) + 1}")


def _stand_in(text: str) -> str:
    """What stands for a text: always the same for the same, and nothing for nothing."""
    return f"{SCRUBBED}-{sha256(text.encode('utf-8', 'replace')).hexdigest()[:6]}" if text else ""


def written_har(session: Session) -> bytes:
    """The scrubbed session as a HAR file, to be kept and compared again."""
    return msgspec.json.format(msgspec.json.encode(har_of(session, "imin-mock drift")), indent=1) + b"\n"
