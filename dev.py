#!/usr/bin/env python3
"""The one command of a checkout: it makes the environment, then serves, checks, builds, runs or locks.

It knows the files of the checkout and how to call the tools. It must never import the product, and needs nothing but
Python's own library, because it runs before anything else is installed. Its syntax is kept old enough for an older Python
to reach the sentence that refuses it.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("dev.py: imin-mock needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info[:2]))

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_LOCK = ROOT / ".venv.lock"
STAMP = VENV / "imin-mock-stamp.json"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
EXE = ".exe" if os.name == "nt" else ""
PYTHON = SCRIPTS / ("python" + EXE)

# The development lock holds all that serving needs, at the same versions: an environment for tests can serve too.
SERVE_LOCKS = ("requirements.txt", "requirements-build.txt")
TEST_LOCKS = ("requirements-dev.txt",)

# Cheapest first, so that a slip is told in a second and not after the whole suite. Pytest follows, and ends the output.
TYPED = ("dev.py", "mockserver", "tests", "benchmarks", "examples")
STATIC_CHECKS = (
    ("format", ("-m", "ruff", "format", "--check", ".")),
    ("lint", ("-m", "ruff", "check", ".")),
    ("layers", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
    ("types", ("-m", "mypy")),
)


class EnvironmentUnavailableError(Exception):
    """The environment cannot be made. The message says why, and what to do about it."""


def main(arguments: Sequence[str]) -> int:
    """The exit code of the command: 0 fine, 1 a check failed, 2 wrong usage or no environment; or the tool's own."""
    parser = _parser()
    options, passed_on = parser.parse_known_args(arguments)
    if options.command in ("test", "lock", "run") and passed_on[:1] == ["--"]:
        passed_on = passed_on[1:]
    elif options.command == "test" and passed_on:
        parser.error(f"unexpected {passed_on[0]}: what pytest should get goes after --")
    elif options.command == "build" and passed_on:
        parser.error(f"unexpected {passed_on[0]}")
    try:
        if options.command == "serve":
            prepare(SERVE_LOCKS)
            return become(["imin-mock", "serve", *passed_on])
        if options.command == "build":
            prepare(SERVE_LOCKS)
            return _call(PYTHON, "-m", "hatchling", "build", "--target", "wheel", "--directory", "dist")
        if options.command == "run":
            if not passed_on or passed_on[0].startswith("-"):
                parser.error("say what to run, for example: python3 dev.py run -- imin-mock --help")
            prepare(SERVE_LOCKS if options.runtime else TEST_LOCKS)
            return become(passed_on)
        if options.command == "test":
            prepare(TEST_LOCKS)
            return check(passed_on, everything=options.all, coverage=options.coverage)
        return lock(passed_on)
    except EnvironmentUnavailableError as error:
        _say(str(error))
        return 2
    except KeyboardInterrupt:
        _say("interrupted")
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description="Serve and check imin-mock from a checkout.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("serve", help="start the mock; all that follows goes to `imin-mock serve`", add_help=False)
    test = commands.add_parser("test", help="run the checks, cheapest first; after --, arguments for pytest alone")
    test.add_argument("--all", action="store_true", help="the exhaustive tests and the mutants too, as CI runs them")
    test.add_argument("--coverage", action="store_true", help="measure branch coverage, and fail under the floor")
    commands.add_parser("build", help="write the wheel that others install, to dist")
    run = commands.add_parser(
        "run", help="run one command in the development environment: run -- CMD ...", add_help=False, allow_abbrev=False
    )
    run.add_argument("--runtime", action="store_true", help="with nothing installed but what the mock itself needs")
    commands.add_parser("lock", help="refresh the locked requirements; after --, arguments for uv", add_help=False)
    return parser


