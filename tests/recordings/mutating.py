"""Valid recordings, damaged in every way: values that stand where others belong, members that are gone, bytes that are others."""

import json
from copy import deepcopy
from random import Random  # noqa: TID251 - seeded: the same damage every time
from typing import Any

ODD: list[Any] = [
    None, True, 3, -1, 2**70, 1e300, 0.5, "", "x", "\ud800", "\x1b]52;c;\x07", [], [[]], {}, {"a": {}}, ["x"], [None],
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "PT999999999H", "a" * 300, "happy-path", "0123456789abcdef" * 2,
]  # fmt: skip


def mutant(content: bytes, seed: int) -> bytes:
    """The recording with a few things in it that are otherwise; NDJSON stays NDJSON."""
    chance = Random(seed)
    if seed % 4 == 3:
        return _bent_bytes(content, chance)
    values = (
        [json.loads(line) for line in content.splitlines()]
        if content.startswith(b'{"world"')
        else [json.loads(content)]
    )
    for _ in range(chance.randint(1, 3)):
        _bend(chance.choice(values), chance)
    return b"\n".join(json.dumps(value).encode() for value in values)


def _bent_bytes(content: bytes, chance: Random) -> bytes:
    bent = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(bent))
        kind = chance.randrange(4)
        if kind == 0:
            del bent[at:]
            bent += b"{"
        elif kind == 1:
            bent[at] = chance.randrange(256)
        elif kind == 2:
            del bent[at : at + chance.randint(1, 40)]
        else:
            bent[at:at] = chance.choice([b"\xff", b"\n", b"}", b"NaN", b"\x00", b'"', b"[" * 2000])
    return bytes(bent)


def _bend(value: Any, chance: Random) -> None:
    """Go down a random way, and put something else in place of what is there; texts that are JSON are gone down into, too."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    if not keys:
        return
    key = chance.choice(keys)
    inner = value[key]
    if isinstance(inner, str) and inner.startswith(("{", "[")) and chance.random() < 0.7:
        told = json.loads(inner)
        _bend(told, chance)
        value[key] = json.dumps(told)
    elif isinstance(inner, dict | list) and inner and chance.random() < 0.85:
        _bend(inner, chance)
    elif chance.random() < 0.25:
        del value[key]
    else:
        value[key] = deepcopy(chance.choice(ODD))
