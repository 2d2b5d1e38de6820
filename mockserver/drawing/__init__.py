"""Diagrams of what a scenario says: its behaviour machine, and the life of an order item.

This package knows the domain's tables and values, and how to draw them as Mermaid text and as SVG. It is pure: it must never know
files, HTTP, clocks, or how a world is run.
"""
