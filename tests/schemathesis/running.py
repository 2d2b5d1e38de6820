"""Schemathesis as an integrator runs it: its command in a process of its own, with the hooks of the kit."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.serving import PATIENCE, environment

HERE = Path(__file__).parent
HOOKS = "mockserver.testing.schemathesis_hooks"


def kit_environment(**variables: str) -> dict[str, str]:
    """An environment in which nothing steers the kit but these variables."""
    return {name: value for name, value in environment().items() if not name.startswith("IMIN_")} | variables


def run_schemathesis(
    document: str, directory: Path, *flags: str, configurations: Iterable[str] = (), **variables: str
) -> subprocess.CompletedProcess[str]:
    """What a run over the document says. ``configurations`` are names of files here, put together in one."""
    config = directory / "schemathesis.toml"
    config.write_text("".join((HERE / name).read_text() + "\n" for name in configurations))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", document, *flags]
    own = kit_environment(NO_COLOR="1", SCHEMATHESIS_HOOKS=HOOKS, **variables)
    return subprocess.run(
        command, cwd=directory, env=own, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
