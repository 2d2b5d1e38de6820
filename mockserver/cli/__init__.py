"""The command line ``imin-mock``. Exit codes: 0 fine, 1 findings, 2 bad scenario or settings, 3 cannot bind."""
