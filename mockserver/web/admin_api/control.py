"""What the control interface works on: the worlds, and the scenarios that more can be put beside."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from whenever import Instant

from mockserver.domain.rules import Rule
from mockserver.domain.twins import Twin
from mockserver.engine.keys import KeyRefusedError, parse_key
from mockserver.engine.live_world import LiveWorld
from mockserver.engine.registry import EvictedWorldError, Scenarios, UnknownScenarioError, UnknownWorldError, Worlds
from mockserver.scenario.provider_states import ProviderStates
from mockserver.web.operation import Call, RefusalError

if TYPE_CHECKING:
    from mockserver.scenario.scenario import Scenario


class ScenarioShelf(Scenarios, Protocol):
    """Scenarios that can be added to."""

    def give(self, scenario: "Scenario") -> None:
        """Add a scenario; it hides one of the same name. *Raises* ``TooManyScenariosError``."""

    def take_back(self, name: str) -> bool:
        """Forget a scenario that was added; False if none of the name was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The worlds and the scenarios of a server, and the provider states that stand for some of them."""

    worlds: Worlds
    shelf: ScenarioShelf
    states: ProviderStates

    def live_world_of(self, call: Call) -> LiveWorld:
        """The world that the path names, caught up. *Raises* :class:`RefusalError`."""
        live_world = self.find(call)
        live_world.catch_up()
        return live_world

    def find(self, call: Call) -> LiveWorld:
        """The world that the path names, as it was left; it counts as used.

        A key that nobody has used yet makes its world here too. A GET shows what would be made, and makes nothing.
        *Raises* :class:`RefusalError`.
        """
        key = call.path["key"]
        found = self._living(key)
        if found is not None:
            return found
        try:
            require_scenario(self, key)
            return self.worlds.imagine(key) if call.only_looks else self.worlds.enter(key)
        except KeyRefusedError as refusal:
            detail = f"{refusal} ({Rule.KEY_REFUSED.value})"
            raise RefusalError(404, "There is no such world", detail, rule=Rule.KEY_REFUSED) from None

    def find_used(self, call: Call) -> LiveWorld:
        """The world that the path names, if there is one already. *Raises* :class:`RefusalError`."""
        key = call.path["key"]
        found = self._living(key)
        if found is None:
            raise RefusalError(404, "There is no such world", _how_to_make(key))
        return found

    def _living(self, key: str) -> LiveWorld | None:
        try:
            self.worlds.find(key)
        except EvictedWorldError as error:
            raise RefusalError(404, "The world was evicted", str(error)) from None
        except UnknownWorldError:
            return None
        return self.worlds.enter(key)

    def twin_of(self, key: str | None) -> Twin | None:
        """The twin of the world with this key, if there is such a world and it has one."""
        try:
            return None if key is None else self.worlds.find(key).twin
        except UnknownWorldError:
            return None

    def present_of(self, key: str | None) -> Instant | None:
        """The present of the world with this key, if there is such a world."""
        try:
            return None if key is None else self.worlds.find(key).present()
        except UnknownWorldError:
            return None


def require_scenario(control: Control, key: str) -> None:
    """*Raises* :class:`RefusalError` if the key's scenario is not there, ``KeyRefusedError`` if it is no key."""
    try:
        control.shelf.find(parse_key(key).scenario)
    except UnknownScenarioError as error:
        detail = f"{error} GET /__admin/scenarios lists them."
        raise RefusalError(404, "There is no such scenario", detail, rule=Rule.KEY_REFUSED) from None


def world_url(key: str) -> str:
    """The path of a world."""
    return f"/__admin/worlds/{quote(key, safe='@~.:+=,-_')}"


def _how_to_make(key: str) -> str:
    try:
        parse_key(key)
    except KeyRefusedError as refusal:
        return f"{refusal} ({Rule.KEY_REFUSED.value})"
    return (
        f"No world has the key {key!r} yet, so that there is nothing to say of it."
        f' The first use of the key with imin\'s API makes it, or POST /__admin/worlds {{"key": "{key}"}}.'
    )
