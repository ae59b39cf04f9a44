"""What the jobs of a reading share: one floating-point type, and the parts that are put together."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from softtopics.artifacts import read_documents, read_json, read_texts, read_words, write_array, write_json
from softtopics.errors import InputError
from softtopics.storage import atomic, reading

ARRAY = "array_"  # in front of the names of a part's arrays


def with_dtype(settings: dict, measured: Sequence[str]) -> dict:
    """Settings of a reading with the type that was measured for the whole experiment, if one was."""
    return {**settings, "dtype": read_json(measured[0])["dtype"]} if measured else settings


def texts_for(documents: str | Path, vocabulary: Sequence[str]) -> list[str]:
    """What stands in a prompt in the place of each of N documents.

    Args:
        documents: the file of documents.
        vocabulary: nothing for `{document}`, the texts; for `{words}` the file of a vocabulary, whose words in a
            document are joined by blanks in reading order. A text may have none.
    """
    if not vocabulary:
        return read_texts(documents)
    known = set(read_words(vocabulary[0]))
    tokens = read_documents(documents, ["tokens"])["tokens"]
    return [" ".join(token for token in row.split() if token in known) for row in tokens]


def write(output: Mapping[str, str], found: Mapping[str, np.ndarray], place: np.ndarray | slice, about: dict) -> None:
    """Write a reading, or a part of one.

    Args:
        output: `part`, or the names of the arrays and `meta`.
        found: rows of the distinct texts, by the names of arrays; those of other parts are NaN.
        place: of each document among the distinct texts.
        about: what is known of the reading.
    """
    if "part" in output.keys():  # noqa: SIM118 (Snakemake's named files)
        first = next(iter(found.values()))
        own = np.flatnonzero(~np.isnan(first).all(axis=1)) if first.shape[1] else np.empty(0, dtype=int)
        with atomic(output["part"]) as temporary:
            values = {f"{ARRAY}{name}": rows[own] for name, rows in found.items()}
            np.savez(temporary, rows=own, count=len(first), about=json.dumps(about), **values)
    else:
        for name, rows in found.items():
            write_array(output[name], rows[place])
        write_json(output["meta"], about)


def merged(paths: Sequence[str | Path]) -> tuple[dict[str, np.ndarray], dict]:
    """The rows of all parts, by the names of arrays, and what is known of the reading.

    Raises:
        InputError: the parts were read in different ways, or some rows are in none.
    """
    parts = []
    for path in paths:
        with reading(path), np.load(path, allow_pickle=False) as arrays:
            parts.append(dict(arrays))
    abouts = [json.loads(str(part["about"])) for part in parts]
    for path, about in zip(paths, abouts, strict=True):
        if different := [key for key in about if about[key] != abouts[0][key]]:
            key = different[0]
            raise InputError(
                f"{path}: read with {key} {about[key]!r} where {paths[0]} has {abouts[0][key]!r}; delete the parts and "
                "run them on nodes of one kind"
            )
    names = [name for name in parts[0] if name.startswith(ARRAY)]
    return {name.removeprefix(ARRAY): joined(parts, name, Path(paths[0]).parent) for name in names}, abouts[0]


def joined(parts: Sequence[Mapping[str, np.ndarray]], name: str, folder: Path) -> np.ndarray:
    """One array of all parts; Raises InputError: some of its rows are in none."""
    result = np.full((int(parts[0]["count"]), max(part[name].shape[1] for part in parts)), np.nan, dtype=np.float32)
    for part in parts:
        if len(part["rows"]):  # a share of few documents may be none
            result[part["rows"]] = part[name]
    if missing := int(np.isnan(result).any(axis=1).sum()):
        raise InputError(f"{folder}: {missing} documents are in no part; delete the parts and run again")
    return result
