"""A diagram coloured by a coverage report: what the report counted, and nothing that it did not."""

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from mockserver.bootstrap import build_server
from mockserver.cli.main import main
from mockserver.domain.commands import CancelBySeller, RequestCancellation
from mockserver.domain.values import OrderItemId
from mockserver.engine.coverage.report import plain
from mockserver.settings import Settings

STUBBORN = "stubborn-after-the-first-cancellation"


def diagram(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["diagram", *arguments])


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """What is counted when a Seller and a customer cancel, in a scenario without and in one with transitions."""
    worlds = build_server(Settings()).worlds
    for key in ("happy-path", STUBBORN):
        live_world = worlds.enter(key)
        order = next(iter(live_world.world.catalogue.orders.values()))
        first = OrderItemId(order.items[0].id)
        live_world.execute(RequestCancellation(order_id=order.id, item_ids=(first,)))
        live_world.until_quiet()
    happy = worlds.enter("happy-path@seller")
    order = next(iter(happy.world.catalogue.orders.values()))
    happy.execute(CancelBySeller(order_id=order.id))
    happy.until_quiet()
    assert worlds.coverage is not None
    path = tmp_path / "coverage.json"
    path.write_bytes(msgspec.json.encode(plain(worlds.coverage.report())))
    return path


def test_a_machine_shows_which_transitions_fired(report: Path) -> None:
    plainly, coloured = diagram(STUBBORN), diagram(STUBBORN, "--coverage", str(report))
    assert coloured.exit_code == 0
    assert "(met" not in plainly.output
    assert "(met " in coloured.output


def test_a_beginning_that_nothing_has_left_is_left_uncoloured(tmp_path: Path) -> None:
    worlds = build_server(Settings()).worlds
    worlds.enter(STUBBORN)
    assert worlds.coverage is not None
    path = tmp_path / "begun.json"
    path.write_bytes(msgspec.json.encode(plain(worlds.coverage.report())))
    text = diagram(STUBBORN, "--coverage", str(path)).output
    assert 'state "obliging" as' in text
    assert 'state "stubborn (never met)" as' in text


def test_the_life_of_an_item_shows_which_moves_were_made(report: Path) -> None:
    text = diagram(STUBBORN, "--of", "order-item", "--coverage", str(report)).output
    assert "CustomerCancellationPending (met" in text
    assert "AttendeeAbsent (never met)" in text


def test_a_machine_that_no_world_of_the_report_ran_is_left_uncoloured(report: Path) -> None:
    text = diagram("booking-system-refuses-late", "--coverage", str(report)).output
    assert "never met" not in text
    assert "0 of 0 met" in text


def test_a_report_that_is_not_there_or_is_none_exits_2(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.json"
    foreign.write_text("{}")
    result = diagram(STUBBORN, "--coverage", str(foreign), "--coverage", str(tmp_path / "missing.json"))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2
