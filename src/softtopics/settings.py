"""config.yaml -> what runs: validated, defaults filled in, ablations spelled out as cells."""

import ast
import copy
import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from softtopics.config_files import forget_other_kinds
from softtopics.errors import InputError
from softtopics.sources import source_files

MODELS = Path(__file__).parent / "models"
DEFAULT = "default"  # the variant that is the method as its config block says


class Cell(NamedTuple):
    """What one job trains, with every seed."""

    corpus: str
    method: str
    variant: str
    k: int


def load(config: dict, schema_path: str | Path) -> dict:
    """Fill in the schema's defaults and check everything that can be checked before a job starts.

    Args:
        config: the merged config files.
        schema_path: workflow/schemas/config.schema.yaml.

    Raises:
        InputError: a key is unknown, has the wrong type, or names something that is not there.
    """
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    forget_other_kinds(config, schema)
    if error := best_match(WithDefaults(schema).iter_errors(config)):
        raise InputError(sentence(error))
    check_names(config)
    for name in config["run"]["corpora"]:
        source = config["corpora"][name]["source"]
        if source["kind"] == "table" and not Path(source["path"]).is_file():
            raise InputError(
                f"corpora.{name}.source.path: there is no file {source['path']}; paths start at the working directory"
            )
    for name in external_references(config):
        if not Path(path := config["reference_texts"][name]["path"]).is_file():
            raise InputError(
                f"reference_texts.{name}.path: there is no file {path}; paths start at the working directory"
            )
    return config


def fill_defaults(validator: Draft202012Validator, properties: dict, instance: Any, schema: dict) -> Iterator:
    """The `properties` keyword, setting the defaults that the schema gives before it looks inside."""
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if "default" in subschema:
                instance.setdefault(name, copy.deepcopy(subschema["default"]))
    yield from Draft202012Validator.VALIDATORS["properties"](validator, properties, instance, schema)


WithDefaults = extend(Draft202012Validator, {"properties": fill_defaults})


def sentence(error: ValidationError) -> str:
    """What a JSON Schema error means for the person who wrote the config."""
    where = ".".join(map(str, error.absolute_path)) or "the top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = next(key for key in error.instance if key not in known)
        return f"config: {where} has the unknown key {unknown!r}{suggestion(unknown, known)}"
    if error.validator == "required":
        return f"config: {where} lacks a key: {error.message}"
    if error.validator == "type":
        return f"config: {where} is {error.instance!r}, which is not of type {error.validator_value}"
    return f"config: {where}: {error.message}"


