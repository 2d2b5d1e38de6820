"""Evil twins, seen from outside: each breaks its law and keeps all others, and every answer of one says what it is."""

import json
from typing import Any

import pytest

from mockserver.domain.rules import Rule
from mockserver.domain.twin_decisions import DECISIONS
from mockserver.domain.twins import TWINS, SeenBy, Twin
from mockserver.engine.codec import encode
from mockserver.web.answers import json_answer
from mockserver.web.twin_answers import ANSWERS, bent
from tests.domain.watching import Watcher
from tests.web.calling import scenario, set_stage
from tests.web.twins import TEXT, Client, observations

NEVER_SETTLED = {"once the feed is read", "once the feed is read of two", "in the end", "in the end of two"}
NO_MONEY = {"receipts", "refunded", "e-mails"}
NOT_IN_THE_FEED = {"orders in the feed", "totals in the feed", "statuses in the feed"}
CANCELLED = "https://openactive.io/CustomerCancelled"

BROKEN: dict[Twin, set[str]] = {
    Twin.NEVER_CANCELS: {"right after it", "right after that of two", "flags of what is pending"}
    | NEVER_SETTLED | NO_MONEY | NOT_IN_THE_FEED,
    Twin.PENDING_FOR_EVER: NEVER_SETTLED | NO_MONEY | NOT_IN_THE_FEED,
    Twin.FEED_LOSES_ITEM: NEVER_SETTLED | NO_MONEY | NOT_IN_THE_FEED,
    Twin.ONE_OF_TWO_CANCELLED: {
        "right after that of two", "flags of what is pending", "once the feed is read of two", "in the end of two", "refunded",
        "e-mails", "totals in the feed", "statuses in the feed",
    },
    Twin.CANCEL_AFTER_DEADLINE: {"status of a late request", "refunded", "e-mails"} | NOT_IN_THE_FEED,
    Twin.REVERSAL_AFTER_CANCELLATION: {"in the end", "in the end of two"},
    Twin.CANCELLED_BEFORE_THE_FEED: {"right after it", "right after that of two"},
    Twin.REFUND_WITHOUT_CANCELLATION: NEVER_SETTLED | NOT_IN_THE_FEED | {"e-mails"},
    Twin.REFUNDS_TWICE: {"receipts", "refunded"},
    Twin.NEVER_REFUNDS: NO_MONEY,
    Twin.REFUNDS_HALF: {"refunded"},
    Twin.EMAIL_BEFORE_REFUND: {"e-mails before the refund"},
    Twin.EMAILS_TWICE: {"e-mails"},
    Twin.TOTALS_RISE: {"totals in the feed"},
    Twin.FLAG_STUCK_TRUE: {"flag of what is too late", "flags of what is pending"},
    Twin.REFUSALS_LOOK_ACCEPTED: {
        "status of a late request", "status of a refused request", "why it was refused",
    },
    Twin.ERROR_WITHOUT_BODY: {"why it was refused"},
    Twin.WRONG_STATUS_NAMESPACE: {"right after it", "right after that of two"},
    Twin.ITEMS_IN_RANDOM_ORDER: {"earliest first"},
    Twin.PAGE_REPEATS_ITEM: {"how many are listed"},
    Twin.PAGES_NEVER_END: {"the page after the last"},
    Twin.DUPLICATE_IDENTIFIERS: {"which items are listed", "identifiers in an order"},
}  # fmt: skip
"""What differs from an honest world: the breach itself and what follows from it, and nothing else."""

LEDGER = NOT_IN_THE_FEED | {"refunded", "e-mails", "e-mails before the refund"}
"""What no answer of imin's API shows."""


@pytest.fixture(scope="module")
def honest() -> dict[str, Any]:
    return observations(Client())


@pytest.mark.parametrize("twin", Twin)
def test_a_twin_breaks_its_law_and_no_other(twin: Twin, honest: dict[str, Any]) -> None:
    seen = observations(Client(twin))
    assert {name for name, value in seen.items() if value != honest[name]} == BROKEN[twin]


