"""bot -> index -> embeddings: no arrow points back, no circle, and only one file composes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "index", "embeddings")
# What index may use of embeddings: the seam, not the engines behind it.
SEAM = {"embeddings.api", "embeddings.errors"}
# Each costs a second or more, or is missing in an environment that only asks for help.
HEAVY = {"torch", "sentence_transformers", "transformers", "openvino", "telegram", "faiss"}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, *, lazy: bool = True) -> Iterator[str]:
    """Modules that a file names in its imports; without `lazy` those that run when it is read."""
    known = modules()
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if lazy else _at_import_time(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else node.module


def _at_import_time(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        yield from _at_import_time(node)


@pytest.mark.parametrize("name", sorted(modules()))
def test_no_module_imports_a_higher_package(name: str) -> None:
    package = name.split(".")[0]
    higher = PACKAGES[: PACKAGES.index(package)]
    wrong = [i for i in imports(modules()[name]) if i.split(".")[0] in higher]
    assert wrong == []


@pytest.mark.parametrize("name", sorted(m for m in modules() if m.startswith("index")))
def test_index_sees_only_the_seam_of_embeddings(name: str) -> None:
    known = modules()
    used = {i for i in imports(known[name]) if i in known and i.startswith("embeddings.")}
    assert used - SEAM == set()


def test_no_circle_of_imports() -> None:
    known = modules()
    graph = {
        name: {i for i in imports(path) if i in known and i != name}
        for name, path in known.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail[trail.index(name) :], name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_only_wiring_and_settings_name_an_engine() -> None:
    users = {
        name
        for name, path in modules().items()
        if not name.startswith("embeddings")
        # The names of models are no engine.
        and {i for i in imports(path) if i.startswith("embeddings.")}
        - SEAM
        - {"embeddings.models"}
    }
    assert users <= {"bot.wiring", "bot.settings.encoding"}


def test_reading_the_command_line_modules_costs_no_heavy_import() -> None:
    known = modules()
    seen: set[str] = set()
    waiting = ["bot.cli"]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        found = set(imports(known[name], lazy=False))
        heavy = {i for i in found if i.split(".")[0] in HEAVY}
        assert heavy == set(), name
        waiting += [i for i in found if i in known]
        parent = name.rpartition(".")[0]
        waiting += [parent] if parent else []
