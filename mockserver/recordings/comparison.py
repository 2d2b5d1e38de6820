"""In what two answers differ: byte by byte but for volatile headers, or, between imin and the mock, by the drift rules.

It must never know how the answers came about.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.exchange_files.bodies import Kept
from mockserver.exchange_files.lenient_json import json_bytes, json_of
from mockserver.exchange_files.session import RecordedExchange, origin_in
from mockserver.recordings.drift_rules import STATUS, DriftRule, How, rule_for

VOLATILE_HEADERS = frozenset(
    {"age", "connection", "content-encoding", "content-length", "date", "etag", "keep-alive", "server", "transfer-encoding",
     "vary", "via", "x-request-id"}
)  # fmt: skip
"""What a server or a proxy adds on the way, or what follows from the rest."""

MOST_DIFFERENCES = 12

_ADDRESS = re.compile(rb"https?://[^/\"\s]+(?=/api/v2/)")


def differences(was: RecordedExchange, now: RecordedExchange, *, headers: bool = True) -> list[str]:
    """Everything in which the answers differ, in words; of very many, the first ones. ``headers``: in these too."""
    found = list(_differences(was, now, headers=headers))
    more = len(found) - MOST_DIFFERENCES
    return found if more <= 0 else [*found[:MOST_DIFFERENCES], f"and {more} more"]


def _differences(was: RecordedExchange, now: RecordedExchange, *, headers: bool) -> Iterator[str]:
    if was.status != now.status:
        yield f"status: {was.status}, now {now.status}"
    if headers:
        if was.rule != now.rule:
            yield f"rule: {was.rule or 'none'}, now {now.rule or 'none'}"
        if was.fault != now.fault:
            yield f"fault: {was.fault or 'none'}, now {now.fault or 'none'}"
        old, new = _kept(was), _kept(now)
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                yield f"header {name}: {old.get(name, 'none')}, now {new.get(name, 'none')}"
    if was.answered is not Kept.WHOLE:
        return
    before, after = _ADDRESS.sub(b"", was.response_body), _ADDRESS.sub(b"", now.response_body)
    if before == after:
        return
    old_value, new_value = json_of(before), json_of(after)
    if old_value is None or new_value is None:
        yield f"body: {_short(before)}, now {_short(after)}"
        return
    places = list(_places(old_value, new_value, "body"))
    yield from places or ["body: the same JSON in other bytes"] if headers else places


def _kept(taken: RecordedExchange) -> dict[str, str]:
    own = {"x-imin-mock-rule", "x-imin-mock-fault"}
    return {name: value for name, value in taken.response_headers if name not in VOLATILE_HEADERS | own}


def _places(was: Any, now: Any, path: str) -> Iterator[str]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in [*was, *(key for key in now if key not in was)]:
            if key not in now:
                yield f"{path}.{key}: {_show(was[key])}, now missing"
            elif key not in was:
                yield f"{path}.{key}: missing, now {_show(now[key])}"
            else:
                yield from _places(was[key], now[key], f"{path}.{key}")
    elif isinstance(was, list) and isinstance(now, list):
        if len(was) != len(now):
            yield f"{path}: {len(was)} entries, now {len(now)}"
        for index, (old, new) in enumerate(zip(was, now, strict=False)):
            yield from _places(old, new, f"{path}[{index}]")
    elif was != now or type(was) is not type(now):
        yield f"{path}: {_show(was)}, now {_show(now)}"


def _show(value: Any, most: int = 100) -> str:
    text = json_bytes(value).decode()
    return text if len(text) <= most else text[: most - 3] + "..."


def _short(body: bytes) -> str:
    return f"{len(body)} bytes {body[:60]!r}" if body else "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference between imin and the mock. ``mocks_rule`` is the rule that the mock's own answer names."""

    request: str
    position: int
    place: str
    imin: str
    mock: str
    rule: DriftRule
    mocks_rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How answers are compared: with which rules, and what the mock calls the recorded identifiers."""

    own: Sequence[DriftRule]
    names: Mapping[str, str]

    def drifts(self, position: int, imins: RecordedExchange, mocks: RecordedExchange) -> list[Drift]:
        """Every difference between two answers to one request."""
        return [
            Drift(
                request=f"{imins.method} {imins.target}",
                position=position,
                place=place,
                imin=one,
                mock=other,
                rule=rule,
                mocks_rule=mocks.rule,
            )
            for place, one, other, rule in self._found(imins, mocks)
        ]

    def _found(self, imins: RecordedExchange, mocks: RecordedExchange) -> Iterator[tuple[str, str, str, DriftRule]]:
        if imins.status != mocks.status:
            yield "the status", str(imins.status), str(mocks.status), STATUS
            return
        if imins.answered is not Kept.WHOLE:
            return
        one, other = json_of(imins.response_body), json_of(mocks.response_body)
        if one is None or other is None:
            said, says = _kind_of_body(imins.response_body, one), _kind_of_body(mocks.response_body, other)
            if said != says:
                yield "the body", said, says, rule_for("type", self.own)
            return
        yield from self._values(one, other, "", (imins.origin, mocks.origin))

    def _values(
        self, one: Any, other: Any, path: str, origins: tuple[str, str]
    ) -> Iterator[tuple[str, str, str, DriftRule]]:
        rule = rule_for(path, self.own)
        if rule.how is How.IGNORE:
            return
        if _type(one) != _type(other):
            yield path, _type(one), _type(other), rule
        elif isinstance(one, dict):
            for key in dict.fromkeys((*one, *other)):
                place = f"{path}.{key}" if path else key
                if key not in one or key not in other:
                    missing = rule_for(place, self.own)
                    if missing.how is not How.IGNORE:
                        yield (
                            place,
                            "there" if key in one else "missing",
                            "there" if key in other else "missing",
                            missing,
                        )
                else:
                    yield from self._values(one[key], other[key], place, origins)
        elif isinstance(one, list):
            yield from self._lists(one, other, path, origins, rule)
        elif rule.how is How.SAME and one != other:
            yield path, _show(one, 160), _show(other, 160), rule
        elif rule.how is How.ORIGIN and isinstance(one, str) and "/api/v2/" in one and "/api/v2/" in other:
            said, says = origin_in(one) == origins[0], origin_in(other) == origins[1]
            if said is not says:
                yield path, _origin(said), _origin(says), rule

    def _lists(
        self, one: list[Any], other: list[Any], path: str, origins: tuple[str, str], rule: DriftRule
    ) -> Iterator[tuple[str, str, str, DriftRule]]:
        mine, theirs = [self._named(each) for each in one], [_identifier(each) for each in other]
        if None not in (*mine, *theirs) and rule.how is How.SAME:
            if mine != theirs:
                yield path, _show(mine, 160), _show(theirs, 160), rule
            places = dict(zip(_told_apart(theirs), other, strict=True))
            pairs = [(each, places[key]) for each, key in zip(one, _told_apart(mine), strict=True) if key in places]
        else:
            if rule.how is How.SAME and len(one) != len(other):
                yield path, f"{len(one)} entries", f"{len(other)} entries", rule
            pairs = list(zip(one, other, strict=False))
        for each, another in pairs:
            yield from self._values(each, another, f"{path}[]", origins)

    def _named(self, value: Any) -> str | None:
        identifier = _identifier(value)
        return None if identifier is None else self.names.get(identifier, identifier)


def _told_apart(identifiers: Sequence[str | None]) -> Iterator[tuple[str | None, int]]:
    """Each with how often it stood before: items of two orders may have the same one."""
    stood: Counter[str | None] = Counter()
    for each in identifiers:
        yield each, stood[each]
        stood[each] += 1


def _identifier(value: Any) -> str | None:
    identifier = value.get("identifier") if isinstance(value, dict) else None
    return identifier if isinstance(identifier, str) else None


def _type(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _kind_of_body(body: bytes, value: Any) -> str:
    return "no body" if not body else "no JSON" if value is None else "JSON"


def _origin(is_called: bool) -> str:
    return "begins with the called address" if is_called else "begins with another address"