def test_an_honest_world_keeps_them_all(honest: dict[str, Any]) -> None:
    assert honest["how many are listed"] == (10, 5, 15)
    assert honest["which items are listed"] == 15
    assert honest["earliest first"] is True
    assert honest["the page after the last"] is None
    assert honest["why it was refused"] == "The teacher is paid"
    assert honest["flags of what is pending"] == [False, False, False]
    assert honest["in the end of two"] == [CANCELLED, CANCELLED]
    assert (honest["receipts"], honest["refunded"]) == ([2, 2], ["13.00", "6.50"])
    assert (honest["e-mails before the refund"], len(honest["e-mails"])) == ([], 2)
    assert honest["totals in the feed"] == [0, 0]


@pytest.mark.parametrize("twin", Twin)
def test_the_table_says_who_can_see_the_breach(twin: Twin) -> None:
    assert (TWINS[twin].seen_by is SeenBy.LEDGER) is (BROKEN[twin] <= LEDGER)


def test_the_table_has_every_twin_once_and_each_bends_decisions_or_answers() -> None:
    assert list(TWINS) == list(Twin)
    assert len(Twin) >= 15
    assert DECISIONS.keys().isdisjoint(ANSWERS)
    assert DECISIONS.keys() | ANSWERS.keys() == set(Twin)
    assert len({breach.assert_that for breach in TWINS.values()}) == len(Twin)


def test_a_refund_without_a_cancellation_is_of_a_booking_that_stands() -> None:
    seen = observations(Client(Twin.REFUND_WITHOUT_CANCELLATION))
    assert seen["in the end"] == ["https://openactive.io/OrderItemConfirmed"]
    assert (seen["receipts"], seen["refunded"]) == ([2, 2], ["13.00", "6.50"])


@pytest.mark.parametrize("twin", Twin)
def test_every_answer_of_an_evil_twin_says_so_on_every_face(twin: Twin) -> None:
    client = Client(twin)
    observations(client)
    client.ask("PATCH", f"/api/v2/orders/{client.stage.order('single')}", b"not json")
    client.ask("GET", "/api/v2/orders/nowhere")
    client.ask("GET", "/api/v2/nowhere")
    client.ask("DELETE", "/api/v2/orders")
    client.ask("HEAD", "/api/v2/orders?customerIdentifier=asha")
    client.ask("GET", "/booking-system/orders-rpde?afterChangeNumber=x")
    client.control("")
    client.control("/timeline")
    dropped = client.stage.call("DELETE", f"/__admin/worlds/{client.key}", b"", key=None)
    assert {answer.header("x-imin-mock-twin") for answer in [*client.answers, dropped]} == {twin.value}
    assert {answer.status for answer in client.answers} >= {200, 204, 404, 405}


def test_no_answer_of_an_honest_world_does() -> None:
    client = Client()
    observations(client)
    assert {answer.header("x-imin-mock-twin") for answer in client.answers} == {None}


@pytest.mark.parametrize("twin", Twin)
def test_the_journal_folds_to_the_world_and_breaks_the_one_law_that_the_twin_breaks_in_it(
    twin: Twin,
) -> None:
    client = Client(twin)
    observations(client)
    live_world = client.stage.server.worlds.find(client.key)
    live = live_world.world.copy()
    live_world.refold()
    assert live_world.world == live
    fresh = live_world.seed.world()
    fresh.twin = twin
    watcher = Watcher(fresh)
    complaints = ""
    try:
        watcher.follow(list(live_world.journal.read()))
    except AssertionError as complaint:
        complaints = str(complaint) or "something is wrong"
    expected = {
        Twin.REVERSAL_AFTER_CANCELLATION: "CustomerCancelled became OrderItemConfirmed",
        Twin.EMAILS_TWICE: "refunded or confirmed twice",
        Twin.REFUND_WITHOUT_CANCELLATION: "what is given back is not what the total fell by",
        Twin.REFUNDS_TWICE: "what is given back is not what the total fell by",
        Twin.REFUNDS_HALF: "what is given back is not what the total fell by",
        Twin.EMAIL_BEFORE_REFUND: "told before the money is there",
    }.get(twin, "")
    assert (expected in complaints) if expected else complaints == ""


