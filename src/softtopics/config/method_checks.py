"""What a schema cannot say of methods and their ablations: parameters that models take, and what models need."""

from softtopics.config.grid import SPECIAL, all_cells, method_settings, variant_name
from softtopics.config.kinds import refusal
from softtopics.config.model_parameters import (
    by_place,
    files_of_models,
    known_models,
    lacking,
    parameters_of,
    path_of,
    unused,
)
from softtopics.config.teachers import is_mixed
from softtopics.errors import InputError, suggestion

VALUES = {  # of an ablation's parameter that is no parameter of the model: what they must be
    "vocabulary_size": (
        lambda value: type(value) is int and value > 1,
        "a vocabulary size; write whole numbers above 1",
    ),
    "input": (
        lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
        "a list of teachers; put the names in brackets, as in [minilm]",
    ),
    "teacher": (lambda value: isinstance(value, str | None), "the name of a teacher; write one name for each value"),
    "reader": (lambda value: isinstance(value, str), "the name of a teacher; write one name for each value"),
    "word_vectors": (lambda value: isinstance(value, str | None), "a key of word_vectors; write one for each value"),
}


def check_ablation(where: str, name: str, ablation: dict) -> None:
    """Its values are of the kind that its parameter takes, and each makes a variant of its own."""
    suits, description = VALUES.get(ablation["parameter"], (lambda value: True, ""))
    seen = set()
    for value in ablation["values"]:
        if not suits(value):
            raise InputError(f"config: {where}.values: {value!r} is not {description}")
        if (variant := variant_name(name, value)) in seen:
            raise InputError(f"config: {where}.values: {value!r} appears twice; leave one of them out")
        seen.add(variant)


def check_method(config: dict, name: str, block: dict) -> None:
    """There is such a model, and it takes every parameter that the method or an ablation gives it, with that value."""
    model = block["model"]
    if model not in files_of_models():
        raise InputError(
            f"config: methods.{name}.model: there is no model {model!r}{suggestion(model, known_models())}"
        )
    given = [(f"methods.{name}.parameters.{key}", key, value) for key, value in block["parameters"].items()]
    for ablation, row in config["ablations"].items():
        if name in row["methods"] and row["parameter"] not in SPECIAL:
            given += [(f"ablations.{ablation}.values", row["parameter"], value) for value in row["values"]]
    known = parameters_of(model)
    for where, key, value in given:
        if key not in known and key in by_place(model):
            raise InputError(
                f"config: methods.{name}: the parameter {key!r} of {model} is not keyword-only; write it behind a * in "
                f"the `__init__` of {path_of(model)}"
            )
        if key not in known:
            raise InputError(f"config: methods.{name}: {model} has no parameter {key!r}{suggestion(key, known)}")
        if wrong := refusal(value, known[key]):
            raise InputError(f"config: {where} {wrong}")


NEEDED = {  # by the key of a method's block
    "input": "reads hidden states or embeddings; name teachers or views in `input`",
    "teacher": "learns from soft labels; name whose in `teacher`",
    "word_vectors": "starts from word vectors; name some in `word_vectors`",
}


def check_trained(config: dict) -> None:
    """Every cell has what its model needs and uses, and the label of a mixed teacher a temperature."""
    variants = dict.fromkeys((cell.method, cell.variant) for cell in all_cells(config))
    settings = {(name, variant): method_settings(config, name, variant) for name, variant in variants}
    check_used(settings)
    for (name, _), own in settings.items():
        if keys := lacking(own["model"], own["parameters"], own):
            raise InputError(f"config: methods.{name}: {own['model']} {NEEDED[keys[0]]}")
        if mixture := next((one for one in own["input"] if one in config["teachers"] and is_mixed(config, one)), None):
            raise InputError(
                f"config: methods.{name}.input: {mixture} is a mixed teacher, which has no states of its own; name "
                "what it is mixed of, or a view"
            )
        mixed = own["teacher"] and is_mixed(config, own["teacher"])
        if mixed and "temperature" in parameters_of(own["model"]) and "temperature" not in own["parameters"]:
            raise InputError(
                f"config: methods.{name}.parameters has no temperature; its teacher {own['teacher']} is mixed, and the "
                "label of a mixed teacher is at temperature 1: write temperature: 1"
            )


def check_used(settings: dict[tuple[str, str], dict]) -> None:
    """Some variant of a method, if only of an ablation, uses what its block names: tables say that it has read it."""
    for method in dict.fromkeys(name for name, _ in settings):
        blocks = [own for (name, _), own in settings.items() if name == method]
        idle = [set(unused(own["model"], own["parameters"], own)) for own in blocks]
        for key in sorted(set.intersection(*idle)):
            raise InputError(
                f"config: methods.{method}.{key}: {blocks[0]['model']} makes no use of it with these parameters; leave "
                f"it out, or write {key}: {'[]' if key == 'input' else 'null'} if another file has it"
            )
