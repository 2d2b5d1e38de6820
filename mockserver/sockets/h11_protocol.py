"""uvicorn's protocol over h11, where httptools is not installed, with what it leaves undone.

It ignores offers of an upgrade already, and keeps a head bounded that comes in pieces.
"""

import sys
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol

from mockserver.sockets.refusals import Parting, PatientTransport, head_too_large, not_http, with_bounded_heads
from mockserver.web.answers import Answer


class PatientH11Protocol(Parting, H11Protocol):
    """One connection."""

    app: Any  # uvicorn's words and ours for the same
    cycle: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.app = with_bounded_heads(self.app)

    def data_received(self, data: bytes) -> None:
        if self.deafness is not None:
            self.deafness.feed_data(data)
            return
        super().data_received(data)
        cycle = self.cycle
        if cycle is not None and cycle.more_body and not isinstance(cycle.transport, PatientTransport):
            cycle.transport = PatientTransport(self)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: an offer may be ignored (RFC 9110 7.8)."""

    def send_400_response(self, msg: str) -> None:
        """Answer bytes that are not a request, and read no more."""
        error = sys.exception()
        too_large = getattr(error, "error_status_hint", 400) == 431
        self._refuse(head_too_large() if too_large else not_http(str(error or msg)))

    def _refuse(self, answer: Answer) -> None:
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return self.transport.abort()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        start = h11.Response(status_code=answer.status, headers=answer.headers, reason=STATUS_PHRASES[answer.status])
        for event in (start, h11.Data(data=answer.body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        return self.part()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Whether the connection stays open for what we have to say: a client may be done asking and still want its answer."""
        cycle = self.cycle
        waits = cycle is not None and not (cycle.response_complete or cycle.more_body)
        if waits:
            cycle.keep_alive = False
        return waits
