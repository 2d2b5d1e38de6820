"""Adapters to the world outside: journals and scenario files. Never HTTP."""