def check(pytest_arguments: Sequence[str], *, everything: bool, coverage: bool) -> int:
    """0 if every check passes, else the exit code of the first that fails. Arguments for pytest skip the other checks.

    Without ``everything``, tests that take minutes to say the same every day are left out: the two markers of pyproject.toml.
    """
    if not pytest_arguments:
        started = time.monotonic()
        for name, command in STATIC_CHECKS:
            print(f"--- {name}", flush=True)
            paths = [part for part in TYPED if _holds_python(ROOT / part)] if name == "types" else []
            code = _call(PYTHON, *command, *paths)
            if code:
                print(f"dev.py: the check `{name}` failed; the later ones did not run", file=sys.stderr)
                return code
        print(f"--- tests (the checks before took {time.monotonic() - started:.1f} s)", flush=True)
    measuring = ["--cov", "--cov-report=term-missing:skip-covered"] if coverage else []
    if pytest_arguments:
        return _call(PYTHON, "-m", "pytest", *measuring, *pytest_arguments)
    # The mutants spread themselves over the cores; the rest is spread by xdist.
    spread = ("-n", str(os.cpu_count() or 1))
    if not everything:
        return _call(PYTHON, "-m", "pytest", *measuring, "-m", "not mutants and not exhaustive", *spread)
    return _call(PYTHON, "-m", "pytest", "-m", "mutants") or _call(
        PYTHON, "-m", "pytest", *measuring, "-m", "not mutants", *spread
    )


def _holds_python(path: Path) -> bool:
    return path.is_file() or any(path.rglob("*.py"))


def _call(*command: "str | Path", environment: "dict[str, str] | None" = None) -> int:
    """The exit code of a command that ran in the checkout."""
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def prepare(locks: Sequence[str]) -> None:
    """An environment with the locked packages and the project itself, made or refreshed only where something changed.

    What an earlier lock held must not hide what today's lacks, so a changed lock makes all of it anew. Each step takes the
    stamp away and writes it back when done, so what an interruption leaves half made is made again. Two calls at once wait
    for each other.
    """
    with _alone():
        stamp = _read_stamp()
        if stamp is None or stamp.home != _home() or not _holds(stamp, stamp.locks):
            stamp = Stamp(home=_home(), locks={}, project="")
            with _stamped(stamp):
                _say("making .venv")
                _make_venv()
        if not (_holds(stamp, locks) or _holds(stamp, TEST_LOCKS)):
            with _stamped(stamp):
                _say(f"installing {' and '.join(locks)}, hashes checked")
                # The locks are complete, so nothing is to be resolved: a resolver would ask the index for what is newest, and
                # refuse a locked package that another one wants with an extra on the day of its next release.
                _pip("--no-deps", "--require-hashes", *(part for name in locks for part in ("-r", name)))
                stamp.locks |= {name: _lock_digest(name) for name in locks}
                stamp.project = ""
        if stamp.project != _project_digest():
            with _stamped(stamp):
                _pip("--no-build-isolation", "--no-deps", "--editable", ".")
                _check_that_packages_fit()
                stamp.project = _project_digest()


@dataclass(slots=True, kw_only=True)
class Stamp:
    """What the environment was made from."""

    home: str
    locks: "dict[str, str]"
    project: str


def _read_stamp() -> "Stamp | None":
    """Nothing where no environment was made yet, or where making it did not finish."""
    try:
        return Stamp(**json.loads(STAMP.read_text(encoding="utf-8"))) if PYTHON.exists() else None
    except (OSError, ValueError, TypeError):
        return None


@contextlib.contextmanager
def _stamped(stamp: Stamp) -> "Iterator[None]":
    """The work inside may leave the environment half made; only its end vouches for it again."""
    STAMP.unlink(missing_ok=True)
    yield
    STAMP.write_text(json.dumps(asdict(stamp)), encoding="utf-8")


def _holds(stamp: Stamp, locks: Iterable[str]) -> bool:
    return all(stamp.locks.get(name) == _lock_digest(name) for name in locks)


def _lock_digest(name: str) -> str:
    return _digest((ROOT / name).read_bytes())


def _home() -> str:
    """What an environment is tied to: this Python, and where the checkout is (scripts name both by absolute path)."""
    return f"{sys.version} {sys.base_prefix} {ROOT}"


