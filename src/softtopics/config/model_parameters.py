"""What keyword parameters a model's class takes, read from its file without importing it (and torch with it)."""

import ast
from functools import cache
from pathlib import Path
from typing import get_args

from softtopics.config import kinds
from softtopics.config.kinds import NAMED, Kind

MODELS = Path(__file__).parents[1] / "models"


def known_models() -> list[str]:
    """Files of `models` that name a class by `MODEL`."""
    return sorted(path.stem for path in MODELS.glob("*.py") if "\nMODEL = " in path.read_text(encoding="utf-8"))


@cache
def parameters_of(model: str) -> dict[str, tuple[Kind, ...]]:
    """The keyword-only parameters of a model's class; those of its bases, too, where it passes on what it is given.

    Returns:
        By name, the kinds of values that the annotation allows: none if it is of another kind than `config.kinds`
        knows, and then every value is left to the model.
    """
    tree = parse(model)
    assigned = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    found = keywords(tree, ast.unparse(assigned["MODEL"]))
    return {name: found[name] for name in sorted(found) if name != "random_state"}


def keywords(tree: ast.Module, name: str) -> dict[str, tuple[Kind, ...]]:
    """Keyword-only parameters of the class of that name, which a module defines or imports from another model."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in [alias.asname or alias.name for alias in node.names]:
            package, _, module = (node.module or "").rpartition(".")
            original = next(alias.name for alias in node.names if name == (alias.asname or alias.name))
            return keywords(parse(module), original) if package == "softtopics.models" else {}
        if isinstance(node, ast.ClassDef) and node.name == name:
            own = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
            found: dict[str, tuple[Kind, ...]] = {}
            if not own or own[0].args.kwarg:
                for base in (base.id for base in node.bases if isinstance(base, ast.Name)):
                    found |= keywords(tree, base)
            return found | {one.arg: allowed(one.annotation) for init in own for one in init.args.kwonlyargs}
    return {}


def allowed(annotation: ast.expr | None) -> tuple[Kind, ...]:
    """The kinds of values that an annotation names."""
    match annotation:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = allowed(left), allowed(right)
            return parts[0] + parts[1] if all(parts) else ()
        case ast.Constant(value=None):
            return (Kind("None"),)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            choices = ast.literal_eval(inner)
            choices = choices if isinstance(choices, tuple) else (choices,)
            return (Kind(type(choices[0]).__name__, choices=choices),)
        case ast.Name(id=name) if name in NAMED:
            return (Kind(name),)
        case ast.Name(id=name) if args := get_args(getattr(kinds, name, None)):
            return (Kind(args[0].__name__, range=args[1]),)
    return ()


@cache
def parse(model: str) -> ast.Module:
    return ast.parse((MODELS / f"{model}.py").read_text(encoding="utf-8"))
