"""What goes wrong in a test that uses the mock, as exceptions that say what to do about it."""

from mockserver.foundation.outgoing_text import without_controls, without_live_keys


class MockError(Exception):
    """The mock was asked for something that it cannot give; the message says what, and what to do."""

    def __init__(self, message: str = "") -> None:
        super().__init__(without_controls(without_live_keys(message)))  # which a test's report shows on a terminal


class NoSuchScenarioError(MockError):
    """There is no scenario of this name."""


class WorldExistsError(MockError):
    """Two worlds were to have the same key."""


class ClockMovedBackError(MockError):
    """A world's clock was to go back."""


class NotThereError(MockError):
    """The world has no such thing: order, order item, state."""


class UnreachableError(MockError):
    """No mock answers at the address."""


class SurpriseError(AssertionError):
    """Something happened that a test did not mean to happen, and that its code must not be able to swallow."""
