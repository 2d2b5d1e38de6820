"""Canned answers that HTTP could not carry: the client would read them as something else, or not at all.

It reads the plain value and says nothing where it cannot tell, because something else is wrong there and reported.
"""

from collections.abc import Iterator, Mapping

from mockserver.domain.behaviour import BODILESS
from mockserver.scenario.faults import Finding, Path, show
from mockserver.scenario.names import mapping
from mockserver.scenario.references import places

WRITTEN_BY_THE_MOCK = frozenset(
    {
        *(
            "connection",
            "content-length",
            "date",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
        ),
        "upgrade",
    }
)
"""Headers that frame a message or belong to its connection, and the world's own ``Date``: a second one contradicts the first."""

BODY_WHERE_NONE_IS = "an answer with the status {} has no body"


def uncarriable(document: Mapping[str, object]) -> Iterator[Finding]:
    """Every canned answer that HTTP has no way to carry."""
    for state in (("always",), ("states", "*")):
        for path, respond in places(document, ("behaviour", *state, "imin", "api", "*", "+", "respond")):
            yield from _headers((*path, "headers"), mapping(mapping(respond).get("headers")))
            status, body = mapping(respond).get("status"), mapping(respond).get("body")
            if isinstance(status, int) and status in BODILESS and body not in (None, ""):
                yield Finding(path=(*path, "body"), message=BODY_WHERE_NONE_IS.format(status))


def _headers(path: Path, headers: Mapping[str, object]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for name in headers:
        if name.lower() in WRITTEN_BY_THE_MOCK:
            hint = "truncate_body and drop_connection break a message on purpose"
            yield Finding(path=(*path, name), message=f"the mock itself writes {name}", hint=hint, of_key=True)
        first = seen.setdefault(name.lower(), name)
        if first != name:
            yield Finding(path=(*path, name), message=f"the header {show(first)} stands here already", of_key=True)
