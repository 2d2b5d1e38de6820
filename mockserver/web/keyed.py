"""From the ``X-API-KEY`` header to a world, or to the answer that says why there is none. A refused key is never repeated."""

from dataclasses import replace

from mockserver.domain.rules import Rule
from mockserver.engine.keys import KeyRefusedError
from mockserver.engine.registry import UnreadableScenarioError, Worlds
from mockserver.engine.rehearsal import Rehearsal
from mockserver.scenario.faults import ScenarioFaults
from mockserver.web.answers import Answer, mock_fault
from mockserver.web.law_breaking import loud

TWO_KEYS = b"\x00"
"""What stands for a request with two different keys: no key can be this."""

WORLD_HEADER = b"x-imin-mock-world"
"""What an answer carries whose world lags behind its clock, or has begun again since its key was last used."""

_CHALLENGE = [(b"www-authenticate", b'Key realm="imin-mock"')]


def key_of(value: bytes, seen: bytes) -> bytes:
    """The key, where ``seen`` was read from an earlier header of the same request."""
    return value if not seen or seen == value else TWO_KEYS


def enter_world(worlds: Worlds, key: bytes) -> Rehearsal | Answer:
    """The world that a key names, or the answer to give instead."""
    key = key.strip(b" \t")  # which the faster of uvicorn's parsers leaves
    if not key:
        return _refused("key-missing", Rule.KEY_MISSING, "The request has no X-API-KEY header, or an empty one.")
    try:
        return worlds.enter(key.decode("ascii"))
    except UnicodeDecodeError:
        return _refused("key-refused", Rule.KEY_REFUSED, "A key is written in ASCII.")
    except KeyRefusedError as refusal:
        return _refused("key-refused", Rule.KEY_REFUSED, str(refusal))
    except ScenarioFaults as faults:
        return _faulty("\n".join(str(fault) for fault in faults.faults))
    except UnreadableScenarioError as error:
        return _faulty(str(error))


def with_word_of_world(answer: Answer, rehearsal: Rehearsal) -> Answer:
    """The answer with what there is to say of its world: that it is an evil twin, and, once, what has become of it."""
    if rehearsal.law_breaker is None and rehearsal.notice is None:
        return answer
    answer = loud(answer, rehearsal.law_breaker)
    if rehearsal.notice is None:
        return answer
    notice, rehearsal.notice = rehearsal.notice, None
    return replace(answer, headers=[*answer.headers, (WORLD_HEADER, notice)])


def _faulty(detail: str) -> Answer:
    return mock_fault("scenario-faulty", 500, "The scenario's file is faulty", detail)


def _refused(fault: str, rule: Rule, detail: str) -> Answer:
    hint = f"{detail} The page at / lists the keys of this server."
    return mock_fault(fault, 401, "This key names no world", hint, rule=rule, headers=_CHALLENGE)
