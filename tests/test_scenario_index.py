import pytest

from mockserver.scenario.scenario import Scenario, parse_scenario
from tests.scenario_index import BEGIN, END, basis_of, index, shown_by, with_index


def scenario(about: str, name: str = "a-case", title: str = "A case") -> Scenario:
    lines = "".join(f"  {line}\n" for line in about.splitlines())
    return parse_scenario(f"version: 1\ntitle: {title}\nabout: |\n{lines}", name=name)


def test_what_a_scenario_shows_and_its_basis_are_told_apart() -> None:
    described = scenario("It shows this.\nAnd that.\nBasis: documented (this); assumed (that, a\nstandard reading).")
    assert shown_by(described) == "It shows this. And that."
    assert basis_of(described) == ("documented", "assumed")


def test_a_scenario_may_be_silent_on_its_basis() -> None:
    silent = scenario("It shows this.")
    assert (shown_by(silent), basis_of(silent)) == ("It shows this.", ())


@pytest.mark.parametrize("basis", ["proven (x)", "documented", "a standard (x)"])
def test_only_the_three_words_with_their_reasons_are_a_basis(basis: str) -> None:
    assert basis_of(scenario(f"It shows this.\nBasis: {basis}.")) == ()


def test_the_index_has_a_row_for_each_scenario_by_name() -> None:
    rows = index([scenario("B.", name="b", title="This | that"), scenario("A.\nBasis: standard (x).", name="a")])
    assert rows.splitlines()[2:] == [
        "| [`a`](../../scenarios/a.yaml) | A case | A. |  | standard |",
        r"| [`b`](../../scenarios/b.yaml) | This \| that | B. |  |  |",
    ]


def test_the_index_replaces_the_old_one_and_leaves_the_page_alone() -> None:
    page = f"Before\n{BEGIN}\nold\n{END}\nAfter\n"
    fresh = with_index(page, [scenario("A.")])
    assert fresh == f"Before\n{BEGIN}\n\n{index([scenario('A.')])}\n\n{END}\nAfter\n"
    assert with_index(fresh, [scenario("A.")]) == fresh


@pytest.mark.parametrize("page", ["nothing", f"only {BEGIN}", f"{END} before {BEGIN}"])
def test_a_page_without_a_place_for_the_index_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="after it"):
        with_index(page, [])
