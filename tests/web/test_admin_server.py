"""Health, scenarios, rules, readings: what the control interface says about the server as a whole."""

import time
from pathlib import Path

import pytest

import mockserver
from mockserver.domain.readings import READINGS
from mockserver.domain.rules import RULES
from mockserver.storage import scenario_files
from tests.making import lowered
from tests.web.calling import KEY, Stage, scenario, session, set_stage
from tests.web.described import ADMIN, WORLD, Described

YAML = [(b"content-type", b"application/yaml")]


def test_health_needs_no_key_and_makes_no_world() -> None:
    stage = set_stage()
    answer = stage.call("GET", f"{ADMIN}/health", key=None)
    assert answer.json == {"status": "ok", "version": mockserver.__version__, "worlds": 0}
    assert answer.header("x-imin-mock-fault") is None


def test_the_version_is_the_packages() -> None:
    assert Described().get(f"{ADMIN}/version") == {"name": "imin-mock", "version": mockserver.__version__}


def test_a_scenario_is_listed_with_its_key_customers_and_orders() -> None:
    described = Described()
    listed = {each["name"]: each for each in described.get(f"{ADMIN}/scenarios")["scenarios"]}
    assert "happy-path" in listed
    mine = listed["stage"]
    assert (mine["key"], mine["title"], mine["faults"]) == ("stage", "A stage for a test", [])
    assert mine["customers"] == [{"identifier": "asha", "name": "Asha Patel"}]
    order = {"name": "booking", "identifier": described.stage.order("booking"), "customer": "asha"}
    assert mine["orders"] == [{**order, "items": ["seat-1", "seat-2"]}]


def test_a_long_list_of_orders_is_cut_and_counted() -> None:
    orders = {f"o{n}": {"customer": "asha", "placed": "-3d", "items": {f"i{n}": "yoga"}} for n in range(30)}
    mine = Described(set_stage(scenario(orders=orders))).get(f"{ADMIN}/scenarios/stage")
    assert (len(mine["orders"]), mine["total_orders"]) == (20, 30)


def test_a_faulty_file_is_listed_with_its_faults_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("version: 1\ntitle: x\nfoo: 1\n", encoding="utf-8")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe")
    (tmp_path / "Bad Name.yaml").write_text("version: 1\n", encoding="utf-8")
    described = Described(set_stage(scenarios=(tmp_path,)))
    listed = {each["name"]: each for each in described.get(f"{ADMIN}/scenarios")["scenarios"]}
    assert listed["stage"]["faults"] == []
    assert [(fault["line"], fault["path"]) for fault in listed["broken"]["faults"]] == [(3, "foo")]
    assert "UTF-8" in listed["binary"]["faults"][0]["message"]
    assert "nothing has changed" in described.refused("GET", f"{ADMIN}/scenarios/broken", b"", 409)
    assert "UTF-8" in described.refused("GET", f"{ADMIN}/scenarios/binary", b"", 409)
    described.refused("POST", f"{ADMIN}/worlds", {"key": "broken"}, 409)
    described.refused("POST", f"{ADMIN}/worlds", {"key": "binary"}, 409)


def test_an_unknown_scenario_is_not_found_and_the_nearest_is_named() -> None:
    assert "'stage'" in Described().refused("GET", f"{ADMIN}/scenarios/stag", b"", 404)


def put(stage: Stage, name: str, text: str | bytes, status: int) -> str:
    body = text.encode() if isinstance(text, str) else text
    described = Described(stage)
    if status >= 400:
        return described.refused("PUT", f"{ADMIN}/scenarios/{name}", body, status, headers=YAML)
    answer = described.call("PUT", f"{ADMIN}/scenarios/{name}", body, headers=YAML)
    assert answer.status == status, answer.body
    return answer.header("location") or ""


