"""The documents hold together: every link and anchor leads somewhere, whoever names a page names one that is there."""

import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from mockserver.cli.documents import PARTS, with_parts
from tests.serving import ROOT

LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
NAMED = re.compile(r"(?<![\w/])docs/[\w/-]+\.(?:md|svg)")


def tracked(*patterns: str) -> list[str]:
    """The files of a clone, and those about to be added, that match."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


PAGES = tracked("*.md")


def without_blocks(page: Path) -> str:
    """The text of a page without what stands in its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@cache
def anchors(page: Path) -> frozenset[str]:
    """What an address of the page may end with: its headings, written as GitHub writes them in addresses."""
    headings = re.findall(r"^#+ (.+)$", without_blocks(page), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_anchor_of_a_page_leads_somewhere(name: str) -> None:
    page = ROOT / name
    lost = []
    for link in LINK.finditer(without_blocks(page)):
        target = (page.parent / unquote(link["target"])).resolve() if link["target"] else page
        if not target.exists() or (link["anchor"] and link["anchor"] not in anchors(target)):
            lost.append(link[0])
    assert lost == []


def test_whoever_names_a_document_names_one_that_is_there() -> None:
    lost = {
        f"{name}: {document}"
        for name in tracked()
        for document in NAMED.findall((ROOT / name).read_text(encoding="utf-8", errors="replace"))
        if not (ROOT / document).is_file()
    }
    assert lost == set()


PACKAGES = "|".join(path.name for path in (ROOT / "mockserver").iterdir() if path.is_dir())
CODE = re.compile(rf"`(?:mockserver/)?((?:tests|benchmarks|examples|{PACKAGES})/[\w/.-]+)`")
MODULE = re.compile(r"\b((?:mockserver|tests)(?:\.(?!py\b)[a-z_]\w*)+)")


def is_module_or_in_one(path: Path) -> bool:
    """Whether there is a module of this path, or one above it that has the name."""
    above = next(
        (each for each in (path.parent / "__init__.py", path.parent.with_suffix(".py")) if each.is_file()), None
    )
    named = above is not None and re.search(rf"\b{path.name}\b", above.read_text(encoding="utf-8")) is not None
    return path.is_dir() or path.with_suffix(".py").is_file() or named


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"CHANGELOG.md"}))  # which tells of what there was
def test_what_a_document_names_of_the_code_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    paths = {ROOT / each for each in CODE.findall(text)}
    here = [path for path in paths if not path.exists()]
    inside = [ROOT / "mockserver" / path.relative_to(ROOT) for path in here]
    assert [path for path in inside if not path.exists() and not path.with_suffix(".py").is_file()] == []
    assert [each for each in MODULE.findall(text) if not is_module_or_in_one(ROOT.joinpath(*each.split(".")))] == []


@pytest.mark.parametrize("name", sorted(PARTS))
def test_the_made_parts_of_a_page_are_fresh(name: str) -> None:
    page = (ROOT / name).read_text(encoding="utf-8")
    assert with_parts(page, (part() for part in PARTS[name])) == page, "run: python -m mockserver.cli.documents"


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs/README.md"
    led_to = {(index.parent / link["target"]).resolve() for link in LINK.finditer(without_blocks(index))}
    assert {ROOT / name for name in PAGES if name.startswith("docs/")} - {index} <= led_to


def test_the_readme_leads_and_is_no_manual() -> None:
    assert len((ROOT / "README.md").read_bytes()) < 9_000


GLOSSARY = ROOT / "docs/reference/glossary.md"
TERMS = re.findall(r"^\| ([a-z ]+) \| ", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE)


@cache
def words_of(*patterns: str) -> str:
    """All that is written in these files, but for the glossary."""
    texts = ((ROOT / name).read_text(encoding="utf-8") for name in tracked(*patterns) if ROOT / name != GLOSSARY)
    return "\n".join(texts).lower().replace("_", " ")


@pytest.mark.parametrize("term", TERMS)
def test_a_word_of_the_glossary_is_used_in_documents_and_in_code(term: str) -> None:
    for patterns in (("*.md",), ("mockserver/**/*.py",)):
        assert re.search(rf"\b{term}(?:s|es)?\b", words_of(*patterns))


def test_the_glossary_is_sorted_and_no_longer_than_a_page() -> None:
    assert sorted(set(TERMS)) == TERMS
    assert 20 < len(TERMS) < len(GLOSSARY.read_text(encoding="utf-8").splitlines()) < 60
