"""Suites of an integrator's own, run by pytest with the plugin as it is installed."""

import pytest

from mockserver.testing import Mock

# pytester forgets the modules that a run inside it was the first to load, and a class that is made twice equals itself no more.
with Mock() as _mock:
    _mock.world().explain("seat-1")
    _mock.coverage()

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


def run(pytester: pytest.Pytester, suite: str, *arguments: str) -> pytest.RunResult:
    """The result of a suite that may use ``ask`` and ``cancel``; its tests run in this process."""
    pytester.makepyfile(CANCEL + "\n\n" + suite)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:randomly", *arguments)
