"""Nothing that can run code is ever read from a file, and nothing in a text is ever run."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    path for folder in ("bot", "index", "embeddings") for path in (ROOT / folder).rglob("*.py")
]
UNPICKLE = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
RUNS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN = {
    ("torch", "load"),
    ("yaml", "unsafe_load"),
    ("yaml", "full_load"),
    ("os", "system"),
}


def test_no_module_reads_objects_or_runs_texts() -> None:
    assert len(FILES) > 200
    assert {str(path): found for path in FILES if (found := _forbidden(path))} == {}


def _forbidden(path: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name.split(".")[0] in UNPICKLE]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNPICKLE:
            found.append(str(node.module))
        elif isinstance(node, ast.Call):
            found += _calls(node)
    return found


def _calls(node: ast.Call) -> list[str]:
    called, said = node.func, {k.arg: ast.unparse(k.value) for k in node.keywords}
    if isinstance(called, ast.Name) and called.id in RUNS:
        return [called.id]
    if not isinstance(called, ast.Attribute) or not isinstance(called.value, ast.Name):
        return []
    name = (called.value.id, called.attr)
    pickled = name == ("np", "load") and said.get("allow_pickle") != "False"
    shell = name[0] == "subprocess" and said.get("shell", "False") != "False"
    loader = name == ("yaml", "load") and not said.get("Loader", "").endswith("VerbatimLoader")
    return [".".join(name)] if name in FORBIDDEN or pickled or shell or loader else []


def test_the_check_sees_what_it_forbids() -> None:
    source = "np.load(p)\nyaml.load(s)\nsubprocess.run(c, shell=True)\neval(x)\ntorch.load(f)"
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert all(_calls(node) for node in nodes)
    assert len(nodes) == 5


def test_the_loader_of_front_matter_makes_no_objects() -> None:
    import yaml

    from index.readers.front_matter import _VerbatimLoader

    assert issubclass(_VerbatimLoader, yaml.SafeLoader)
    with pytest.raises(yaml.YAMLError):
        yaml.load("a: !!python/object/apply:os.getcwd []", Loader=_VerbatimLoader)  # noqa: S506 - it is a SafeLoader
