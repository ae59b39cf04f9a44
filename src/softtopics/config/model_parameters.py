"""What a model's class takes and needs, read from its file without importing it (and torch with it)."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

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
    found = keywords(tree, model_class(tree))
    return {name: allowed(found[name].annotation) for name in sorted(found) if name != "random_state"}


@cache
def defaults_of(model: str) -> dict[str, Any]:
    """What a model's class takes for the keyword-only parameters that it is not given."""
    tree = parse(model)
    taken = keywords(tree, model_class(tree))
    return {name: ast.literal_eval(keyword.default) for name, keyword in taken.items() if keyword.default}


def lacking(model: str, parameters: dict, block: dict) -> list[str]:
    """The keys of a method's block that its model cannot do without (`TopicModel.needs`) and that name nothing.

    Args:
        model: its file.
        parameters: the method's.
        block: its settings: `input`, `teacher`, `word_vectors`.
    """
    tree = parse(model)
    values = defaults_of(model) | parameters
    needs = assigned(tree, model_class(tree), "needs") or ()
    return [key for key, when in needs if not block[key] and all(values[name] in when[name] for name in when)]


def unused(model: str, parameters: dict, block: dict) -> list[str]:
    """The keys of a method's block that name something of which its model makes no use; arguments as for `lacking`.

    A model that does not say what it needs may use everything.
    """
    tree = parse(model)
    values, needs = defaults_of(model) | parameters, assigned(tree, model_class(tree), "needs")
    if needs is None:
        return []
    used = {key for key, when in needs if all(values[name] in when[name] for name in when)}
    return [key for key in ("input", "teacher", "word_vectors") if block[key] and key not in used]


@cache
def has_method(model: str, method: str) -> bool:
    """Whether a model's class, or a base of it other than `TopicModel`, defines a method."""
    tree = parse(model)
    return defines(tree, model_class(tree), method)


def defines(tree: ast.Module, name: str, method: str) -> bool:
    found = definition(tree, name)
    if found is None or found[1].name == "TopicModel":
        return False
    tree, node = found
    own = any(isinstance(part, ast.FunctionDef) and part.name == method for part in node.body)
    return own or any(defines(tree, base.id, method) for base in node.bases if isinstance(base, ast.Name))


def model_class(tree: ast.Module) -> str:
    """What a model's module names by `MODEL`."""
    assigned = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    return ast.unparse(assigned["MODEL"])


def definition(tree: ast.Module, name: str) -> tuple[ast.Module, ast.ClassDef] | None:
    """The class of that name, which a module defines or imports from another model, and the module that defines it."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in [alias.asname or alias.name for alias in node.names]:
            package, _, module = (node.module or "").rpartition(".")
            original = next(alias.name for alias in node.names if name == (alias.asname or alias.name))
            return definition(parse(module), original) if package == "softtopics.models" else None
        if isinstance(node, ast.ClassDef) and node.name == name:
            return tree, node
    return None


@dataclass(frozen=True)
class Keyword:
    """A keyword-only parameter, as it is written."""

    annotation: ast.expr | None
    default: ast.expr | None


def keywords(tree: ast.Module, name: str) -> dict[str, Keyword]:
    """Keyword-only parameters of the class of that name, and of its bases where it passes on what it is given."""
    if (found := definition(tree, name)) is None:
        return {}
    tree, node = found
    own = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
    taken: dict[str, Keyword] = {}
    if not own or own[0].args.kwarg:
        for base in (base.id for base in node.bases if isinstance(base, ast.Name)):
            taken |= keywords(tree, base)
    for arguments in (init.args for init in own):
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            taken[one.arg] = Keyword(one.annotation, default)
    return taken


def assigned(tree: ast.Module, name: str, attribute: str) -> Any:
    """The literal that a class, or a base of it, gives an attribute; None where none does."""
    if (found := definition(tree, name)) is None:
        return None
    tree, node = found
    for part in node.body:
        if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == attribute:
            return ast.literal_eval(part.value)
    inherited = (assigned(tree, base.id, attribute) for base in node.bases if isinstance(base, ast.Name))
    return next((value for value in inherited if value is not None), None)


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
