from mockserver.engine.exchanges import Exchange, ExchangeRing
from mockserver.foundation.limits import EXCHANGE_BYTES
from tests.making import EPOCH

PAGE = 10_000


def exchange(number: int, response_body: bytes, request_body: bytes = b"") -> Exchange:
    return Exchange(
        number=number, at=EPOCH, wall=EPOCH, took_us=1, method="GET", target="/", request_headers=(),
        request_body=request_body, status=200, rule=None, fault=None, response_headers=(), response_body=response_body,
    )  # fmt: skip


def held(ring: ExchangeRing) -> int:
    """The bytes of all bodies that the ring keeps from being freed."""
    kept = ring.latest(ring.kept)
    bodies = {id(body): len(body) for each in kept for body in (each.request_body, each.response_body)}
    return sum(bodies.values())


def test_a_ring_of_exchanges_with_large_answers_holds_fewer_of_them() -> None:
    ring = ExchangeRing(kept=50)
    for number in range(1_000):
        ring.add(exchange(number, b"%d" % (number % 10) * PAGE))
    assert 0 < held(ring) <= 50 * EXCHANGE_BYTES
    assert [each.number for each in ring.latest(2)] == [998, 999]
    assert ring.total == 1_000


def test_an_answer_that_is_repeated_counts_once() -> None:
    ring, page = ExchangeRing(kept=50), b"x" * PAGE
    for number in range(1_000):
        ring.add(exchange(number, page))
    assert len(ring.latest(1_000)) == 50


def test_large_requests_are_bounded_like_large_answers() -> None:
    ring = ExchangeRing(kept=50)
    for number in range(1_000):
        ring.add(exchange(number, b"", request_body=b"%d" % (number % 10) * PAGE))
    assert 0 < held(ring) <= 50 * EXCHANGE_BYTES


def test_one_exchange_is_kept_however_large_it_is() -> None:
    ring = ExchangeRing(kept=1)
    ring.add(exchange(1, b"x" * PAGE))
    assert [each.number for each in ring.latest(1)] == [1]


def test_a_cleared_ring_has_room_again() -> None:
    ring = ExchangeRing(kept=50)
    for number in range(10):
        ring.add(exchange(number, b"%d" % number * PAGE))
    ring.clear()
    for number in range(10):
        ring.add(exchange(number, b"%d" % number * PAGE))
    assert len(ring.latest(50)) == 10
