"""Write a software bill of materials of the locked packages, as CycloneDX 1.6 JSON.

    python scripts/sbom.py [FILE]

Names, versions and sums are those of requirements.lock; licences are read from the packages that
are installed beside this Python.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from install_torch import TORCH

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write it to the named file, or to sbom.json."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "sbom.json")
    bom = bill(datetime.now(UTC))
    target.write_text(json.dumps(bom, indent=1) + "\n")
    print(f"{target}: {len(bom['components'])} components")


def bill(now: datetime) -> dict[str, Any]:
    """The whole document."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    components = [component(*package) for package in locked()]
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {
            "timestamp": now.isoformat(timespec="seconds"),
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "purl": own,
                "licenses": [{"license": {"id": project["license"]}}],
            },
        },
        "components": components,
        "dependencies": [{"ref": own, "dependsOn": [part["bom-ref"] for part in components]}],
    }


def locked() -> Iterator[tuple[str, str, list[str]]]:
    """Name, version and sums of every package; torch has no sums, it is built in several ways."""
    name, version = TORCH.split("==")
    yield name, version, []
    text = (ROOT / "requirements.lock").read_text().replace("\\\n", " ")
    for line in text.splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line):
            yield found[1], found[2], re.findall(r"--hash=sha256:([0-9a-f]{64})", line)


def component(name: str, version: str, sums: list[str]) -> dict[str, Any]:
    """One package; each of its files on the registry has a sum of its own."""
    purl = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version}"
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    if licence := _licence(name):
        found["licenses"] = [{"license": {"name": licence}}]
    if sums:
        found["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in sums]
    return found


def _licence(name: str) -> str | None:
    try:
        fields = metadata(name)
    except PackageNotFoundError:
        return None  # made for another platform
    stated = fields.get("License-Expression") or fields.get("License") or ""
    prefix = "License :: OSI Approved :: "
    classified = [
        c.removeprefix(prefix) for c in fields.get_all("Classifier") or () if prefix in c
    ]
    # Some packages put the whole text there.
    return stated if stated and "\n" not in stated else ", ".join(classified) or None


if __name__ == "__main__":
    main()
