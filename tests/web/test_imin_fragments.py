import msgspec
from whenever import Instant

from mockserver.domain.catalogue import Opportunity
from mockserver.domain.values import replace
from mockserver.foundation.limits import JSON_PIECES
from mockserver.web.imin_api.fragments import fragment
from mockserver.web.openactive import date_time
from tests.making import make_opportunity


def show(opportunity: object, word: str = "") -> dict[str, str]:
    return {"starts": date_time(opportunity.starts), "word": word}  # type: ignore[attr-defined]


def test_equal_opportunities_in_two_time_zones_each_show_their_own_offset() -> None:
    london = make_opportunity()
    paris = replace(london, starts=london.starts.to_tz("Europe/Paris"))
    assert london == paris
    assert msgspec.json.decode(fragment(show, london))["starts"].endswith("+01:00")
    assert msgspec.json.decode(fragment(show, paris))["starts"].endswith("+02:00")


def test_a_piece_is_made_once_for_the_same_values_and_anew_for_others() -> None:
    yoga = make_opportunity()
    assert fragment(show, yoga, "a") is fragment(show, yoga, "a")
    assert msgspec.json.decode(fragment(show, yoga, "b"))["word"] == "b"


def test_however_many_pieces_there_are_each_is_that_of_its_own_value() -> None:
    # Values that die at once would hand their identity on to the next one, if the pieces did not hold them.
    numbers = range(2 * JSON_PIECES + 10)
    shown = [msgspec.json.decode(fragment(timestamp, Instant.from_timestamp(number))) for number in numbers]
    assert shown == list(numbers)


def timestamp(instant: Instant) -> int:
    return int(instant.timestamp())


def test_a_piece_is_that_of_all_its_values() -> None:
    same = [make_opportunity(f"yoga-{nth}") for nth in range(9)]
    pieces = {bytes(fragment(names, *same))}
    for nth in range(9):
        pieces.add(bytes(fragment(names, *same[:nth], make_opportunity("spin"), *same[nth + 1 :])))
    assert len(pieces) == 10


def names(*opportunities: Opportunity) -> list[str]:
    return [each.name for each in opportunities]
