"""imin-mock: a stateful, deterministic rehearsal stage for integrators of imin's Booking API.

Its users import ``mockserver.testing``, name ``mockserver.pytest_plugin``, and type commands. Every other module is private:
``tests/public_names.py`` says which are not.
"""

__version__ = "0.1.0"
