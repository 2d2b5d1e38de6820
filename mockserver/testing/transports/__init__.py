"""The mock as what client libraries carry their requests with: a module for each library, named like it.

It must never load a library that nobody asked for.
"""
