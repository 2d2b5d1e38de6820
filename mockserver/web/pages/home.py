"""The page at ``/``: what this is, which keys there are and what can be asked with them, and the living worlds."""

from collections.abc import Iterable
from urllib.parse import quote, urlencode

from starlette.responses import HTMLResponse

import mockserver
from mockserver.engine.registry import Worlds
from mockserver.web.pages.catalogue import ListedScenario, ListedWorld, links, list_scenarios, list_worlds
from mockserver.web.pages.layout import SITE, page
from mockserver.web.pages.markup import Markup, tag

_PLACES = {"keys": "Keys", "worlds": "Living worlds", "addresses": "Addresses"}


def home_page(worlds: Worlds, address: str) -> HTMLResponse:
    """The whole page, for the address that was called."""
    scenarios = list(list_scenarios(worlds, address))
    return page(
        SITE,
        tag(
            "p",
            "A stateful, deterministic mock of imin's Booking API, and of the Booking System behind it. Version ",
            mockserver.__version__,
            ", at ",
            tag("code", address),
            ".",
        ),
        tag(
            "p",
            "Send a scenario's name as ",
            tag("code", "X-API-KEY"),
            "; the first use of a key makes its world. Append ",
            tag("code", "@"),
            " and a label of your own for a world that nobody else touches.",
        ),
        tag(
            "nav",
            tag("ul", [tag("li", tag("a", name, href=f"#{place}")) for place, name in _PLACES.items()]),
            aria_label="On this page",
        ),
        tag("h2", f"Keys ({len(scenarios)})", id="keys"),
        [_scenario(scenario) for scenario in scenarios] or tag("p", "There are no scenarios.", class_="soft"),
        _worlds(list_worlds(worlds)),
        tag("h2", "Addresses", id="addresses"),
        tag("ul", [tag("li", tag("a", name, href=url), " ", tag("code", url)) for name, url in links(address).items()]),
        here="/",
    )


def _scenario(scenario: ListedScenario) -> Markup:
    if scenario.faults:
        faulty = (tag("span", scenario.name, class_="key mono"), tag("span", "faulty", class_="bad"))
        return tag("details", tag("summary", faulty), tag("pre", "\n".join(scenario.faults), class_="bad"), open=True)
    known = ", ".join(each["identifier"] for each in scenario.customers)
    more = scenario.customers_in_all - len(scenario.customers)
    whom = f"{known} and {more:,} more" if more else known
    summary = (
        tag("span", scenario.name, class_="key mono"),
        tag("span", scenario.title),
        tag("span", whom, class_="soft mono", title="customerIdentifier"),
    )
    return tag(
        "details",
        tag("summary", summary),
        [tag("p", paragraph, class_="soft") for paragraph in scenario.about.split("\n\n") if paragraph.strip()],
        tag("h3", f"Customers ({scenario.customers_in_all:,})"),
        tag("ul", [tag("li", _customer(scenario, each)) for each in scenario.customers]),
        tag("h3", f"Orders ({scenario.orders_in_all:,})"),
        tag("ul", [tag("li", _order(scenario, each)) for each in scenario.orders]),
        tag("h3", "For a shell"),
        [tag("pre", line, tabindex="0") for line in scenario.curl],
        id=f"key-{scenario.name}",
    )


def _customer(scenario: ListedScenario, customer: dict[str, str]) -> Iterable[object]:
    asked = {"key": scenario.name, "customerIdentifier": customer["identifier"]}
    yield tag("code", customer["identifier"])
    yield f" {customer['name']}: "
    yield tag("a", "upcoming", href=_try("listUpcomingOrderItems", asked))
    yield ", "
    yield tag("a", "orders", href=_try("listOrders", asked))


def _order(scenario: ListedScenario, order: dict[str, str]) -> Iterable[object]:
    asked = {"key": scenario.name, "orderIdentifier": order["identifier"]}
    yield f"{order['name']} of {order['customer']}, "
    yield tag("code", ", ".join(order["items"]))
    yield ": "
    yield tag("a", order["identifier"], href=_try("getOrder", asked), class_="mono")


def _twin(world: ListedWorld) -> Iterable[Markup]:
    """A word of warning at an evil twin."""
    if world.twin is not None:
        yield tag("span", f" evil twin: {world.twin}", class_="bad")


def _try(operation: str, asked: dict[str, str]) -> str:
    """The operation in the reference, filled in."""
    return f"/docs/imin?{urlencode(asked)}#{operation}"


def _worlds(living: list[ListedWorld]) -> Iterable[Markup]:
    yield tag("h2", f"Living worlds ({len(living):,})", id="worlds")
    if not living:
        yield tag("p", "None yet.", class_="soft")
        return
    names = ("Key", "Its time", "Clock", "Events", "More")
    rows = [
        tag(
            "tr",
            tag("th", world.key, _twin(world), scope="row", class_="mono"),
            tag("td", world.now, class_="mono time"),
            tag("td", world.clock),
            tag("td", f"{world.events:,}"),
            tag("td", tag("a", "timeline", href=f"/__admin/worlds/{quote(world.key, safe='')}/timeline")),
        )
        for world in living
    ]
    head = tag("thead", tag("tr", [tag("th", name, scope="col") for name in names]))
    yield tag("div", tag("table", head, tag("tbody", rows)), class_="scroll", tabindex="0")
