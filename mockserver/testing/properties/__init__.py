"""The Hypothesis kit: drawn worlds, a state machine that holds a client against the model, counterexamples as files.

What is named here is the stable public surface. No other part of the package imports Hypothesis, and nothing
imports this one unasked.
"""

from mockserver.testing.properties.behaviours import FEED_TWINS, answers, behaviours, feed_adversaries, feeds
from mockserver.testing.properties.counterexamples import rehearse, saves_counterexamples
from mockserver.testing.properties.disagreement import Disagreement
from mockserver.testing.properties.life import LawBrokenError, live
from mockserver.testing.properties.machine import IminStateMachine
from mockserver.testing.properties.model import Outcome, Shown, Status, UnavailableError
from mockserver.testing.properties.patch_bodies import Due, PatchBody, answer_due, patch_bodies
from mockserver.testing.properties.scenarios import (
    Drawn,
    clocks,
    customers,
    instants_around,
    offers,
    opportunities,
    orders,
    readings,
    scenarios,
    windows,
)

__all__ = [
    "FEED_TWINS",
    "Disagreement",
    "Drawn",
    "Due",
    "IminStateMachine",
    "LawBrokenError",
    "Outcome",
    "PatchBody",
    "Shown",
    "Status",
    "UnavailableError",
    "answer_due",
    "answers",
    "behaviours",
    "clocks",
    "customers",
    "feed_adversaries",
    "feeds",
    "instants_around",
    "live",
    "offers",
    "opportunities",
    "orders",
    "patch_bodies",
    "readings",
    "rehearse",
    "saves_counterexamples",
    "scenarios",
    "windows",
]