@pytest.mark.parametrize("twin", Twin)
def test_a_twin_does_the_same_every_time(twin: Twin) -> None:
    def life() -> tuple[list[Any], list[Any]]:
        client = Client(twin)
        observations(client)
        journal = client.stage.server.worlds.find(client.key).journal.read()
        return [(each.status, each.headers, each.body) for each in client.answers], [encode(each) for each in journal]

    assert life() == life()


def test_a_scenario_may_ask_for_a_twin_and_a_key_for_another() -> None:
    text = json.dumps({**json.loads(TEXT), "twin": "refunds-twice"})
    stage = set_stage(text)
    client = Client(stage=stage)
    assert observations(client)["receipts"] == [3, 3]
    assert client.control("")["twin"] == "refunds-twice"
    other = Client(Twin.FLAG_STUCK_TRUE, stage=stage)
    assert observations(other)["receipts"] == [2, 2]


def test_a_server_may_make_every_world_a_twin_that_asks_for_none() -> None:
    stage = set_stage(TEXT, twin="never-refunds")
    assert observations(Client(stage=stage))["refunded"] == []
    assert observations(Client(Twin.REFUNDS_TWICE, stage=stage))["receipts"] == [3, 3]


def test_a_server_without_twins_refuses_keys_and_scenarios_that_ask_for_one() -> None:
    twin = Client(Twin.REFUNDS_TWICE, stage=set_stage(TEXT, twins=False))
    asked = json.dumps({**json.loads(TEXT), "twin": "refunds-twice"})
    for client in (twin, Client(stage=set_stage(asked, twins=False))):
        answer = client.ask("GET", "/api/v2/orders?customerIdentifier=asha")
        assert (answer.status, answer.rule) == (401, Rule.KEY_REFUSED)
        assert "started with --no-twins" in answer.json["detail"]
        assert len(client.stage.server.worlds) == 0
    assert Client(stage=set_stage(TEXT, twins=False)).upcoming()["imin:totalItems"] == 15


def test_an_unknown_twin_is_401_with_the_one_that_was_meant() -> None:
    answer = set_stage().get("/api/v2/orders?customerIdentifier=asha", key="stage~refund-twice@a")
    assert (answer.status, answer.header("x-imin-mock-fault")) == (401, "key-refused")
    assert "Did you mean 'refunds-twice'?" in answer.json["detail"]


def test_a_twin_is_shown_wherever_worlds_are_shown() -> None:
    client = Client(Twin.REFUNDS_TWICE)
    client.upcoming()
    (listed,) = client.stage.get("/__admin/worlds", key=None).json["worlds"]
    assert listed["twin"] == client.control("")["twin"] == "refunds-twice"
    page = client.stage.get("/", key=None, headers=[(b"accept", b"text/html")])
    assert b"evil twin: refunds-twice" in page.body
    (on_page,) = client.stage.get("/", key=None, headers=[(b"accept", b"application/json")]).json["worlds"]
    assert on_page["twin"] == "refunds-twice"


