"""What the mock costs, measured beside a bare Starlette application that gives the same bytes ready-made.

Kept empty of imports on purpose: the bare application is started through this package, and its start is measured too.
"""