def test_a_scenario_can_be_put_beside_the_others_and_used_at_once() -> None:
    stage = set_stage()
    assert put(stage, "mine", scenario(title="Mine"), 201) == f"{ADMIN}/scenarios/mine"
    assert put(stage, "mine", scenario(title="Mine again"), 200) == ""
    assert Described(stage).get(f"{ADMIN}/scenarios/mine")["title"] == "Mine again"
    assert stage.call("GET", "/api/v2/order-items?customerIdentifier=asha", key="mine").json["imin:totalItems"] == 2


def test_worlds_that_run_keep_what_they_began_with_until_they_are_reset() -> None:
    stage = set_stage()
    described = Described(stage)
    put(stage, "stage", scenario(title="Another"), 200)
    assert described.get(WORLD)["title"] == "A stage for a test"
    assert described.post(f"{WORLD}/reset", b"")["title"] == "Another"


def test_a_faulty_scenario_is_refused_with_all_of_its_faults_and_the_old_one_stays() -> None:
    stage = set_stage()
    answer = Described(stage).call(
        "PUT", f"{ADMIN}/scenarios/stage", b"version: 1\ntitle: x\nfoo: 1\nbar: 2\n", headers=YAML
    )
    assert answer.status == 422
    assert [(fault["line"], fault["column"], fault["path"]) for fault in answer.json["faults"]] == [
        (3, 1, "foo"),
        (4, 1, "bar"),
    ]
    assert Described(stage).get(f"{ADMIN}/scenarios/stage")["title"] == "A stage for a test"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422),
        ("\x00", 422),
        ("[" * 20_000, 422),
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", 422),
        ("- 1", 422),
        ("null", 422),
        ("--- 1\n--- 2", 422),
        ("\u2028", 422),
        ("version: !!python/object:os.system x", 422),
        (b"\xff\xfe", 400),
        (b"\xed\xa0\x80", 400),
    ],
)
def test_a_hostile_text_is_refused_in_words(text: str | bytes, status: int) -> None:
    assert put(set_stage(), "mine", text, status)


@pytest.mark.parametrize("name", ["Mine", "my_scenario", "mine@label", "mine~x", "%20", "a.b", "a" * 101])
def test_a_name_that_no_key_can_have_is_refused(name: str) -> None:
    assert "lower-case" in put(set_stage(), name, scenario(), 422) or name == "mine~x"


@pytest.mark.parametrize(
    "media_type", [b"text/yaml", b"application/x-yaml; charset=utf-8", b"text/plain", b"TEXT/YAML", None]
)
def test_yaml_has_several_media_types(media_type: bytes | None) -> None:
    headers = [(b"content-type", media_type)] if media_type else []
    answer = set_stage().call("PUT", f"{ADMIN}/scenarios/mine", scenario().encode(), headers=headers)
    assert answer.status == 201


def test_json_is_not_the_media_type_of_a_scenario() -> None:
    answer = set_stage().call("PUT", f"{ADMIN}/scenarios/mine", b"{}", headers=[(b"content-type", b"application/json")])
    assert (answer.status, answer.header("accept")) == (
        415,
        "application/yaml, application/x-yaml, text/yaml, text/plain",
    )


def test_every_rule_is_shown_with_its_provenance() -> None:
    described = Described()
    rules = described.get(f"{ADMIN}/rules")["rules"]
    assert [rule["id"] for rule in rules] == [rule.value for rule in RULES]
    assert all(rule["says"] and rule["source"] for rule in rules)
    assert described.get(f"{ADMIN}/rules/cancel.window-closed") in rules
    described.refused("GET", f"{ADMIN}/rules/no.such", b"", 404)


def test_every_reading_is_shown_with_its_options_default_and_evidence() -> None:
    readings = Described().get(f"{ADMIN}/readings")["readings"]
    assert [reading["name"] for reading in readings] == [name.value for name in READINGS]
    assert all(reading["default"] in reading["options"] for reading in readings)


