"""Config against its JSON Schema: defaults filled in, a mistake answered with one sentence."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.validators import extend

from softtopics.config.files import forget_other_kinds
from softtopics.config.kinds import rewritten, short, shown
from softtopics.errors import InputError, suggestion


def fill_and_check(config: dict, path: str | Path) -> None:
    """Set the defaults of the schema at `path` in `config`.

    Raises:
        InputError: a key is unknown, missing or of the wrong type.
    """
    schema = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    forget_other_kinds(config, schema)
    if error := best_match(WithDefaults(schema).iter_errors(config)):
        raise InputError(sentence(error))


def fill_defaults(validator: Draft202012Validator, properties: dict, instance: Any, schema: dict) -> Iterator:
    """The `properties` keyword, setting the defaults that the schema gives before it looks inside."""
    if isinstance(instance, dict):
        for name, subschema in properties.items():
            if "default" in subschema:
                instance.setdefault(name, copy.deepcopy(subschema["default"]))
    yield from Draft202012Validator.VALIDATORS["properties"](validator, properties, instance, schema)


# JSON Schema takes 25.0 for an integer, but it is no number of topics.
STRICT = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: type(value) is int)
WithDefaults = extend(Draft202012Validator, {"properties": fill_defaults}, type_checker=STRICT)
TYPES = {"integer": "int", "number": "float", "string": "str"}  # of JSON Schema, as `config.kinds` calls them
SAID = {
    **{"array": "a list", "object": "a mapping", "string": "a text", "boolean": "true or false", "null": "null"},
    **{"integer": "a whole number", "number": "a number"},
}


def sentence(error: ValidationError) -> str:
    """What a JSON Schema error means for the person who wrote the config."""
    where = ".".join(map(str, error.absolute_path)) or "the top level"
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        unknown = next(key for key in error.instance if key not in known)
        return f"config: {where} has the unknown key {unknown!r}{suggestion(unknown, known)}"
    if error.validator == "required":
        return f"config: {where} lacks a key: {error.message}"
    if error.validator == "uniqueItems":
        twice = next(item for place, item in enumerate(error.instance) if item in error.instance[:place])
        return f"config: {where}: {twice!r} appears twice; leave one of them out"
    if error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
        hint = rewritten(error.instance, [TYPES.get(str(name), str(name)) for name in wanted])
        return f"config: {where} is {shown(error.instance)}, not {' or '.join(SAID[name] for name in wanted)}{hint}"
    if error.validator == "pattern":
        return f"config: {where}: {short(repr(error.instance))} does not fit; it must be {error.schema['$comment']}"
    return f"config: {where}: {short(error.message)}"
