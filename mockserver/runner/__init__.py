"""The runner of scenarios: a stand-in client that carries out a scenario's own steps and judges what it expects.

It knows the put-together server and the scenario's steps and expectations. It must never know a test framework.
"""