def suggestion(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def check_names(config: dict) -> None:
    """Every name in the config is one that its catalogue has, every parameter one that its model takes."""

    def named(where: str, name: str, catalogue: str) -> None:
        if name not in config[catalogue]:
            raise InputError(f"config: {where}: {catalogue} has no {name!r}{suggestion(name, list(config[catalogue]))}")

    for catalogue in ("corpora", "methods", "ablations"):
        for name in config["run"][catalogue]:
            named(f"run.{catalogue}", name, catalogue)
    for name in config["run"]["references"]:
        named("run.references", name, "teachers")
    if "corpus" in config["reference_texts"]:
        raise InputError("config: reference_texts.corpus: that name means the corpus itself; choose another")
    for name in external_references(config):
        named("evaluation.coherence.references", name, "reference_texts")
    for name, teacher in config["teachers"].items():
        named(f"teachers.{name}.lm", teacher["lm"], "lms")
        named(f"teachers.{name}.prompt", teacher["prompt"], "prompts")
        check_words(f"teachers.{name}.words", teacher["words"], config["lms"][teacher["lm"]]["kind"])
    for name, ablation in config["ablations"].items():
        for method in ablation["methods"]:
            named(f"ablations.{name}.methods", method, "methods")
    for name, methods in config["report"]["backbones"].items():
        for method in methods:
            named(f"report.backbones.{name}", method, "methods")
    for name in config["methods"]:
        for variant in variants(config, name):
            settings = method_settings(config, name, variant)
            for teacher in [*settings["input"], *filter(None, [settings["teacher"]])]:
                named(f"methods.{name}", teacher, "teachers")
            known = parameters_of(settings["model"], f"methods.{name}.model")
            for parameter in settings["parameters"]:
                if parameter not in known:
                    raise InputError(
                        f"config: methods.{name}: {settings['model']} has no parameter {parameter!r}"
                        f"{suggestion(parameter, known)}"
                    )


def check_words(where: str, words: dict, kind: str) -> None:
    """A teacher scores words as its kind of model can."""
    needed = "scale" if kind == "encoder" else "forms"
    known = ["scale"] if kind == "encoder" else ["forms", "unspaced", "tokens", "branches"]
    given = {key: value for key, value in words.items() if (key, value) != ("tokens", "first")}
    if needed not in given:
        raise InputError(f"config: {where} lacks {needed!r}, which the words of a model of kind {kind} need")
    if wrong := [key for key in given if key not in known]:
        raise InputError(f"config: {where} has {wrong[0]!r}; a model of kind {kind} knows {', '.join(known)}")


def parameters_of(model: str, where: str) -> list[str]:
    """The keyword parameters of a model's class and the classes it builds on, read without importing torch."""
    if not (MODELS / f"{model}.py").is_file():
        known = sorted(p.stem for p in MODELS.glob("*.py") if "MODEL =" in p.read_text(encoding="utf-8"))
        raise InputError(f"config: {where}: there is no model {model!r}{suggestion(model, known)}")
    initializers = [
        node
        for path in source_files(f"softtopics.models.{model}")
        if Path(path).parent == MODELS
        for node in ast.walk(ast.parse(Path(path).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    ]
    names = {argument.arg for node in initializers for argument in node.args.kwonlyargs}
    return sorted(names - {"random_state"})


def variant_name(ablation: str, value: Any) -> str:
    text = "+".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{ablation}-{text}"


def own_value(config: dict, method: str, parameter: str) -> Any:
    """What the method's own block says of a parameter (None where it leaves it to the model's default)."""
    block = config["methods"][method]
    return block[parameter] if parameter in ("teacher", "input") else block["parameters"].get(parameter)


def variant_of(config: dict, ablation: str, method: str, value: Any) -> str:
    """The variant with that value: `default` where the method's own block has it anyway."""
    same = own_value(config, method, config["ablations"][ablation]["parameter"]) == value
    return DEFAULT if same else variant_name(ablation, value)


def variants(config: dict, method: str) -> list[str]:
    """Every variant of a method that some ablation defines, `default` first."""
    names = [DEFAULT]
    for name, ablation in config["ablations"].items():
        if method in ablation["methods"]:
            names += [variant_of(config, name, method, value) for value in ablation["values"]]
    return list(dict.fromkeys(names))


def method_settings(config: dict, method: str, variant: str) -> dict:
    """model, teacher, input and parameters of a method's variant: all that its result depends on."""
    block = config["methods"][method]
    settings = {
        "model": block["model"],
        "teacher": block["teacher"],
        "input": block["input"],
        "parameters": dict(block["parameters"]),
    }
    for name, ablation in config["ablations"].items():
        for value in ablation["values"]:
            if variant != DEFAULT and variant == variant_name(name, value):
                parameter = ablation["parameter"]
                target = settings if parameter in ("teacher", "input") else settings["parameters"]
                target[parameter] = value
                return settings
    if variant != DEFAULT:
        raise InputError(f"config: no ablation defines the variant {variant!r} of {method}")
    return settings


def default_cells(config: dict) -> list[Cell]:
    """The cells of the main tables: every method as its block says."""
    run = config["run"]
    return [Cell(c, m, DEFAULT, k) for c in run["corpora"] for m in run["methods"] for k in run["topics"]]


def ablation_cells(config: dict, ablation: str) -> list[Cell]:
    """The cells of one ablation, in the order corpus, method, value, K."""
    block, run = config["ablations"][ablation], config["run"]
    return [
        Cell(corpus, method, variant_of(config, ablation, method, value), k)
        for corpus in run["corpora"]
        for method in block["methods"]
        for value in block["values"]
        for k in block["topics"] or run["topics"]
    ]


def all_cells(config: dict) -> list[Cell]:
    """Everything that is trained, once."""
    cells = default_cells(config)
    for ablation in config["run"]["ablations"]:
        cells += ablation_cells(config, ablation)
    return list(dict.fromkeys(cells))


def external_references(config: dict) -> list[str]:
    """The texts outside the corpora that coherence is measured in."""
    return [name for name in config["evaluation"]["coherence"]["references"] if name != "corpus"]


def used_teachers(config: dict) -> list[str]:
    """Teachers whose word scores something reads, in the order of their catalogue."""
    cells = all_cells(config)
    used = {method_settings(config, cell.method, cell.variant)["teacher"] for cell in cells}
    return [name for name in config["teachers"] if name in used | set(config["run"]["references"])]
