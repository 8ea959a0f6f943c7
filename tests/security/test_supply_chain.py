"""What is installed is exactly what was locked, and can be listed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, list[str]]:
    """Hashes by `package==version`, from blocks of continued lines."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            pinned, *rest = line.split()
            found[pinned] = [word for word in rest if word.startswith("--hash=")]
    return found


def canonical(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", requirement)[0]).lower()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_package_is_pinned_to_one_version_with_hashes(name: str) -> None:
    packages = locked(name)
    assert len(packages) > 20
    for pinned, hashes in packages.items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9._+!]+", pinned), pinned
        assert hashes, pinned
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", h) for h in hashes), pinned


def test_every_requirement_is_locked() -> None:
    # torch comes from an index of its own: `scripts/install_torch.py` holds its version and sums.
    run = {canonical(pinned) for pinned in locked("requirements.lock")} | {"torch"}
    tests = run | {canonical(pinned) for pinned in locked("requirements-test.lock")}
    assert {canonical(wanted) for wanted in PROJECT["dependencies"]} - run == set()
    assert {canonical(w) for w in PROJECT["optional-dependencies"]["test"]} - tests == set()


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile"])
def test_what_is_installed_must_have_the_locked_sums(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if "-r requirements" in line]
    assert lines
    assert all("--require-hashes" in line and "--no-deps" in line for line in lines)


def test_the_bill_of_materials_names_every_locked_package_with_its_sums(tmp_path: Path) -> None:
    target = tmp_path / "sbom.json"
    subprocess.run([sys.executable, ROOT / "scripts" / "sbom.py", target], check=True, timeout=60)
    bom = json.loads(target.read_text())
    assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.6")
    assert bom["metadata"]["component"]["version"] == PROJECT["version"]
    parts = {f"{part['name']}=={part['version']}": part for part in bom["components"]}
    packages = locked("requirements.lock")
    assert {name for name in parts if not name.startswith("torch==")} == set(packages)
    for name, hashes in packages.items():
        sums = [f"--hash=sha256:{h['content']}" for h in parts[name]["hashes"]]
        assert sums == hashes
    refs = [part["bom-ref"] for part in bom["components"]]
    assert len(set(refs)) == len(refs)
    assert bom["dependencies"][0]["dependsOn"] == refs
    licensed = [part for part in bom["components"] if "licenses" in part]
    assert len(licensed) > len(refs) * 0.7


FINE = {"name": "fine", "version": "1", "vulns": []}
HOLE = {
    "name": "bad",
    "version": "1",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2"], "aliases": [], "description": ""}],
}
UNASKED = {"name": "lost", "skip_reason": "lost could not be audited"}


@pytest.mark.parametrize(
    ("printed", "code", "says"),
    [
        ({"dependencies": [FINE]}, 0, "requirements-test.lock: 1 of 1 packages audited."),
        ({"dependencies": [FINE, HOLE]}, 1, "bad 1: PYSEC-2026-1, mended in 2"),
        ({"dependencies": [FINE, UNASKED]}, 3, "lost could not be audited"),
        ({"dependencies": [HOLE, UNASKED]}, 1, "lost could not be audited"),
        (None, 3, "requirements.lock was not audited, pip-audit failed: no route"),
    ],
)
def test_an_audit_that_could_not_ask_does_not_pass(
    printed: dict[str, object] | None, code: int, says: str, tmp_path: Path
) -> None:
    # In the place of pip-audit, which asks the network; it has to be given every pinned package.
    (tmp_path / "pip_audit.py").write_text(
        "import sys\nfrom pathlib import Path\n"
        "with Path(__file__).with_name('asked').open('a') as asked:\n"
        "    asked.write(Path(sys.argv[-1]).read_text() + '\\n')\n"
        + (f"print({json.dumps(printed)!r})" if printed else "sys.exit('no route')")
    )
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "audit.py"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code
    assert says in done.stdout + done.stderr
    asked = {line.split()[0] for line in (tmp_path / "asked").read_text().splitlines()}
    locks = {**locked("requirements.lock"), **locked("requirements-test.lock")}
    assert {name for name in asked if not name.startswith("torch==")} == set(locks)
