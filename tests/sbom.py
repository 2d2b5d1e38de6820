"""What the package needs at run time, as CycloneDX: ``python -m tests.sbom`` writes the file that the wheel carries.

Versions and who needs what are the lock's, licences those that the installed packages declare. A package that is not installed
here, because another system needs it, keeps the licence that stood there for its version. No time and no chance: the same lock
gives the same bytes.
"""

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from mockserver import __version__
from tests.serving import ROOT

FILE = ROOT / "imin-mock.cdx.json"
OWN = "imin-mock"
_LOCKED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+)[^\n]*\n(?P<rest>(?:^ .*\n)*)", re.MULTILINE)


def locked() -> dict[str, tuple[str, tuple[str, ...]]]:
    """The version of each package that serving needs, and what needs it; ours is among those."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = {}
    for each in _LOCKED.finditer(lock):
        comments = re.findall(r"^ +# +(?:via )?([\w.-]+)(?: \(pyproject\.toml\))?$", each["rest"], re.MULTILINE)
        found[each["name"]] = (each["version"], tuple(name for name in comments if name != "via"))
    return found


def licence(name: str) -> str | None:
    """The licence that an installed package declares, as an SPDX expression where it has one."""
    try:
        declared = metadata(name)
    except PackageNotFoundError:
        return None
    return next((declared[field] for field in ("License-Expression", "License") if field in declared), None)


def made(before: str) -> str:
    """The document, with the licences of ``before`` for what is not installed here."""
    known = {
        (each["name"], each["version"]): told.get("expression") or next(iter(told["license"].values()))
        for each in json.loads(before or "{}").get("components", [])
        for told in each.get("licenses", [])
    }
    components = {
        name: _component(name, version, licence(name) or known.get((name, version)))
        for name, (version, _) in locked().items()
    }
    own = _component(OWN, __version__, "MIT")
    bom = Bom(components=components.values(), serial_number=uuid5(NAMESPACE_URL, repr((__version__, locked()))))
    bom.metadata.component = own
    for name, component in {OWN: own, **components}.items():
        bom.register_dependency(component, [components[each] for each, (_, via) in locked().items() if name in via])
    written = json.loads(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del written["metadata"]["timestamp"]
    return json.dumps(written, indent=2) + "\n"


def _component(name: str, version: str, declared: str | None) -> Component:
    url = PackageURL("pypi", name=name, version=version)
    licences = [LicenseFactory().make_from_string(declared)] if declared else []
    return Component(
        type=ComponentType.LIBRARY, name=name, version=version, purl=url, bom_ref=url.to_string(), licenses=licences
    )


if __name__ == "__main__":
    FILE.write_text(made(FILE.read_text(encoding="utf-8") if FILE.exists() else ""), encoding="utf-8")
