"""``python -m mockserver``: the same as ``imin-mock``."""

from mockserver.cli.main import main

main()
