"""What coverage counts as a refusal of imin's face is what the face's document says that it refuses."""

from mockserver.domain.rules import Rule
from mockserver.engine.coverage.points import REFUSALS as COUNTED
from mockserver.web.imin_api.refusals import REFUSALS as DOCUMENTED


def test_coverage_counts_every_refusal_of_the_document_and_no_other() -> None:
    documented: dict[int, set[Rule]] = {status: {Rule.KEY_MISSING, Rule.KEY_REFUSED} for status in (401, 403)}
    documented[414] = {Rule.URL_TOO_LONG}
    for by_status in DOCUMENTED.values():
        for status, rules in by_status.items():
            documented.setdefault(status, set()).update(rules)
    assert {status: set(rules) for status, rules in COUNTED.items()} == documented
