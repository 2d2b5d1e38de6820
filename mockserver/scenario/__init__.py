"""Scenario text turned into domain values: the world as it is seeded, its behaviour machine, the steps and expectations.

This package knows the scenario format: its YAML, its types, its faults. It must never know files, HTTP or the clock; whoever
calls it brings the text and the epoch.
"""
