"""The integrator's kit: a mock of imin inside a test, its worlds, and transports for the usual HTTP clients.

What is named here is the stable public surface. It must never need a test framework: pytest, Hypothesis and Schemathesis have
modules of their own, which import them.
"""

from mockserver.client.errors import (
    ClockMovedBackError,
    MockError,
    NoSuchScenarioError,
    NotThereError,
    SurpriseError,
    UnreachableError,
    WorldExistsError,
)
from mockserver.testing.interception import AlreadyInterceptedError, StrayCallError, intercepted
from mockserver.testing.mock import Mock
from mockserver.testing.test_case import IminMixin
from mockserver.testing.virtual_clock import AlreadySleepingError, EndlessSleepError, virtual_sleep
from mockserver.testing.world import World

__all__ = [
    "AlreadyInterceptedError",
    "AlreadySleepingError",
    "ClockMovedBackError",
    "EndlessSleepError",
    "IminMixin",
    "Mock",
    "MockError",
    "NoSuchScenarioError",
    "NotThereError",
    "StrayCallError",
    "SurpriseError",
    "UnreachableError",
    "World",
    "WorldExistsError",
    "intercepted",
    "virtual_sleep",
]
