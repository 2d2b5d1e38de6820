"""Looking into a world of a mock in this process: what its model holds, without a request that could change it."""

from mockserver.engine.live_world import LiveWorld
from mockserver.testing.channels import InProcess
from mockserver.testing.errors import MockError
from mockserver.testing.world import World


def live_world_of(world: World) -> LiveWorld:
    """The life of the world, up to date. *Raises* :class:`MockError` for a world of a mock that runs elsewhere."""
    channel = world.channel
    if not isinstance(channel, InProcess):
        raise MockError("Only a mock in this process can be looked into; make one with Mock() instead of Mock.at(...).")
    live_world = channel.server.worlds.find(world.api_key)
    live_world.catch_up()
    return live_world
