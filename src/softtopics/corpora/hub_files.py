"""Files of text of a dataset, read strictly where `datasets` would guess."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from softtopics.corpora.delimited import read_delimited
from softtopics.corpora.files import TABLES, check_column, constant, json_strings, read_jsonl
from softtopics.errors import InputError

if TYPE_CHECKING:
    from datasets import Dataset, DatasetBuilder

# What a card may say about its files that a strict reading copes with, too.
UNDERSTOOD = {"name", "version", "data_dir", "data_files", "description", "sep", "delimiter", "features"}


def read_strictly(
    folder: Path, config: str | None, columns: Sequence[str] | None, label: str | None
) -> "dict[str, Dataset]":
    """All splits: CSV, TSV and JSON Lines files as a source of kind table reads them, other files as `datasets` does.

    `datasets` reads CSV by pandas, to which NA and null are missing values, 007 is 7 and a lone quote makes one row of
    many. A column of JSON with values of several types, it encodes as JSON.

    Args:
        folder: the dataset's; what `datasets` makes of it is kept beside it.
        config: the configuration, if it has several.
        columns: those that are wanted, as text; None: any, so that JSON Lines keep their types.
        label: the one among them with few different values, if any.

    Raises:
        InputError: a CSV, TSV or JSON Lines file cannot be read.
    """
    from datasets import load_dataset, load_dataset_builder

    where: dict[str, Any] = {"path": str(folder), "name": config, "cache_dir": str(folder.parent)}
    builder = load_dataset_builder(**where)
    if (builder.name == "csv" or (builder.name == "json" and columns)) and is_plain(builder):
        return {str(split): part(builder, files, columns, label) for split, files in builder.config.data_files.items()}
    options: dict[str, Any] = {}
    if builder.name == "csv":
        options = {"keep_default_na": False, "na_values": [""], "converters": dict.fromkeys(columns or (), str)}
    return dict(load_dataset(**where, **options))


def part(
    builder: "DatasetBuilder", files: Sequence[str], columns: Sequence[str] | None, label: str | None
) -> "Dataset":
    """A split out of its files, with the names of classes that the dataset's card declares."""
    from datasets import ClassLabel, Dataset

    tables = [table(builder, Path(file), columns, label) for file in files]
    rows = pa.concat_tables(tables, promote_options="permissive")
    declared = builder.info.features or builder.config.features or {}
    classes = {name: feature for name, feature in declared.items() if isinstance(feature, ClassLabel)}
    classes = {name: feature for name, feature in classes.items() if name in rows.column_names}
    for name in classes:
        values = rows[name].cast("string")
        values = pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
        # Numbers of classes are no names, though names may be numbers: "1" is the second class where all are below n.
        known = [str(number) for number in range(classes[name].num_classes)]
        if pc.all(pc.is_in(values.drop_null(), pa.array(known))).as_py():
            values = values.cast("int64")
        rows = rows.set_column(rows.column_names.index(name), name, values)
    found = Dataset(rows)
    for name, feature in classes.items():
        found = found.cast_column(name, feature)
    return found


def is_plain(builder: "DatasetBuilder") -> bool:
    """Whether all files are tables that are not packed in an archive, and the card says nothing unusual about them."""
    given, default = builder.config, type(builder.config)()
    names = {field.name for field in dataclasses.fields(given)} - UNDERSTOOD
    usual = all(getattr(given, name) == getattr(default, name) for name in names)
    files = [Path(file) for files in given.data_files.values() for file in files]
    return usual and all(file.is_file() and file.name.lower().endswith(TABLES) for file in files)


def table(builder: "DatasetBuilder", file: Path, columns: Sequence[str] | None, label: str | None) -> pa.Table:
    """The rows of one file; a CSV file must have all columns, an object of JSON may lack some."""
    if builder.name == "json":
        return read_jsonl(file, columns or ())
    rows = read_delimited(file, builder.config.sep, columns, label)
    for column in columns or ():
        check_column(file, rows.column_names, column)
    return rows


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