@pytest.mark.parametrize(
    "target", [ADMIN, f"{ADMIN}/", f"{ADMIN}/nope", f"{ADMIN}/worlds/", f"{WORLD}/nope", f"{ADMIN}/%00"]
)
def test_an_unknown_path_is_the_callers_mistake_and_not_a_fault(target: str) -> None:
    answer = set_stage().call("GET", target)
    assert (answer.status, answer.header("content-type")) == (404, "application/problem+json")
    assert answer.header("x-imin-mock-fault") is None


@pytest.mark.parametrize("target", [f"{ADMIN}/health", f"{ADMIN}/scenarios", f"{WORLD}/clock"])
def test_head_is_get_without_the_body_and_parameters_are_refused(target: str) -> None:
    described = Described()
    head, got = described.stage.call("HEAD", target), described.stage.call("GET", target)
    assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
    assert "unknown field `x`" in described.refused("GET", f"{target}?x=1", b"", 422)


def test_a_scenario_that_was_put_is_deleted_with_its_worlds_and_a_file_of_its_name_is_there_again() -> None:
    stage = set_stage()
    described, title = Described(stage), "Another happy path"
    put(stage, "happy-path", scenario(title=title), 200)
    described.post(f"{ADMIN}/worlds", {"key": "happy-path@mine"}, 201)
    assert described.get(f"{ADMIN}/scenarios/happy-path")["title"] == title
    assert described.call("DELETE", f"{ADMIN}/scenarios/happy-path").status == 204
    assert described.get(f"{ADMIN}/scenarios/happy-path")["title"] != title
    assert [world["key"] for world in described.get(f"{ADMIN}/worlds")["worlds"]] == [KEY]
    for name in ("happy-path", "none"):
        assert "put on this server" in described.refused("DELETE", f"{ADMIN}/scenarios/{name}", b"", 404)


def test_a_scenario_that_makes_too_many_bookings_is_refused_where_it_makes_them_and_costs_nothing() -> None:
    series = session(starts="+1m", repeats={"every": "PT1M", "times": 1_000_000})
    orders = {"many": {"customer": "asha", "placed": "-3d", "for_each": {"seat": "yoga"}}}
    began = time.process_time()
    answer = set_stage().call(
        "PUT", f"{ADMIN}/scenarios/many", scenario(opportunities={"yoga": series}, orders=orders).encode(), headers=YAML
    )
    assert time.process_time() - began < 1
    (fault,) = answer.json["faults"]
    assert (answer.status, fault["path"]) == (422, "opportunities.yoga.repeats.times")
    assert "limit uploaded-bookings: 8,000" in fault["message"]


def test_of_orders_too_many_are_refused_at_the_order_that_makes_them() -> None:
    opportunities = {"yoga": session(starts="+1m", repeats={"every": "PT1M", "times": 4_000})}
    orders = {"many": {"customer": "asha", "placed": "-3d", "for_each": {"seat": "yoga", "mat": "yoga"}}}
    answer = set_stage().call(
        "PUT", f"{ADMIN}/scenarios/many", scenario(opportunities=opportunities, orders=orders).encode(), headers=YAML
    )
    assert [fault["path"] for fault in answer.json["faults"]] == ["orders.many.for_each"]


@pytest.mark.parametrize("limit", ["UPLOADED_SCENARIOS", "UPLOADED_CHARACTERS"])
def test_only_so_many_scenarios_can_be_put(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    most = {"UPLOADED_SCENARIOS": 2, "UPLOADED_CHARACTERS": 2 * len(scenario()) + 100}[limit]
    stage = set_stage()
    monkeypatch.setattr(scenario_files, limit, lowered(getattr(scenario_files, limit), most))
    put(stage, "one", scenario(), 201)
    assert f"limit {getattr(scenario_files, limit).name}" in put(stage, "two", scenario(), 409)
    put(stage, "one", scenario(title="Again"), 200)
    assert stage.call("DELETE", f"{ADMIN}/scenarios/one", headers=YAML).status == 204
    put(stage, "two", scenario(), 201)
