"""Config files -> one config, as Snakemake puts `--configfile` files over config.yaml."""

import copy
from collections.abc import Iterable
from pathlib import Path

import yaml

from softtopics.config.keys import check_files, unreadable
from softtopics.errors import InputError

ROOT = Path(__file__).parents[3]  # of the repository
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


def bases() -> list[Path]:
    """What every config is merged over, as in the Snakefile: our config.yaml, and one in the working directory."""
    ours, here = ROOT / "config.yaml", Path("config.yaml")
    return [ours] if not here.exists() or here.samefile(ours) else [ours, here]


def read(paths: Iterable[str | Path]) -> dict:
    """The files merged, later ones over earlier ones.

    Raises:
        InputError: a file is not there, is no mapping in YAML, or has a key twice or one that is no text.
    """
    config: dict = {}
    paths = list(paths)
    check_files(paths)
    for path in paths:
        try:
            content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError, yaml.YAMLError) as error:  # ValueError: 2020-13-45 is no date
            raise InputError(unreadable(path, error)) from error
        if content is None:
            raise InputError(f"{path}: the config file is empty; write what differs from config.yaml, or leave it out")
        if not isinstance(content, dict):
            raise InputError(f"{path}: a config file holds keys at its top level, this one a {type(content).__name__}")
        merge(config, content)
    return config


def merge(config: dict, over: dict) -> None:
    """Put `over` over `config`: mappings are merged, everything else is replaced."""
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            merge(config[key], value)
        else:
            config[key] = copy.deepcopy(value)  # of an alias there is one value, and each place has its own


def forget_other_kinds(config: dict, schema: dict) -> None:
    """Take out of every source the keys of other kinds that are null.

    A file that turns a source of one kind into another (`{kind: table, path: ..., revision: null}`) can so take back
    what the file below it said. Whatever is malformed is left to the schema's check.
    """
    for catalogue in ("corpora", "lms"):
        keys = source_keys(schema, catalogue)
        blocks = config.get(catalogue)
        for block in blocks.values() if isinstance(blocks, dict) else []:
            source = block.get("source") if isinstance(block, dict) else None
            if isinstance(source, dict) and isinstance(source.get("kind"), str) and source["kind"] in keys:
                for key in set().union(*keys.values()) - keys[source["kind"]]:
                    if source.get(key, "") is None:
                        del source[key]
    vectors = config.get("word_vectors")
    for block in vectors.values() if isinstance(vectors, dict) else []:
        for key in [key for key in block if block[key] is None] if isinstance(block, dict) else []:
            del block[key]


def source_keys(schema: dict, catalogue: str) -> dict[str, set[str]]:
    """The keys that the schema knows for each kind of source of a catalogue."""
    keys = {}
    for branch in schema["properties"][catalogue]["additionalProperties"]["properties"]["source"]["allOf"]:
        block = branch["then"]
        if "$ref" in block:
            block = schema["$defs"][block["$ref"].rsplit("/", 1)[-1]]
        keys[branch["if"]["properties"]["kind"]["const"]] = set(block["properties"])
    return keys
