"""How what was met travels from a worker of pytest-xdist to the process that judges it. It must never know what is in it."""

from typing import Any

_OUTPUT = "imin_coverage"


def hand_over(config: Any, report: str) -> bool:
    """Give the report to the process that has started this one; False if there is none."""
    if not hasattr(config, "workeroutput"):
        return False
    config.workeroutput[_OUTPUT] = report
    return True


def handed_over(node: Any) -> list[str]:
    """The report that a worker has given, if its tests have met anything."""
    output = getattr(node, "workeroutput", {})
    return [output[_OUTPUT]] if _OUTPUT in output else []
