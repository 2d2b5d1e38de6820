"""From the ``X-API-KEY`` header to a world, or to the answer that says why there is none. A refused key is never repeated.

Whatever else a client sent, no answer repeats what looks like the key of the real imin, whichever face answers.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from mockserver.domain.readings import ReadingName
from mockserver.domain.rules import Rule
from mockserver.engine.keys import KeyRefusedError
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.registry import UnreadableScenarioError, Worlds
from mockserver.foundation.outgoing_text import bytes_without_live_keys
from mockserver.scenario.faults import ScenarioFaults
from mockserver.web.answers import Answer, Headers, Message, Send, json_answer, mock_fault

TWO_KEYS = b"\x00"
"""What stands for a request with two different keys: no key can be this."""

WORLD_HEADER = b"x-imin-mock-world"
"""What an answer carries whose world lags behind its clock, or has begun again since its key was last used."""

Refuse = Callable[[Rule, str], Answer]
"""How a face refuses a key: by which rule, and why in words."""

_CHALLENGE = [(b"www-authenticate", b'Key realm="imin-mock"')]


def one_key(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The key of a request, however often it says it: the same key twice is one key."""
    keys = {value for name, value in headers if name == b"x-api-key"}
    return TWO_KEYS if len(keys) > 1 else next(iter(keys), b"")


def enter_world(worlds: Worlds, key: bytes, refuse: Refuse) -> LiveWorld | Answer:
    """The world that a key names, or the answer to give instead."""
    key = key.strip(b" \t")  # which the faster of uvicorn's parsers leaves
    if not key:
        return refuse(Rule.KEY_MISSING, "The request has no X-API-KEY header, or an empty one.")
    try:
        return worlds.enter(key.decode("ascii"))
    except UnicodeDecodeError:
        return refuse(Rule.KEY_REFUSED, "A key is written in ASCII.")
    except KeyRefusedError as refusal:
        return refuse(Rule.KEY_REFUSED, str(refusal))
    except ScenarioFaults as faults:
        return _faulty("\n".join(str(fault) for fault in faults.faults))
    except UnreadableScenarioError as error:
        return _faulty(str(error))


def with_word_of_world(answer: Answer, live_world: LiveWorld) -> Answer:
    """The answer with what there is to say of its world: that it is an evil twin, and, once, what has become of it."""
    if live_world.twin is not None:
        from mockserver.web.twin_answers import loud

        answer = loud(answer, live_world.twin)
    if live_world.notice is None:
        return answer
    notice, live_world.notice = live_world.notice, None
    return replace(answer, headers=[*answer.headers, (WORLD_HEADER, notice)])


def refused_by_imin(worlds: Worlds) -> Refuse:
    """How imin refuses a key, in the form of the server's reading. Whatever the form, the header says that it is ours."""
    form = worlds.readings.get(ReadingName.REFUSED_KEY, "problem")

    def refuse(rule: Rule, detail: str) -> Answer:
        if form == "problem":
            hint = f"{detail} The page at / lists the keys of this server."
            return mock_fault(FAULT_OF_RULE[rule], 401, "This key names no world", hint, rule=rule, headers=_CHALLENGE)
        status, value = _FORMS[form, rule]
        body = {**value, "description": detail} if "@type" in value else value
        return marked(json_answer(body, status, rule=rule, headers=list(_CHALLENGE) if status == 401 else None))

    return refuse


def marked(answer: Answer) -> Answer:
    """The refusal of a key in a form that a client may expect, with the header that says that it is the mock's."""
    assert answer.rule is not None
    answer.fault = FAULT_OF_RULE[answer.rule]
    answer.headers.append((b"x-imin-mock-fault", answer.fault.encode()))
    return answer


FAULT_OF_RULE = {Rule.KEY_MISSING: "key-missing", Rule.KEY_REFUSED: "key-refused"}
"""What ``X-Imin-Mock-Fault`` says."""

_NO_KEY, _UNKNOWN_KEY = Rule.KEY_MISSING, Rule.KEY_REFUSED
_FORMS: dict[tuple[str, Rule], tuple[int, dict[str, str]]] = {
    ("gateway", _NO_KEY): (401, {"message": "No API key found in request"}),
    ("gateway", _UNKNOWN_KEY): (401, {"message": "Unauthorized"}),
    ("gateway-403", _NO_KEY): (401, {"message": "No API key found in request"}),
    ("gateway-403", _UNKNOWN_KEY): (403, {"message": "Invalid authentication credentials"}),
    ("standard", _NO_KEY): (403, {"@context": "https://openactive.io/", "@type": "NoAPITokenError"}),
    ("standard", _UNKNOWN_KEY): (401, {"@context": "https://openactive.io/", "@type": "InvalidAPITokenError"}),
}
"""Status and body by the option of the reading and by what is wrong with the key."""


def _faulty(detail: str) -> Answer:
    return mock_fault("scenario-faulty", 500, "The scenario's file is faulty", detail)


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
