"""A corpus out of a CSV, TSV, JSON Lines or Parquet file: `path` and the names of the columns are all it takes."""

import difflib
import gzip
import json
import zlib
from collections.abc import Collection
from pathlib import Path
from textwrap import shorten

import pandas as pd
import pyarrow as pa
from pyarrow import csv, parquet

from softtopics.errors import InputError

ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".jsonl", ".jsonl.gz", ".parquet")


def read_table(*, path: str | Path, text: str, label: str | None = None, label_name: str | None = None) -> pd.DataFrame:
    """Documents and, where there are any, their labels.

    Args:
        path: the file; its ending says the format.
        text: the column with the documents.
        label: the column with their classes.
        label_name: the column with readable names of the classes.

    Returns:
        Columns text, label, label_name, a row for each of the file, all strings as they are in the file: "NA" and
        "007" stay. An absent text is "", an absent or blank label is missing; label_name is label where it is absent.

    Raises:
        InputError: the file is missing, empty, damaged or not UTF-8, or lacks a column.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; correct the corpus's source.path")
    if not path.name.lower().endswith(ENDINGS):
        raise InputError(f"{path}: the name ends in none of {', '.join(ENDINGS)}; convert or rename the file")
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if kind == "parquet":
        table = read_parquet(path)
    elif kind == "jsonl":
        table = read_jsonl(path, {text, label, label_name})
    else:
        table = read_csv(path, delimiter="\t" if kind == "tsv" else ",")
    frame = pd.DataFrame({"text": strings(path, table, text).fillna("")})
    labels = strings(path, table, label)
    frame["label"] = labels.where(labels.str.strip() != "")
    names = strings(path, table, label_name)
    frame["label_name"] = names.where(names.str.strip() != "").fillna(frame["label"])
    return frame


def strings(path: str | Path, table: pa.Table, column: str | None) -> pd.Series:
    """A column as strings with missing values; all missing for no column."""
    if column is None:
        return pd.Series(None, index=range(len(table)), dtype="str")
    check_column(path, table.column_names, column)
    try:
        return table[column].cast("large_string").to_pandas().astype("str")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        kind = table[column].type
        raise InputError(f"{path}: column {column!r} holds {kind}, not text; name another column") from error


def check_column(path: str | Path, names: list[str], column: str) -> None:
    """One of the columns has that name, and no other."""
    count = names.count(column)
    if count != 1:
        close = difflib.get_close_matches(column, names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "name one of them"
        problem = f"{count} columns are called {column!r}" if count else f"there is no column {column!r}"
        raise InputError(f"{path}: {problem} among {shorten(', '.join(names), 200)}; {hint}")


def read_parquet(path: Path) -> pa.Table:
    try:
        return parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: this is not a readable Parquet file ({reason}); write it again") from error


def read_csv(path: Path, delimiter: str) -> pa.Table:
    """Quoted fields may hold delimiters and line ends; every row must have as many fields as the header."""
    content = read_utf8(path)
    bad = []

    def refuse(row: csv.InvalidRow) -> str:
        bad.append(row)
        return "error"

    try:
        return csv.read_csv(
            pa.BufferReader(content),
            csv.ReadOptions(
                use_threads=False, block_size=min(len(content) + 1, 2**31 - 1)
            ),  # rows have numbers, and any length
            csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=refuse),
            csv.ConvertOptions(default_column_type=pa.string(), strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        if not bad:
            reason = str(error).splitlines()[0]
            raise InputError(f"{path}: {reason}; correct the file") from error
        row = bad[0]
        raise InputError(
            f"{path}: row {row.number} (the header is row 1) has {row.actual_columns} fields where the header has "
            f"{row.expected_columns}; put a field that holds a delimiter or a line end in double quotes, and double "
            "the quotes inside"
        ) from error


def read_jsonl(path: Path, columns: Collection[str]) -> pa.Table:
    """One object a line; a key that a line lacks is missing there."""
    rows = []
    for number, line in enumerate(read_utf8(path).decode("utf-8").split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json_strings(line, columns))
            except ValueError as error:
                reason = getattr(error, "msg", error)
                raise InputError(
                    f"{path}: line {number} is not a JSON object of text ({reason}); correct it"
                ) from error
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names})


def json_strings(line: str, columns: Collection[str]) -> dict[str, str | None]:
    """The values of the `columns`, numbers as they are written, and "" for every other key.

    Raises:
        ValueError: this is no object, or a value is a list, an object, or cannot be encoded.
    """
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError("it is another value")
    for name, value in row.items():
        if name not in columns:
            row[name] = ""
        elif isinstance(value, list | dict):
            raise ValueError(f"{name} is nested")
        elif isinstance(value, str):
            value.encode("utf-8")  # half of a surrogate pair, written \\ud83d, is valid JSON
        elif value is not None:
            row[name] = json.dumps(value)
    return row


def read_utf8(path: Path) -> bytes:
    """The content of a plain or gzipped file, without a byte order mark."""
    content = path.read_bytes()
    if path.suffix.lower() == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise InputError(f"{path}: this is not a whole gzip file ({error}); compress it again") from error
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}: line {line} is not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise InputError(f"{path}: the file is empty; give one with documents in it")
    return content