def test_a_fork_and_a_snapshot_of_a_twin_are_twins() -> None:
    client = Client(Twin.REFUNDS_TWICE)
    json_sent = [(b"content-type", b"application/json")]

    def made(target: str, body: Any) -> Any:
        return client.stage.call("POST", target, body, key=None, headers=json_sent)

    client.cancel("single", "seat-3")
    kept = client.control("/snapshot")
    assert kept["twin"] == "refunds-twice"
    fork = made(f"/__admin/worlds/{client.key}/fork", {"to": "stage~refunds-twice@b"})
    restored = made("/__admin/worlds", {"key": "stage~refunds-twice@c", "snapshot": kept})
    assert (fork.status, restored.status) == (201, 201)
    assert fork.header("x-imin-mock-twin") == restored.header("x-imin-mock-twin") == "refunds-twice"
    for label in "bc":
        client.key = f"stage~refunds-twice@{label}"
        client.advance("PT5M")
        assert len(client.order("single")["imin:receipt"]) == 3
    honest_fork = made(f"/__admin/worlds/{client.key}/fork", {"to": "stage@d"})
    assert honest_fork.status == 409
    assert "stage~refunds-twice@<label>" in honest_fork.json["detail"]
    honest_copy = made("/__admin/worlds", {"key": "stage@d", "snapshot": kept})
    assert (honest_copy.status, "twin" in honest_copy.json["detail"]) == (409, True)


def test_what_is_settled_before_a_reversal_is_not_settled_again_when_the_feed_repeats_itself() -> None:
    duplicated = json.loads(scenario())["behaviour"]["states"]
    duplicated["obliging"]["booking_system"]["feed"] = {"duplicates": {"times": 3, "every": "PT2M"}}
    stage = set_stage(json.dumps({**json.loads(TEXT), "behaviour": {"states": duplicated}}))
    client = Client(Twin.REVERSAL_AFTER_CANCELLATION, stage=stage)
    client.cancel("booking", "seat-1")
    client.advance("PT10M")
    client.cancel("booking", "seat-2")
    client.advance("PT20M")
    assert client.statuses("booking") == ["https://openactive.io/OrderItemConfirmed"] * 2
    refunds = client.control("/refunds")["refunds"]
    assert [(refund["items"], refund["amount"]["amount"]) for refund in refunds] == [
        (["seat-1"], "6.50"),
        (["seat-2"], "6.50"),
    ]


def test_a_second_refund_that_fails_at_first_is_paid_once() -> None:
    text = json.loads(TEXT)
    text["behaviour"]["always"]["imin"]["refund"] = {"takes": "PT5S", "fails": 2, "retry_every": "PT10S"}
    client = Client(Twin.REFUNDS_TWICE, stage=set_stage(json.dumps(text)))
    client.cancel("single", "seat-3")
    client.advance("PT10M")
    completed = [each["completed_at"] for each in client.control("/refunds")["refunds"]]
    assert len(completed) == 2
    assert len(client.order("single")["imin:receipt"]) == 3


@pytest.mark.parametrize("identifiers", [("a", "b"), ("b", "a"), ("a", "b", "c"), ("x", "y")])
def test_items_in_random_order_are_never_in_the_right_one_and_all_there(identifiers: tuple[str, ...]) -> None:
    page = json_answer({"imin:item": [{"identifier": each} for each in identifiers]})
    shown = [item["identifier"] for item in json.loads(bent(page, Twin.ITEMS_IN_RANDOM_ORDER).body)["imin:item"]]
    assert sorted(shown) == sorted(identifiers)
    assert tuple(shown) != identifiers


@pytest.mark.parametrize("twin", ANSWERS)
def test_an_answer_that_is_bent_is_as_long_as_it_says(twin: Twin) -> None:
    client = Client(twin)
    observations(client)
    lengths = [(answer.header("content-length"), str(len(answer.body))) for answer in client.answers if answer.body]
    assert [said for said, is_ in lengths if said != is_] == []


def test_a_request_that_makes_no_sense_is_refused_where_refusals_look_accepted() -> None:
    client = Client(Twin.REFUSALS_LOOK_ACCEPTED)
    assert client.cancel("single", "seat-1").rule == Rule.CANCEL_UNKNOWN_ITEM
    assert client.ask("PATCH", f"/api/v2/orders/{client.stage.order('single')}", b"{").status == 400
