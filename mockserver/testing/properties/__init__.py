"""The Hypothesis kit: drawn worlds, a state machine that holds a client against the model, counterexamples as files.

What is named here is the stable public surface. No other part of the package imports Hypothesis, and nothing
imports this one unasked.
"""

from mockserver.testing.properties.behaving import FEED_TWINS, answers, behaviours, feed_adversaries, feeds
from mockserver.testing.properties.bodies import Due, PatchBody, answer_due, patch_bodies
from mockserver.testing.properties.bookings import customers, instants_around, offers, opportunities, orders, windows
from mockserver.testing.properties.drawn import Drawn
from mockserver.testing.properties.living import LawBrokenError, live
from mockserver.testing.properties.machine import IminStateMachine
from mockserver.testing.properties.retelling import Disagreement
from mockserver.testing.properties.running import rehearse
from mockserver.testing.properties.saving import saves_counterexamples
from mockserver.testing.properties.scenarios import clocks, readings, scenarios
from mockserver.testing.properties.shown import Outcome, Shown, Status, UnavailableError

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
