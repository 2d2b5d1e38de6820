"""imin-mock: a stateful, deterministic rehearsal stage for integrators of imin's Booking API."""

__version__ = "0.1.0"
