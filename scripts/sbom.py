"""Print what Stomper is made of, as it is installed here: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/.

The binary has these packages in it, and the Python of this environment.
"""

import json
import platform
import runpy
from importlib.metadata import PackageMetadata, distribution
from pathlib import Path
from typing import Any

NAME = "stomper-fix"
STAMP = Path(__file__).resolve().parents[1] / "build" / "version_stamp.py"


def sbom() -> dict[str, Any]:
    """Give the whole, in a fixed order and without a time: the same environment gives the same bytes."""
    names: list[str] = runpy.run_path(str(STAMP))["closure"](NAME)
    parts = [_component(name, "library") for name in names]
    whole = _component(NAME, "application")
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": whole},
        "components": [*parts, _python()],
        "dependencies": [
            {"ref": _component(NAME, "application")["bom-ref"], "dependsOn": [c["bom-ref"] for c in parts]}
        ],
    }


def _component(name: str, kind: str) -> dict[str, Any]:
    found = distribution(name)
    address = f"pkg:pypi/{name}@{found.version}"
    known = {"type": kind, "name": name, "version": found.version, "purl": address, "bom-ref": address}
    licence = _licence(found.metadata)
    return {**known, **({"licenses": [licence]} if licence else {})}


def _licence(facts: PackageMetadata) -> dict[str, Any]:
    """Give the licence as a package states it: an expression of SPDX, or else a name."""
    known = facts.json
    if expression := known.get("license_expression"):
        return {"expression": expression}
    named = [text.rpartition(" :: ")[2] for text in facts.get_all("Classifier") or () if text.startswith("License :: ")]
    stated = str(known.get("license") or "").strip()
    name = stated if stated and "\n" not in stated else ", ".join(named)
    return {"license": {"name": name}} if name else {}


def _python() -> dict[str, Any]:
    version = platform.python_version()
    address = f"pkg:generic/python@{version}"
    licence = [{"license": {"id": "PSF-2.0"}}]
    return {
        "type": "platform",
        "name": "python",
        "version": version,
        "purl": address,
        "bom-ref": address,
        "licenses": licence,
    }


if __name__ == "__main__":
    print(json.dumps(sbom(), indent=2))
