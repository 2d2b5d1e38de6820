"""The exhaustive check of a scenario: everything that a client and the clock can make of it, explored state by state.

This package knows the machine, what was booked and how time passes. It must never know files, HTTP, or what time it is outside.
"""
