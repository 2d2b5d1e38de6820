"""Answers without live keys: whatever a client sent, no answer repeats what looks like the key of the real imin.

It must never know which face answers.
"""

from dataclasses import replace

from mockserver.foundation.outgoing_text import bytes_without_live_keys
from mockserver.web.answers import Answer, Headers, Message, Send


def keyless(answer: Answer) -> Answer:
    """The answer without live keys; the answer itself, as nearly always, if there is none in it."""
    body = bytes_without_live_keys(answer.body)
    return answer if body is answer.body else replace(answer, body=body, headers=_fitted(answer.headers, body))


def keyless_send(send: Send) -> Send:
    """What sends whole answers on, without live keys in their bodies and headers: for all that is not imin's own face."""
    start: Message | None = None

    async def send_on(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        if start is not None and message["type"] == "http.response.body":
            body: bytes = message.get("body", b"")
            without = bytes_without_live_keys(body)
            headers = [(name, bytes_without_live_keys(value)) for name, value in start["headers"]]
            await send({**start, "headers": headers if without is body else _fitted(headers, without)})
            start, message = None, {**message, "body": without}
        await send(message)

    return send_on


def _fitted(headers: Headers, body: bytes) -> Headers:
    length = b"%d" % len(body)
    return [(name, length if name == b"content-length" else value) for name, value in headers]
