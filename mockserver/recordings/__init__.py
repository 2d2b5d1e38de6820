"""Recorded HTTP sessions: read, played again in a fresh world, and held against what the mock says.

It knows the files that sessions are recorded in, and asks the mock over HTTP as a client does. It must never know terminals.
"""
