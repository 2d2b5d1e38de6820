"""Suites of an integrator's own, run by pytest with the plugin as it is installed."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

CANCEL = '''
import json
import urllib.request

import pytest


def ask(imin, method, path, body=None):
    """What an integrator's client does, over HTTP."""
    headers = {**imin.headers, **({"Content-Type": "application/json"} if body is not None else {})}
    request = urllib.request.Request(imin.base_url + path, method=method, headers=headers, data=body)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def cancel(imin, item="seat-1", order="booking"):
    number = imin.order(order).identifier
    wanted = {"@context": "https://openactive.io/", "type": "Order", "orderedItem": [{
        "type": "OrderItem",
        "id": f"{imin.base_url}/api/v2/orders/{number}/order-items/{item}",
        "orderItemStatus": "https://openactive.io/CustomerCancelled",
    }]}
    return ask(imin, "PATCH", f"/api/v2/orders/{number}", json.dumps(wanted).encode())
'''


LOADED: dict[str, ModuleType] = {}
"""What runs in this process have loaded, but for the suites' own files.

pytester drops what was first loaded there, after a run and at its own end. Whoever loads it again gets other classes of the
same names, and what had kept the first ones (a table of exceptions, an ``except``) knows them no more: the next test that uses
the library fails. So it is put back after either.
"""


class _Noting:
    """A plugin that notes what is loaded at the end of a run, before pytester tidies up."""

    def __init__(self, suite: Path) -> None:
        self.suite = suite

    def pytest_unconfigure(self) -> None:
        LOADED.update((name, module) for name, module in sys.modules.items() if not self._is_of_the_suite(module))

    def _is_of_the_suite(self, module: ModuleType) -> bool:
        file = getattr(module, "__file__", None)
        return file is not None and Path(file).is_relative_to(self.suite)


def put_back() -> None:
    """Have loaded again what was dropped, as it was."""
    sys.modules.update({name: module for name, module in LOADED.items() if name not in sys.modules})


def run_here(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """The result of the suite in pytester's folder, run in this process."""
    result = pytester.runpytest_inprocess(*arguments, plugins=[_Noting(pytester.path)])
    put_back()
    return result


def run(pytester: pytest.Pytester, suite: str, *arguments: str) -> pytest.RunResult:
    """The result of a suite that may use ``ask`` and ``cancel``; its tests run in this process."""
    pytester.makepyfile(CANCEL + "\n\n" + suite)
    return run_here(pytester, "-p", "no:cacheprovider", "-p", "no:randomly", *arguments)
