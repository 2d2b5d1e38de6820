from mockserver.engine.exchanges import Exchange, ExchangeRing
from tests.making import EPOCH


def exchange(number: int) -> Exchange:
    return Exchange(
        number=number, at=EPOCH, wall=EPOCH, took_us=1, method="GET", target="/", request_headers=(), request_body=b"",
        status=200, rule=None, fault=None, response_headers=(), response_body=b"",
    )  # fmt: skip


def test_the_latest_exchanges_are_kept_oldest_first_and_all_are_counted() -> None:
    ring = ExchangeRing(3)
    for number in range(5):
        ring.add(exchange(number))
    assert [each.number for each in ring.latest(2)] == [3, 4]
    assert [each.number for each in ring.latest(9)] == [2, 3, 4]
    assert ring.latest(0) == []
    assert ring.total == 5


def test_a_cleared_ring_goes_on_counting() -> None:
    ring = ExchangeRing(3)
    ring.add(exchange(1))
    ring.clear()
    assert (ring.latest(3), ring.total) == ([], 1)
