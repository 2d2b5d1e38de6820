"""Work that may take long and touches no world, beside the event loop: meanwhile the loop answers other requests.

One piece of work at a time, so that many large bodies at once slow the loop down no more than one does. It must never know what
the work is.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakKeyDictionary

_Result = TypeVar("_Result")

_WORKERS: WeakKeyDictionary[asyncio.AbstractEventLoop, ThreadPoolExecutor] = WeakKeyDictionary()


async def settled(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """What returns the work's result, or raises what the work has raised; the work itself is over then."""
    loop = asyncio.get_running_loop()
    worker = _WORKERS.get(loop)
    if worker is None:
        worker = _WORKERS[loop] = ThreadPoolExecutor(max_workers=1, thread_name_prefix="imin-mock-background")
    future = loop.run_in_executor(worker, work)
    future.add_done_callback(_noted)
    await asyncio.wait([future])
    return future.result


def _noted(future: asyncio.Future[_Result]) -> None:
    """Whoever went away before the work was done leaves no complaint in the log that nobody has asked for its error."""
    if not future.cancelled():
        future.exception()
