"""uvicorn's protocol over httptools, with what it leaves undone: offers of an upgrade, limits of a head, answers that arrive.

The parser (llhttp) takes a request that offers an upgrade for the last one of its connection and leaves its body unread. But an
offer may be ignored, and then the request counts in full (RFC 9110 7.8): its head is read once more, without the offer.

An honest request pays for a few comparisons. What is rare is looked at when it has happened.
"""

import logging
from typing import Any

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.foundation.limits import HEAD_BYTES, HEADERS, TARGET_BYTES
from mockserver.sockets.refusals import (
    Deafness,
    Parting,
    PatientTransport,
    answering,
    head_too_large,
    no_proxy,
    not_http,
    target_too_long,
    with_bounded_heads,
)
from mockserver.web.answers import Answer

_HARMLESS_BYTES = min(4 * HEADERS, HEAD_BYTES)
"""So few bytes cannot hold too many headers, of which the shortest has four, nor too large ones."""

_REASONS_TO_STOP = (httptools.HttpParserUpgrade, httptools.HttpParserError)

_IN_ITS_PLACE = b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n"
"""A request that stands for one which cannot be read, so that its answer comes in its turn."""


class PatientHttpToolsProtocol(Parting, HttpToolsProtocol):
    """One connection.

    ``head``: how many bytes have come of a head, or of what may follow a chunked body, that is not complete yet. ``beside``:
    what comes now belongs to no body.
    """

    head = 0
    beside = False
    parser: Any  # which Deafness takes the place of
    app: Any  # uvicorn's words and ours for the same
    cycle: Any
    scope: Any

    def data_received(self, data: bytes) -> None:
        timer = self.timeout_keep_alive_task
        if timer is not None:
            timer.cancel()
            self.timeout_keep_alive_task = None
        if self.head or len(data) > _HARMLESS_BYTES:
            self._read_warily(data)
        else:
            try:
                self.parser.feed_data(data)
            except _REASONS_TO_STOP as reason:
                self._go_on(memoryview(data), reason)
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.scope is not self.scope:
            self._note_unfinished()

    def _go_on(self, unread: memoryview, reason: Exception | None) -> None:
        """Parse the rest of the bytes after the parser has stopped, or all of them where it has no reason to."""
        while True:
            try:
                if isinstance(reason, httptools.HttpParserUpgrade):
                    if self.parser.get_method() == b"CONNECT":
                        return self._refuse(no_proxy())
                    unread = unread[reason.args[0] :]
                    self._read_without_offer()
                elif reason is not None:
                    return self._refuse(_explain(reason))
                self.parser.feed_data(unread)
            except _REASONS_TO_STOP as another:
                reason = another
            else:
                return None

    def _read_warily(self, data: bytes) -> None:
        """The same for bytes that may belong to a head over the limit."""
        app, head, scope, headers = self.app, self.head, self.scope, self.headers
        self.app = with_bounded_heads(app)
        self.head = 0
        try:
            self._go_on(memoryview(data), None)
        finally:
            self.app = app
        if self.scope is scope and self.headers is headers:
            self.head = head + len(data)  # all of it belongs to what has been read before, unless a body has come

    def _note_unfinished(self) -> None:
        """A request has not come to its end with these bytes."""
        if self.deafness is not None or self.scope is None:
            return
        cycle = self.cycle
        if cycle is None or cycle.scope is not self.scope:
            self.head = self.head or len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) + 1
        else:
            self.head = (self.head or 1) if self.beside else 0
            if not isinstance(cycle.transport, PatientTransport):
                cycle.transport = PatientTransport(self)
        if len(self.url) > TARGET_BYTES:
            self._refuse(target_too_long())
        elif self.head > HEAD_BYTES:
            self._refuse(head_too_large())

    def _should_upgrade(self) -> bool:
        """Keep the parent from beginning a request that offers an upgrade: it is not read yet."""
        return True

    def _read_without_offer(self) -> None:
        """Read the head once more without what made the parser stop; the parser then goes on with the body."""
        said = self.headers
        head = [b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        head += [b"%b: %b\r\n" % header for header in said if header[0] != b"upgrade"]
        self.parser = self._make_parser()
        self.parser.feed_data(b"".join((*head, b"\r\n")))
        self.headers[:] = said  # what is seen of the request is what was sent

    def _make_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as the parent has it
        return parser

    def _refuse(self, answer: Answer) -> None:
        """Give this answer in the place of a request that cannot be read, after those before it, and read no more."""
        cycle = self.cycle
        if cycle is not None and cycle.more_body and not cycle.response_complete:  # it breaks off in its body
            if self.pipeline and self.pipeline[0][0] is cycle:
                self.pipeline.popleft()
            elif cycle.response_started:
                return self.transport.abort()
            else:
                cycle.disconnected = True
                cycle.message_event.set()
                self.cycle = None
        self.parser = self._make_parser()
        app, self.app = self.app, answering(answer)
        self.parser.feed_data(_IN_ITS_PLACE)
        self.app = app
        self.cycle.access_log = False
        self.cycle.transport = PatientTransport(self)
        return self.go_deaf()

    def part(self) -> None:
        self.pipeline.clear()
        super().part()

    def go_deaf(self) -> None:
        self.parser = self.deafness = Deafness(self)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Whether the connection stays open for what we have to say: a client may be done asking and still want its answer."""
        cycle = self.cycle
        waits = cycle is not None and not (cycle.response_complete or cycle.more_body) and cycle.scope is self.scope
        if waits:
            cycle.keep_alive = False
        return waits

    def on_body(self, body: bytes) -> None:
        """Note a piece of the body; one that comes after the answer goes by."""
        cycle = self.cycle
        self.beside = False
        if not cycle.response_complete:
            cycle.body += body
            if len(cycle.body) > HIGH_WATER_LIMIT:
                self.flow.pause_reading()
            cycle.message_event.set()

    def on_chunk_header(self) -> None:
        """Keep what follows the body apart from the headers that stand before it (RFC 9110 6.5.1)."""
        self.headers = []
        self.beside = True


def _explain(error: Exception) -> Answer:
    """The answer to bytes that the parser does not take."""
    cause = error.__context__
    if not isinstance(error, httptools.HttpParserCallbackError):
        return not_http(str(error))
    if not isinstance(cause, UnicodeDecodeError | httptools.HttpParserInvalidURLError):
        logging.getLogger("imin-mock").error("A request could not be begun.", exc_info=cause)
    return not_http("Its target is not the path of an address")
