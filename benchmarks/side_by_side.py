"""The mock and the ceiling side by side, the ceiling with the very bytes that the mock gives."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bookings import NAME, folder_of
from benchmarks.measuring import request, run_load
from benchmarks.serving import Served, ceiling_command, mock_command, serving

FIRST_PAGE = "/api/v2/order-items?customerIdentifier=asha-0&page=1"


@contextmanager
def page_file(mock: Served, target: str, key: str) -> Iterator[Path]:
    """A file with what the mock answers, for the ceiling to give."""
    status, body = mock.ask("GET", target, key=key)
    if status != 200:
        raise RuntimeError(f"The mock answered {status}: {body[:500]!r}")
    with TemporaryDirectory() as folder:
        page = Path(folder, "page.json")
        page.write_bytes(body)
        yield page


@contextmanager
def mock_of(text: str, *flags: str) -> Iterator[Served]:
    """The mock with the scenario of this text among its own."""
    with folder_of(text) as folder, serving(mock_command("--scenarios", str(folder), *flags)) as mock:
        yield mock


@contextmanager
def mock_and_ceiling(text: str) -> Iterator[tuple[Served, Served]]:
    """Both servers at once; the world of the scenario's own key is made already."""
    with ExitStack() as stack:
        mock = stack.enter_context(mock_of(text))
        page = stack.enter_context(page_file(mock, FIRST_PAGE, NAME))
        yield mock, stack.enter_context(serving(ceiling_command(page)))


def warm_up(server: Served) -> None:
    """A thousand listings and a thousand cancellations in a world of their own: Python's first runs of any code are slower."""
    body = b'{"orderIdentifier":"none","orderItemIdentifier":"none"}'
    key = f"{NAME}@warm-up"
    listing, refused = request("GET", FIRST_PAGE, key=key), request("PATCH", "/api/v2/orders/none", key=key, body=body)
    run_load(server, [listing, refused], expect="200 204 404", times=1_000)
