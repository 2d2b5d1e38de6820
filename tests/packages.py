"""Wheels that hold their metadata alone, and an index of them in a folder. It needs Python's own library and nothing else: a
build backend in an empty environment uses it too."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


def write_wheel(folder: Path, name: str, version: str, requires: Sequence[str] = ()) -> Path:
    """A wheel of that name and version, which has an extra named ``more``."""
    stem = f"{name.replace('-', '_')}-{version}"
    needs = "".join(f"Requires-Dist: {each}\n" for each in requires)
    files = {
        f"{stem}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n{needs}"
        ),
        f"{stem}.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{stem}.dist-info/RECORD"
    wheel = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in {**files, record: "".join(f"{path},,\n" for path in [*files, record])}.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    return wheel


@dataclass(frozen=True, slots=True)
class Index:
    """A simple index, as pip reads one from a folder."""

    folder: Path

    def offer(self, name: str, version: str, *requires: str) -> str:
        """Offer this release beside the others of its name; its line in a lock."""
        shelf = self.folder / name
        shelf.mkdir(parents=True, exist_ok=True)
        wheel = write_wheel(shelf, name, version, requires)
        links = "".join(f'<a href="{each.name}">{each.name}</a>\n' for each in sorted(shelf.glob("*.whl")))
        (shelf / "index.html").write_text(f"<!DOCTYPE html>\n<html><body>\n{links}</body></html>\n", encoding="utf-8")
        return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
