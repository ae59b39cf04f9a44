"""What a model's class takes and needs, read from its file without importing it (and torch with it)."""

import ast
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

from softtopics.config import kinds
from softtopics.config.kinds import NAMED, Kind
from softtopics.errors import InputError

MODELS = Path(__file__).parents[1] / "models"
NAMING = ("input", "teacher", "word_vectors")  # keys of a method's block that name what a model reads
NO_LITERAL = (ValueError, TypeError)  # what `ast.literal_eval` raises of code that is no literal


def files_of_models() -> set[str]:
    """The names of the files of `models`: of models, and of what they share."""
    return {path.stem for path in MODELS.glob("*.py")}


def known_models() -> list[str]:
    """Files of `models` that name a class by `MODEL`; all are parsed, so only a mistake should ask for them."""
    return sorted(name for name in files_of_models() if model_class(parse(name)))


def path_of(model: str) -> str:
    """What errors call the file of a model."""
    return f"src/softtopics/models/{model}.py"


@cache
def parameters_of(model: str) -> dict[str, tuple[Kind, ...]]:
    """The keyword-only parameters of a model's class; those of its bases, too, where it passes on what it is given.

    Returns:
        By name, the kinds of values that the annotation allows: none if it is of another kind than `config.kinds`
        knows, and then every value is left to the model.
    """
    found = signature(*class_of(model))
    own = [name for name in sorted(found) if found[name].by_keyword and name != "random_state"]
    return {name: allowed(found[name].annotation) for name in own}


def by_place(model: str) -> list[str]:
    """The parameters of a model's class, behind K, that are not keyword-only, as those that a config gives must be."""
    return [name for name, parameter in signature(*class_of(model)).items() if not parameter.by_keyword]


@cache
def defaults_of(model: str) -> dict[str, Any]:
    """What a model's class takes for the keyword-only parameters that it is not given, as far as it is a literal.

    What else a default is (`np.pi`), only the module itself knows, which is not imported for that.
    """
    found = {}
    for name, parameter in signature(*class_of(model)).items():
        if parameter.by_keyword and parameter.default:
            with suppress(*NO_LITERAL):
                found[name] = ast.literal_eval(parameter.default)
    return found


def lacking(model: str, parameters: dict, block: dict) -> list[str]:
    """The keys of a method's block that its model cannot do without (`TopicModel.needs`) and that name nothing.

    Args:
        model: its file.
        parameters: the method's.
        block: its settings: `input`, `teacher`, `word_vectors`.
    """
    values, needs = defaults_of(model) | parameters, needs_of(model) or ()
    return [key for key, when in needs if not block[key] and all(values.get(name) in when[name] for name in when)]


def unused(model: str, parameters: dict, block: dict) -> list[str]:
    """The keys of a method's block that name something of which its model makes no use; arguments as for `lacking`.

    A model that does not say what it needs may use everything.
    """
    values, needs = defaults_of(model) | parameters, needs_of(model)
    if needs is None:
        return []
    used = {key for key, when in needs if all(name not in values or values[name] in when[name] for name in when)}
    return [key for key in NAMING if block[key] and key not in used]


@cache
def needs_of(model: str) -> tuple[tuple[str, dict[str, tuple[str, ...]]], ...] | None:
    """`needs` of a model's class; None where neither it nor a base says it.

    Raises:
        InputError: it is no tuple of pairs of a key and the values of parameters.
    """
    needs = assigned(*class_of(model), "needs")
    try:
        rows = None if needs is None else [(key, dict(when)) for key, when in needs]
    except (TypeError, ValueError):
        rows = [("", {})]
    for key, when in rows or ():
        if key not in NAMING or not all(isinstance(values, tuple) for values in when.values()):
            raise InputError(
                f"{path_of(model)}: `needs` is no tuple of pairs of one of {', '.join(NAMING)} and values of "
                'parameters, as in needs = (("input", {}), ("teacher", {"target": ("soft_label",)}))'
            )
    return needs


@cache
def has_method(model: str, method: str) -> bool:
    """Whether a model's class, or a base of it other than `TopicModel`, defines a method."""
    return defines(*class_of(model), method)


