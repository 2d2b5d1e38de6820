"""The frame of every page: its head, its navigation, its style and script within it, and the policy that allows only those."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import HTMLResponse

from mockserver.engine.clock import wall_now
from mockserver.web.answers import FOR_NOBODY_ELSE, http_date
from mockserver.web.pages.markup import Markup, joined, tag

SITE = "imin-mock"
_HERE = Path(__file__).parent
NAVIGATION = {
    "/": "Home",
    "/docs": "Reference",
    "/docs/imin": "imin",
    "/docs/booking-system": "Booking System",
    "/docs/admin": "Control",
}


@cache
def _inline(name: str) -> tuple[Markup, str]:
    """A file of this folder as it stands in a page, and the source expression that allows it."""
    text = (_HERE / name).read_text(encoding="utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"


def page(title: str, *content: object, here: str, status: int = 200) -> HTMLResponse:
    """A whole page; ``here`` is its path, so that the navigation says where one is."""
    style, style_source = _inline("style.css")
    script, script_source = _inline("try_it.js")
    links = [
        tag("li", tag("a", name, href=path, aria_current="page" if path == here else None))
        for path, name in NAVIGATION.items()
    ]
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title if title == SITE else f"{title} - {SITE}"),
        tag("link", rel="icon", href="data:,"),
        tag("style", style),
    )
    body = (
        tag("a", "Skip to the content", class_="skip", href="#content"),
        tag("header", tag("nav", tag("ul", links), aria_label="Pages")),
        tag("main", tag("h1", title), content, id="content"),
        tag("script", script),
    )
    html = joined([Markup("<!doctype html>"), tag("html", tag("head", head), tag("body", body), lang="en-GB")])
    policy = (
        f"default-src 'none'; style-src {style_source}; script-src {script_source}; img-src data:; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response = HTMLResponse(html, status, {"content-security-policy": policy, "referrer-policy": "no-referrer"})
    response.raw_headers += [*FOR_NOBODY_ELSE, (b"date", http_date(wall_now()))]
    return response
