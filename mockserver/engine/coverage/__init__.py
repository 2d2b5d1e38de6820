"""Behaviour coverage: which behaviours of the mock somebody's tests have met, counted while they happen.

It knows the tables of rules and statuses, and what a world tells it. It must never look into a log afterwards.
"""