def defines(tree: ast.Module, name: str, method: str) -> bool:
    found = definition(tree, name)
    if found is None or found[1].name == "TopicModel":
        return False
    tree, node = found
    own = any(isinstance(part, ast.FunctionDef) and part.name == method for part in node.body)
    return own or any(defines(tree, base.id, method) for base in node.bases if isinstance(base, ast.Name))


@cache
def class_of(model: str) -> tuple[ast.Module, str]:
    """The module of a model, and the name of the class in it that is the model.

    Raises:
        InputError: the file is no Python, or names no class by `MODEL`, or one that is not there.
    """
    tree = parse(model)
    name = model_class(tree)
    if name is None:
        raise InputError(f"{path_of(model)} names no class by `MODEL`; end it with MODEL = and the name of its class")
    if definition(tree, name) is None:
        raise InputError(
            f"{path_of(model)}: MODEL is {name}, and the file has no class of that name; write the class there, or "
            "import it from a file of softtopics.models"
        )
    return tree, name


def model_class(tree: ast.Module) -> str | None:
    """What a model's module names by `MODEL`, or defines or imports under that name; None: nothing."""
    if (value := given(tree, "MODEL")) is not None:
        return ast.unparse(value)
    return "MODEL" if definition(tree, "MODEL") else None


def given(block: ast.Module | ast.ClassDef, name: str) -> ast.expr | None:
    """What a module or a class assigns to a name last, with an annotation or without; None: nothing."""
    found = None
    for node in block.body:
        match node:
            case ast.Assign(targets=targets, value=value) if name in map(ast.unparse, targets):
                found = value
            case ast.AnnAssign(target=target, value=ast.expr() as value) if name == ast.unparse(target):
                found = value
    return found


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
class Parameter:
    """A parameter as it is written, and whether it is keyword-only."""

    annotation: ast.expr | None
    default: ast.expr | None
    by_keyword: bool


def signature(tree: ast.Module, name: str) -> dict[str, Parameter]:
    """Parameters, behind K, of the class of that name, and of its bases where it passes on what it is given."""
    if (found := definition(tree, name)) is None:
        return {}
    tree, node = found
    own = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
    taken: dict[str, Parameter] = {}
    if not own or own[0].args.kwarg:
        for base in (base.id for base in node.bases if isinstance(base, ast.Name)):
            taken |= signature(tree, base)
    for arguments in (init.args for init in own):
        for one in (arguments.posonlyargs + arguments.args)[2:]:  # behind self and K
            taken[one.arg] = Parameter(one.annotation, None, by_keyword=False)
        for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            taken[one.arg] = Parameter(one.annotation, default, by_keyword=True)
    return taken


def assigned(tree: ast.Module, name: str, attribute: str) -> Any:
    """The literal that a class, or a base of it, gives an attribute; None where none does.

    Raises:
        InputError: it gives something else.
    """
    if (found := definition(tree, name)) is None:
        return None
    tree, node = found
    if (value := given(node, attribute)) is not None:
        try:
            return ast.literal_eval(value)
        except NO_LITERAL as error:
            raise InputError(
                f"src/softtopics/models: `{attribute}` of the class {name} (line {value.lineno} of its file) is read "
                "without being run; write its value out"
            ) from error
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
            try:
                choices = ast.literal_eval(inner)
            except NO_LITERAL:  # names of constants, which only the module itself knows
                return ()
            choices = choices if isinstance(choices, tuple) else (choices,)
            return (Kind(type(choices[0]).__name__, choices=choices),)
        case ast.Name(id=name) if name in NAMED:
            return (Kind(name),)
        case ast.Name(id=name) if args := get_args(getattr(kinds, name, None)):
            return (Kind(args[0].__name__, range=args[1]),)
    return ()


@cache
def parse(model: str) -> ast.Module:
    """Raises InputError: there is no such file, or it is no Python."""
    path = MODELS / f"{model}.py"
    if not path.is_file():
        raise InputError(f"{path_of(model)}: there is no such file; correct the import that names it")
    try:
        return ast.parse(path.read_bytes(), path)
    except SyntaxError as error:
        where = f", line {error.lineno}" if error.lineno else ""
        raise InputError(f"{path_of(model)}{where}: this is not Python ({error.msg}); correct it") from error
