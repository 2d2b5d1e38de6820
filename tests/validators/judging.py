"""The standard's own validators, which are npm packages: installed once from their lock, run once over everything.

They are kept beside the checkout's environment, by the lock that they were installed from.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
INSTALLED = HERE.parent.parent / ".validators"
OLDEST_NODE = 20
FILES = ("package.json", "package-lock.json", ".npmrc", "judge.js")
_NO_REGISTRY = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT")


def failures(bodies: Sequence[Any], pages: Sequence[Any]) -> dict[str, list[str]]:
    """What fails, by name: ``bodies`` are {name, mode, body}, ``pages`` what FeedPageChecker takes, with a name and a walk."""
    where = _installed()
    asked = json.dumps({"bodies": bodies, "pages": pages})
    ran = subprocess.run(
        ["node", "judge.js"], cwd=where, input=asked, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    judged = json.loads(ran.stdout)
    assert [each["name"] for each in judged] == [each["name"] for each in (*bodies, *pages)]
    return {each["name"]: each["failures"] for each in judged}


def _installed() -> Path:
    """The folder with the validators in it. Skips the test where there is no Node, or no registry to install them from."""
    npm = _npm()
    lock = sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    where = INSTALLED / lock
    if where.is_dir():
        return where
    INSTALLED.mkdir(exist_ok=True)
    making = Path(mkdtemp(prefix="making-", dir=INSTALLED))
    try:
        for name in FILES:
            shutil.copy(HERE / name, making / name)
        command = [npm, "ci", "--fetch-retries=1", "--fetch-timeout=20000"]
        ran = subprocess.run(command, cwd=making, capture_output=True, text=True, check=False, timeout=240)
        if ran.returncode != 0 and _NO_REGISTRY.search(ran.stderr):
            pytest.skip("the validators are not installed yet, and npm reaches no registry")
        assert ran.returncode == 0, ran.stderr
        try:
            making.rename(where)
        except OSError:
            assert where.is_dir(), "another test run has installed them meanwhile, or nobody has"
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return where


def _npm() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("there is no Node with npm")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(said.removeprefix("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(f"Node is older than {OLDEST_NODE}: {said.strip()}")
    return npm
