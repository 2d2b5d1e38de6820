"""One world's life and the registry of worlds: clock, journal, carrying out, advancing, replay, fork, and read queries.

This package must never know HTTP or SQL. Time and identity enter through :mod:`mockserver.engine.clock` alone.
"""
