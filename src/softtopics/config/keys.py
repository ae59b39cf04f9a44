"""What YAML reads without a word and nobody means: a key that stands twice or is no text, a number without end."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from softtopics.errors import InputError

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where there is one: ten times as fast
MERGE = "tag:yaml.org,2002:merge"  # <<, which may stand in a mapping as often as one likes
TEXT = "tag:yaml.org,2002:str"
TYPES = {"NoneType": "null", "date": "timestamp", "datetime": "timestamp"}  # of Python: what YAML calls them
READ_AS = {"int": "a number", "float": "a number", "bool": "true or false", "null": "null", "timestamp": "a date"}
LARGEST = 2**63 - 1  # a whole number that every library takes


def check_files(paths: list[str | Path]) -> None:
    """Every key of some config files (YAML or JSON) is text and stands once in its mapping.

    Snakemake and PyYAML keep the last of two equal keys, so what the first one held would be lost.

    Raises:
        InputError: one is not; the sentence names the file and the lines.
    """
    for path in paths:
        try:
            text = Path(path).read_text(encoding="utf-8")
            node = yaml.compose(untabbed(text), Loader=LOADER)
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise InputError(unreadable(path, error)) from error
        if isinstance(node, yaml.CollectionNode):
            check_node(node, near(path))


def unreadable(path: str | Path, error: Exception) -> str:
    """Why a file cannot be read as YAML, and in which line."""
    mark, begun = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError) or mark is None:
        said = error.strerror if isinstance(error, OSError) else " ".join(str(error).split())
        return f"{near(path)}: {said}"
    context = f" ({error.context}{f' that begins in line {begun.line + 1}' if begun else ''})" if error.context else ""
    return f"{near(path)}, line {mark.line + 1}: {error.problem}{context}"


def near(path: str | Path) -> str:
    """A path as a person in the working directory would write it."""
    path, here = Path(path), Path.cwd()
    return str(path.relative_to(here)) if path.is_absolute() and path.is_relative_to(here) else str(path)


def untabbed(text: str) -> str:
    """JSON may be indented by tabs, which YAML does not know; lines and columns stay where they are."""
    if "\t" not in text:
        return text
    try:
        json.loads(text)
    except ValueError:
        return text
    return text.replace("\t", " ")


def check_node(top: yaml.CollectionNode, path: str) -> None:
    """All mappings under a node of a YAML file; one that is named by several aliases is looked at once."""
    waiting: list[tuple[str, yaml.Node]] = [("", top)]
    seen: set[int] = set()
    while waiting:
        where, node = waiting.pop()
        if id(node) in seen or not isinstance(node, yaml.CollectionNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            found = list(check_mapping(node, where, path))
        else:
            found = [(f"{where}.{place}", item) for place, item in enumerate(node.value)]
        waiting += reversed(found)


def check_mapping(mapping: yaml.MappingNode, where: str, path: str) -> Iterator[tuple[str, yaml.Node]]:
    """The values of a mapping with their places."""
    lines: dict[str, int] = {}
    for key, value in mapping.value:
        line = key.start_mark.line + 1
        if key.tag == MERGE:
            yield where, value
            continue
        if key.tag != TEXT:
            kind = READ_AS.get(key.tag.rpartition(":")[2], "no text")
            name = key.value if isinstance(key, yaml.ScalarNode) else "that begins there"
            raise InputError(
                f"{path}, line {line}: the key {name} of {where or 'the top level'} is {kind} in YAML; if it is "
                "meant, put it in quotes"
            )
        inside = f"{where}.{key.value}".removeprefix(".")
        if key.value in lines:
            raise InputError(
                f"{path}: the key {inside} stands twice, in lines {lines[key.value]} and {line}, and the first "
                "would be lost; make them one, or rename one of them"
            )
        lines[key.value] = line
        yield inside, value


def check_values(config: dict) -> None:
    """Every key of the merged config is text, and every value one that JSON has, too: no date, no infinity.

    Raises:
        InputError: one is not, or a part of the config holds itself.
    """
    check_value("", config, ())


def check_value(where: str, value: Any, around: tuple[int, ...]) -> None:
    if id(value) in around:
        raise InputError(f"config: {where} holds itself; take its alias out")
    place = where or "the top level"
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                kind = READ_AS.get(TYPES.get(type(key).__name__, type(key).__name__), "no text")
                raise InputError(
                    f"config: the key {key} of {place} is {kind} in YAML; if it is meant, put it in quotes"
                )
            check_value(f"{where}.{key}".removeprefix("."), inner, (*around, id(value)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            check_value(f"{where}.{number}", inner, (*around, id(value)))
    elif isinstance(value, int | float):
        if abs(value) > LARGEST if isinstance(value, int) else not math.isfinite(value):
            raise InputError(f"config: {place} is {str(value)[:40]}, which is no number to work with; write another")
    elif value is not None and not isinstance(value, str):
        raise InputError(f"config: {place} is {value}, which YAML takes for a {type(value).__name__}; put it in quotes")
