"""What is said and logged when something goes wrong that is not the client's doing."""

import logging

from mockserver.engine.rehearsal import EndlessWorkError, WorldFullError
from mockserver.web.answers import Answer, mock_fault

LOG = logging.getLogger("imin-mock")


def fault_of_ours(error: Exception) -> Answer:
    """The answer for an unexpected exception: a scenario that never rests, or a bug, whose traceback is logged."""
    if isinstance(error, WorldFullError):
        return mock_fault("world-full", 500, "The world is full", str(error))
    if isinstance(error, EndlessWorkError):
        return mock_fault("endless-scenario", 500, "The scenario never comes to rest", str(error))
    LOG.error("A bug of the mock: %s", type(error).__name__, exc_info=error)
    detail = f"{type(error).__name__} in the mock itself. Its log has the traceback; please report it."
    return mock_fault("bug", 500, "This is a bug of the mock", detail)
