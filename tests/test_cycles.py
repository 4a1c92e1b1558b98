"""No file of the package imports, over others, itself."""

import ast
from graphlib import CycleError, TopologicalSorter
from importlib import resources
from pathlib import Path

ROOT = Path(str(resources.files("ribbonet")))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(name: str, tree: ast.Module, known: set[str]) -> set[str]:
    """Files imported when a file is, not those that a function or a type checker imports.

    A package is imported before what is in it, but for the packages that the file itself is in.
    """
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside & known or {node.module}
    found &= known
    above = {package for own in found for package in known if own.startswith(f"{package}.")}
    return found | {package for package in above if not f"{name}.".startswith(f"{package}.")}


def test_imports_go_in_no_circle():
    trees = {name_of(path): ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")}
    graph = {name: imported(name, tree, set(trees)) - {name} for name, tree in trees.items()}
    assert sum(map(len, graph.values())) > 500
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None
