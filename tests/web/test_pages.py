import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mockserver.bootstrap import build_server
from mockserver.scenario.schema import published_schema
from mockserver.settings import Settings
from mockserver.web.pages.markup import Markup, prose, tag
from mockserver.web.pages.routes import FACES, prefers_json
from tests.web.calling import KEY, Received, Stage, call, scenario, session, set_stage

HOSTILE = "<script>alert('&\"')</script>"
PAGES = ["/", "/docs", "/docs/imin", "/docs/booking-system", "/docs/admin", "/docs/nothing"]
JSON_WANTED = [(b"accept", b"application/json")]
VOID = {"br", "hr", "input", "link", "meta"}


class Reader(HTMLParser):
    """What a page is made of; it fails where elements are not nested well."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.text += data

    def values(self, name: str) -> list[str]:
        return [str(attributes[name]) for _, attributes in self.tags if name in attributes]


def read(answer: Received) -> Reader:
    assert answer.header("content-type") == "text/html; charset=utf-8"
    return Reader(answer.body.decode())


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_its_policy_allows_only_what_is_within_it(path: str) -> None:
    answer = set_stage().get(path, key=None)
    assert answer.status == (404 if path == "/docs/nothing" else 200)
    page = read(answer)
    policy = answer.header("content-security-policy") or ""
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not any(name in attributes for _, attributes in page.tags for name in ("style", "onclick", "src"))
    tags = [name for name, _ in page.tags]
    assert (tags.count("h1"), tags.count("main"), tags.count("script"), tags.count("style")) == (1, 1, 1, 1)
    assert dict(page.tags)["html"] == {"lang": "en-GB"}
    ids = page.values("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label_and_every_link_within_a_page_leads_somewhere(path: str) -> None:
    page = read(set_stage().get(path, key=None))
    ids = set(page.values("id"))
    fields = {str(attributes["id"]) for name, attributes in page.tags if name in {"input", "textarea"}}
    assert fields <= set(page.values("for"))
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= ids


@pytest.mark.parametrize("path", PAGES)
def test_nothing_on_a_page_needs_the_network(path: str) -> None:
    page = read(set_stage().get(path, key=None))
    loaded = [attributes for name, attributes in page.tags if name in {"link", "img", "iframe", "script"}]
    assert [attributes.get("href", "data:,") for attributes in loaded] == ["data:,"] * len(loaded)


def test_every_link_of_every_page_is_answered() -> None:
    stage = set_stage()
    stage.live_world.catch_up()
    targets = {
        href.partition("#")[0].removeprefix("http://mock.test")
        for path in PAGES
        for href in read(stage.get(path, key=None)).values("href")
    }
    assert len(targets) > 20
    for target in targets - {"", "data:,"}:
        assert stage.get(target, key=None).status in (
            {401, 403} if re.match(r"/(api/v2|booking-system/orders)", target) else {200}
        )


def hostile_stage() -> Stage:
    return set_stage(
        scenario(
            title=HOSTILE,
            about=HOSTILE,
            customers={"asha": {"given_name": HOSTILE, "family_name": "x", "email": "a@example.com"}},
        )
    )


def test_whatever_a_scenario_says_is_text_and_never_a_tag() -> None:
    stage = hostile_stage()
    page = read(stage.get("/", key=None))
    assert page.text.count(HOSTILE) == 3
    assert [name for name, _ in page.tags].count("script") == 1


def test_whatever_a_query_says_is_a_value_of_a_field() -> None:
    target = "/docs/imin?key=%22%3E%3Cscript%3E&customerIdentifier=%3Cb%3E"
    page = read(set_stage().get(target, key=None))
    fields = [attributes for name, attributes in page.tags if name == "input"]
    assert fields[0] == {"id": "key", "value": '"><script>', "autocomplete": "off", "spellcheck": "false"}
    assert "<b>" in [attributes["value"] for attributes in fields]


def test_the_page_lists_every_key_with_what_can_be_asked_and_the_same_as_json() -> None:
    stage = set_stage(scenario(title="A stage of my own"))
    listing = stage.get("/", key=None, headers=JSON_WANTED).json
    assert [each["name"] for each in listing["scenarios"]] == list(stage.server.scenarios.names())
    own = next(each for each in listing["scenarios"] if each["name"] == KEY)
    assert own["title"] == "A stage of my own"
    assert own["customers"] == [{"identifier": "asha", "name": "Asha Patel"}]
    order = {"identifier": stage.order("booking"), "name": "booking", "customer": "asha", "items": ["seat-1", "seat-2"]}
    assert own["orders"] == [order]
    text = read(stage.get("/", key=None)).text
    for each in listing["scenarios"]:
        assert each["name"] in text
        assert each["title"] in text
        assert all(line in text for line in each["curl"])


@pytest.mark.parametrize("name", ["happy-path", KEY])
def test_the_lines_for_a_shell_work_as_they_stand(name: str) -> None:
    stage = hostile_stage()
    listing = stage.get("/", key=None, headers=JSON_WANTED).json
    lines = next(each["curl"] for each in listing["scenarios"] if each["name"] == name)
    assert len(lines) == 5
    statuses = []
    for line in lines:
        words = shlex.split(line)
        headers = [words[nth + 1] for nth, word in enumerate(words) if word == "-H"]
        url = next(word for word in words if word.startswith("http://mock.test/"))
        method = words[words.index("-X") + 1] if "-X" in words else "GET"
        body = words[words.index("-d") + 1].encode() if "-d" in words else b""
        sent = [(n.lower().encode(), v.strip().encode()) for n, _, v in (header.partition(":") for header in headers)]
        answer = call(stage.server.app, method, url.removeprefix("http://mock.test"), body, sent)
        statuses.append(answer.status)
        if "order-items" in url:
            assert answer.json["imin:totalItems"] > 0
    assert statuses == [200, 200, 200, 204, 200]


def test_a_faulty_or_unreadable_file_is_listed_with_its_faults_and_breaks_nothing(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("version: 1\ntitle: 7\nwhat: <b>\n")
    (tmp_path / "not-text.yaml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "Bad Name.yaml").write_text(scenario())
    (tmp_path / "empty.yaml").write_text("")
    server = build_server(Settings(scenarios=(tmp_path,)))
    listed = {each["name"]: each for each in call(server.app, "GET", "/", headers=JSON_WANTED).json["scenarios"]}
    assert len(listed["broken"]["faults"]) >= 2
    for name in ("broken", "not-text", "Bad Name", "empty"):
        assert listed[name]["faults"]
        assert listed[name]["curl"] == []
    assert listed["happy-path"]["faults"] == []
    text = read(call(server.app, "GET", "/")).text
    assert all(fault in text for fault in listed["broken"]["faults"])


@pytest.mark.parametrize("name", ["broken", "not-text"])
def test_the_key_of_a_faulty_file_says_what_is_wrong_with_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.yaml").write_text("version: 1\n")
    (tmp_path / "not-text.yaml").write_bytes(b"\xff")
    server = build_server(Settings(scenarios=(tmp_path,)))
    answer = call(server.app, "GET", "/api/v2/orders/x", headers=[(b"x-api-key", name.encode())])
    assert (answer.status, answer.header("x-imin-mock-fault")) == (500, "scenario-faulty")
    assert f"{name}.yaml" in answer.json["detail"]


def test_a_large_scenario_is_listed_by_its_first_orders_and_their_number() -> None:
    text = scenario(
        opportunities={"yoga": session(repeats={"times": 2000, "every": "PT1H"})},
        orders={"series": {"customer": "asha", "for_each": {"seat": "yoga"}}},
    )
    listing = set_stage(text).get("/", key=None, headers=JSON_WANTED).json
    own = next(each for each in listing["scenarios"] if each["name"] == KEY)
    assert (len(own["orders"]), own["orders_in_all"]) == (5, 2000)


def test_living_worlds_are_listed_with_their_clocks_and_are_not_touched() -> None:
    stage = set_stage()
    world = stage.live_world
    before = stage.state()
    listed = stage.get("/", key=None, headers=JSON_WANTED).json["worlds"]
    assert listed == [
        {
            "key": KEY,
            "scenario": KEY,
            "twin": None,
            "now": "2030-06-03T08:00:00Z",
            "clock": "frozen",
            "events": before[0],
        }
    ]
    assert stage.state() == before
    assert world.exchanges.total == 0


@pytest.mark.parametrize(
    ("accept", "as_json"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False),
        ("application/json, text/html;q=0.9", True),
        ("text/html;q=0.5, application/json;q=0.4", False),
        ("APPLICATION/JSON; Q=1", True),
        ("application/json;q=nonsense", False),
        ("application/json;q=0", False),
        ("application/problem+json", False),
    ],
)
def test_the_page_is_json_where_that_is_preferred(accept: str, *, as_json: bool) -> None:
    assert prefers_json(accept) is as_json


def test_the_page_says_that_it_varies_with_what_is_accepted() -> None:
    assert set_stage().get("/", key=None).header("vary") == "Accept"


@pytest.mark.parametrize("face", FACES)
def test_the_reference_shows_every_operation_and_every_status_of_its_document(face: str) -> None:
    stage = set_stage()
    document = stage.get(FACES[face].document_path, key=None).json
    page = read(stage.get(f"/docs/{face}", key=None))
    sent = {
        (attributes.get("data-method"), attributes.get("data-path")) for name, attributes in page.tags if name == "form"
    }
    methods = {"get", "put", "post", "patch", "delete"}
    operations = {(m.upper(), path) for path, item in document["paths"].items() for m in item if m in methods}
    assert sent == operations
    for item in document["paths"].values():
        for method, operation in item.items():
            if method in methods:
                assert operation["summary"] in page.text
                for status, answer in operation["responses"].items():
                    assert status in page.text
                    assert re.split(r"[`*\n]", answer.get("description", ""))[0] in page.text


def test_markup_escapes_what_is_not_markup_already() -> None:
    assert tag("a", "<&>", href='"x"') == '<a href="&quot;x&quot;">&lt;&amp;&gt;</a>'
    assert tag("p", [tag("b", "1"), None, ["2", 3]]) == "<p><b>1</b>23</p>"
    assert tag("input", required=True, hidden=False, data_in="path", class_=None) == '<input required data-in="path">'
    assert isinstance(tag("p"), Markup)


def test_prose_knows_paragraphs_lists_code_and_emphasis() -> None:
    assert prose("One `<a>`\nand *two*.\n\nItems:\n- `x`: 2 * 3 * 4\n- y") == (
        "<p>One <code>&lt;a&gt;</code>\nand <em>two</em>.</p><p>Items:</p>"
        "<ul><li><code>x</code>: 2 * 3 * 4</li><li>y</li></ul>"
    )


def test_a_path_that_nobody_answers_points_to_the_page() -> None:
    answer = set_stage().get("/nothing", key=None)
    assert (answer.status, answer.header("x-imin-mock-fault")) == (404, "unknown-route")
    assert "The page at / lists what is here." in json.loads(answer.body)["detail"]


@pytest.mark.parametrize(("path", "title"), [("/", "imin-mock"), ("/docs", "Reference - imin-mock")])
def test_a_page_has_the_name_of_the_site_once(path: str, title: str) -> None:
    assert f"<title>{title}</title>".encode() in set_stage().get(path, key=None).body


def test_the_schema_of_scenario_files_is_served_for_editors() -> None:
    answer = set_stage().get("/scenario.schema.json", key=None)
    assert (answer.status, answer.header("content-type")) == (200, "application/json")
    assert answer.json == json.loads(published_schema())
    assert b"/scenario.schema.json" in set_stage().get("/", key=None).body
