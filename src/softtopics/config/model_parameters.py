"""What keyword parameters a model's class takes, read from its file without importing it (and torch with it)."""

import ast
from pathlib import Path

MODELS = Path(__file__).parents[1] / "models"


def known_models() -> list[str]:
    """Files of `models` that name a class by `MODEL`."""
    return sorted(path.stem for path in MODELS.glob("*.py") if "\nMODEL = " in path.read_text(encoding="utf-8"))


def parameters_of(model: str) -> list[str]:
    """The keyword-only parameters of a model's class; those of its bases, too, where it passes on what it is given."""
    tree = parse(model)
    assigned = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    return sorted(keywords(tree, ast.unparse(assigned["MODEL"])) - {"random_state"})


def keywords(tree: ast.Module, name: str) -> set[str]:
    """Keyword-only parameters of the class of that name, which a module defines or imports from another model."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in [alias.asname or alias.name for alias in node.names]:
            package, _, module = (node.module or "").rpartition(".")
            original = next(alias.name for alias in node.names if name == (alias.asname or alias.name))
            return keywords(parse(module), original) if package == "softtopics.models" else set()
        if isinstance(node, ast.ClassDef) and node.name == name:
            own = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
            found = {argument.arg for init in own for argument in init.args.kwonlyargs}
            if not own or own[0].args.kwarg:
                bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
                found = found.union(*(keywords(tree, base) for base in bases))
            return found
    return set()


def parse(model: str) -> ast.Module:
    return ast.parse((MODELS / f"{model}.py").read_text(encoding="utf-8"))
