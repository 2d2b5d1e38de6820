"""The mock in a container of its own, from pytest: `pip install testcontainers pytest`, and an image that is called imin-mock."""

import json
from collections.abc import Iterator
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

PORT = 4646


@pytest.fixture(scope="session")
def mock() -> Iterator[str]:
    """The address of a mock that is healthy. One is enough for all tests: each has a world of its own."""
    waiting = HttpWaitStrategy(PORT, "/__admin/health")
    with DockerContainer("imin-mock").with_exposed_ports(PORT).waiting_for(waiting) as container:
        yield f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}"


def test_asha_may_cancel_her_booking(mock: str) -> None:
    listed = Request(
        f"{mock}/api/v2/order-items?customerIdentifier=asha", headers={"X-API-KEY": f"happy-path@{uuid4()}"}
    )
    with urlopen(listed) as answer:
        (item,) = json.load(answer)["imin:item"]
    assert item["imin:isPresentlyCancellable"]
