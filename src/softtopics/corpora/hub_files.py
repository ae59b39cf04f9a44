"""Files of text of a dataset, read strictly where `datasets` would guess."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from softtopics.corpora.delimited import read_delimited
from softtopics.corpora.files import TABLES, constant, json_strings, read_jsonl
from softtopics.errors import InputError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetBuilder

# What a card may say about its files that a strict reading copes with, too.
UNDERSTOOD = {"name", "version", "data_dir", "data_files", "description", "sep", "delimiter", "features"}


def read_strictly(builder: "DatasetBuilder", columns: Sequence[str] | None, label: str | None) -> "dict[str, Dataset]":
    """All splits: CSV, TSV and JSON Lines files as a source of kind table reads them, other files as `datasets` does.

    `datasets` reads CSV by pandas, to which NA and null are missing values, 007 is 7 and a lone quote makes one row of
    many. A column of JSON with values of several types, it encodes as JSON.

    Args:
        builder: of the dataset.
        columns: those that are wanted, as text; None: any, so that JSON Lines keep their types.
        label: the one among them with few different values, if any.

    Raises:
        InputError: a CSV, TSV or JSON Lines file cannot be read.
    """
    from datasets import ClassLabel, Dataset

    if not (builder.name == "csv" or (builder.name == "json" and columns)) or not is_plain(builder):
        if builder.name == "csv":
            builder.config.keep_default_na, builder.config.na_values = False, [""]
        builder.download_and_prepare()
        return dict(builder.as_dataset())
    declared = builder.info.features or builder.config.features or {}
    found = {}
    for split, files in builder.config.data_files.items():
        part = Dataset(
            pa.concat_tables(
                [table(builder, Path(file), columns, label) for file in files], promote_options="permissive"
            )
        )
        for name, feature in declared.items():
            if isinstance(feature, ClassLabel) and name in part.column_names:
                part = part.cast_column(name, feature)
        found[str(split)] = part
    return found


def is_plain(builder: "DatasetBuilder") -> bool:
    """Whether all files are tables that are not packed in an archive, and the card says nothing unusual about them."""
    given, default = builder.config, type(builder.config)()
    names = {field.name for field in dataclasses.fields(given)} - UNDERSTOOD
    usual = all(getattr(given, name) == getattr(default, name) for name in names)
    files = [Path(file) for files in given.data_files.values() for file in files]
    return usual and all(file.is_file() and file.name.lower().endswith(TABLES) for file in files)


def table(builder: "DatasetBuilder", file: Path, columns: Sequence[str] | None, label: str | None) -> pa.Table:
    if builder.name == "json":
        return read_jsonl(file, columns or ())
    return read_delimited(file, builder.config.sep, columns, label)


def decoded(id: str, part: "Dataset") -> pa.Table:
    """The columns of a split; where `datasets` encoded values of several types as JSON, as they were, as text."""
    found = part.with_format("arrow")[:]
    for place, (name, feature) in enumerate(part.features.items()):
        if type(feature).__name__ == "Json":
            try:
                values = [value if value is None else text_of(value) for value in found[name].to_pylist()]
            except ValueError as error:
                raise InputError(
                    f"{id}: column {name!r} holds values that are no text ({error}); correct it"
                ) from error
            found = found.set_column(place, name, pa.array(values, pa.large_string()))
    return found


def text_of(encoded: str) -> str | None:
    return json_strings({"the value": json.loads(encoded, parse_constant=constant)}, ["the value"])["the value"]
