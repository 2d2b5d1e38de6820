"""The shipped scenarios as evil twins: none of them is brought down, and nearly every breach is one that they notice."""

from dataclasses import replace

import pytest

from mockserver.domain.twins import Twin
from mockserver.runner.scenario_run import Run, run_scenario
from tests.library import NAMES, shipped

ONLY_OTHERS_CAN_SEE = {Twin.TOTALS_RISE, Twin.PAGES_NEVER_END}
"""No step and no expectation of a scenario looks at the feed's totals or at a page's next."""


def twins(twin: Twin) -> list[Run]:
    runs = []
    for name in NAMES:
        scenario = shipped(name)
        changed = replace(scenario, twin=twin)
        changed.seed(scenario.sample.epoch)
        runs.append(run_scenario(changed))
    return runs


@pytest.mark.parametrize("twin", Twin)
def test_a_twin_answers_loudly_and_without_a_fault_of_ours_in_every_shipped_scenario(twin: Twin) -> None:
    runs = twins(twin)
    answers = [each.response for run in runs for each in run.exchanged if not each.response.dropped]
    assert len(answers) > 100
    assert {answer.header(b"x-imin-mock-twin") for answer in answers} == {twin.value}
    assert {answer.header(b"x-imin-mock-fault") for answer in answers} == {None}
    assert [o.found for run in runs for o in run.outcomes if "the mock raised" in o.found or "circle" in o.found] == []
    noticed = any(not run.ok for run in runs)
    assert noticed is (twin not in ONLY_OTHERS_CAN_SEE)