def _project_digest() -> str:
    """Changes where an editable installation would: not with every edit of a tool's settings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shape = [project["project"], project["build-system"], project["tool"]["hatch"]]
    version = (ROOT / "mockserver" / "__init__.py").read_bytes()
    return _digest(json.dumps(shape).encode() + version)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _make_venv(directory: Path = VENV) -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = "{}.{}".format(*sys.version_info[:2])
        raise EnvironmentUnavailableError(
            f"this Python ({sys.executable}) cannot make environments: its `venv` or `ensurepip` is missing.\n"
            f"On Debian and Ubuntu: apt install python{version}-venv. Elsewhere: install Python from python.org."
        )
    # From inside the old environment, its own interpreter could not replace itself on Windows.
    interpreter = getattr(sys, "_base_executable", None) or sys.executable
    if _call(interpreter, "-m", "venv", "--clear", directory):
        raise EnvironmentUnavailableError(f"{interpreter} could not make {directory}; its own words are above.")


def _pip(*arguments: str, python: Path = PYTHON) -> None:
    if _call(python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments, environment=_for_pip()):
        raise EnvironmentUnavailableError(
            "the packages could not be installed; pip's own words are above. If they speak of the network, an index that pip\n"
            "is told of (PIP_INDEX_URL) will do as well. Then give the same command again."
        )


def _for_pip() -> "dict[str, str]":
    """This machine's settings for pip (index, proxy, certificates) without those that say what to install, and where to."""
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
    rest = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**rest, "PIP_USER": "0", "PIP_CONSTRAINT": os.devnull}


def _check_that_packages_fit() -> None:
    """Nobody resolved the locks while installing them, so pip is asked afterwards whether they hold all that is needed."""
    command = (PYTHON, "-m", "pip", "--disable-pip-version-check", "check")
    checked = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    if checked.returncode:
        print(checked.stdout + checked.stderr, file=sys.stderr, end="")
        raise EnvironmentUnavailableError(
            "the locked packages do not fit together on this machine; pip's own words are above.\n"
            "`python3 dev.py lock` writes the locks anew."
        )


def become(command: Sequence[str]) -> int:
    """Hand over to ``command`` in the environment, so that signals and the exit code are the tool's own."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "PATH": f"{SCRIPTS}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment.pop("PYTHONHOME", None)
    found = shutil.which(command[0], path=environment["PATH"])
    if found is None:
        raise EnvironmentUnavailableError(f"there is no command {command[0]} in {SCRIPTS} or on PATH.")
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(found, [found, *command[1:]], environment)
    # Windows' exec returns to the shell at once and leaves the server behind. Ctrl-C reaches both; the server's end counts.
    with subprocess.Popen([found, *command[1:]], env=environment) as running:
        while True:
            with contextlib.suppress(KeyboardInterrupt):
                return running.wait()


def lock(uv_arguments: Sequence[str]) -> int:
    """Write the three locked requirements files anew: hashed, for every system and Python, naming no index."""
    with tempfile.TemporaryDirectory() as directory:
        uv = shutil.which("uv") or _install_uv(Path(directory))
        style = ("--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--quiet", *uv_arguments)
        # The development lock first; the others take their versions from it, so that the three never disagree.
        from_development = ("--constraint", "requirements-dev.txt")
        for output, sources in (
            ("requirements-dev.txt", ("pyproject.toml", "--group", "dev")),
            ("requirements.txt", ("pyproject.toml", *from_development)),
            ("requirements-build.txt", ("--group", "build", *from_development)),
        ):
            code = _call(uv, "pip", "compile", *style, *sources, "-o", output)
            if code:
                return code
    return 0


def _install_uv(directory: Path) -> str:
    _say("installing uv for this once")
    scripts = directory / SCRIPTS.name
    _make_venv(directory)
    _pip("uv", python=scripts / PYTHON.name)
    return str(scripts / ("uv" + EXE))


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Only one dev.py at a time touches the environment. The system lets go of the lock however the holder ends."""
    with VENV_LOCK.open("a+b") as held:
        if sys.platform == "win32":
            import msvcrt

            while True:
                with contextlib.suppress(OSError):
                    msvcrt.locking(held.fileno(), msvcrt.LK_LOCK, 1)  # gives up with an OSError after ten tries
                    break
        else:
            import fcntl

            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _say(what: str) -> None:
    print(f"dev.py: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
