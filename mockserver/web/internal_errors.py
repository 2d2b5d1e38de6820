"""What is said, and logged, when something goes wrong that is not the client's doing: a bug, a full world, the server's end.

A client gets an honest answer, or no answer, but never half of one.
"""

import asyncio
import logging
from typing import Any

from mockserver.engine.live_world import EndlessWorkError, WorldFullError
from mockserver.web.answers import Answer, Send, mock_fault, send_answer

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


async def was_told_of_the_end(send: Send) -> bool:
    """Tell the client of a cancelled request that the server ends; false under a server that is not uvicorn.

    An answer that has begun cannot become another one: its connection is closed.
    """
    connection: Any = getattr(send, "__self__", None)
    has_begun = getattr(connection, "response_started", None)
    if has_begun is None:
        return False
    if has_begun or connection.transport.get_write_buffer_size():
        connection.transport.abort()
        await asyncio.sleep(0)  # in the next turn of its loop the server notices, and misses no answer any more
    else:
        detail = "The mock was told to stop before this request was answered. Nothing more has happened because of it."
        close = [(b"connection", b"close")]
        await send_answer(mock_fault("stopping", 503, "The mock has stopped", detail, headers=close), send)
    return True
