"""The ceiling: the least that Starlette and uvicorn cost. It gives ready bytes, keeps nothing and knows nothing of the mock.

It runs on the same uvicorn flags and the same garbage collector's settings as ``imin-mock serve``, and says its address in the
same way, so that the difference between the two is what the mock does, and nothing else.
"""

import asyncio
import gc
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def make_app(page: bytes) -> Starlette:
    """A listing that is ``page``, and a PATCH that reads its body and says 204."""

    async def listing(_: Request) -> Response:
        return Response(page, media_type="application/json")

    async def cancel(request: Request) -> Response:
        await request.body()
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/api/v2/order-items", listing),
            Route("/api/v2/orders/{identifier}", cancel, methods=["PATCH"]),
        ]
    )


def main() -> None:
    """Serve the bytes of the file that the command line names, on a free port."""
    app = make_app(Path(sys.argv[1]).read_bytes())
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
    )
    print(f"IMIN_MOCK_URL=http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listener]))


if __name__ == "__main__":
    main()
