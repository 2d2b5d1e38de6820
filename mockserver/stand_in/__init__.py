"""The mock as a library for tests: calls without a socket, and the stand-in client that runs a scenario by itself.

This package knows the put-together server and the scenario's own steps and expectations. It must never know a test framework.
"""
