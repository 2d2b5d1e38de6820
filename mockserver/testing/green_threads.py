"""Whether somebody has put green threads in the place of this process's threads and sockets, beside which no mock can listen.

It knows gevent and eventlet by what they say of themselves, and loads neither.
"""

import sys
from collections.abc import Callable
from typing import Any

_SAYS_SO: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "gevent": ("gevent.monkey", lambda it: it.is_module_patched("threading") or it.is_module_patched("socket")),
    "eventlet": ("eventlet.patcher", lambda it: it.is_monkey_patched("thread") or it.is_monkey_patched("socket")),
}


def patched_by() -> str | None:
    """Whose green threads they are; ``None`` where threads and sockets are the machine's own."""
    for name, (module, is_so) in _SAYS_SO.items():
        loaded = sys.modules.get(module)
        if loaded is not None and is_so(loaded):
            return name
    return None
