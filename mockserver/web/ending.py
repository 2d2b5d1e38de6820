"""What a client gets whose request is on its way when the server ends: an honest answer, or no answer, but never half of one."""

import asyncio
from typing import Any

from mockserver.web.answers import Send, mock_fault, send_answer


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
