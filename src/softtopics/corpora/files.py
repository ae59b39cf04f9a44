"""Users' files of text (CSV, TSV, JSON Lines, plain text, Parquet), and what is wrong with one that cannot be read."""

import json
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from softtopics.corpora.delimited import read_delimited
from softtopics.corpora.lines import check_filled, lines
from softtopics.errors import InputError, suggestion

log = logging.getLogger(__name__)

TABLES = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".jsonl", ".jsonl.gz", ".parquet")
TEXTS = (".jsonl", ".jsonl.gz", ".jsonl.xz", ".txt", ".txt.gz", ".txt.xz", ".parquet")
Row = TypeVar("Row")


def read_rows(
    path: str | Path,
    columns: Collection[str],
    label: str | None = None,
    *,
    setting: str = "the corpus's source.path",
) -> pa.Table:
    """All rows of a file whose name ends in one of `TABLES`; a blank line between others is a row without values.

    Args:
        path: the file.
        columns: the columns that are wanted; those that are not may be left blank.
        label: the one among them with few different values, if any.
        setting: what an error calls the place where the path was given.

    Raises:
        InputError: the file is missing, empty, damaged or not UTF-8, or a row does not fit.
    """
    path = checked(path, TABLES, setting)
    kind = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if kind == "parquet":
        with readable_parquet(path):
            return parquet.read_table(path)
    if kind == "jsonl":
        return read_jsonl(path, columns)
    return read_delimited(path, "\t" if kind == "tsv" else ",", columns, label)


def read_texts(path: str | Path, text: str = "text") -> Iterator[str]:
    """The documents of a file whose name ends in one of `TEXTS`, one by one, without those that are blank.

    Args:
        path: the file; in plain text, every line is a document.
        text: the key or column with the documents.

    Raises:
        InputError: the file is missing, damaged or not UTF-8, or a document is not where it should be.
    """
    path = checked(path, TEXTS, setting="the reference text's path")
    if path.suffix.lower() == ".parquet":
        texts = parquet_texts(path, text)
    elif path.name.lower().removesuffix(".gz").removesuffix(".xz").endswith(".jsonl"):
        texts = (document for _, document in json_objects(path, lambda row: json_text(row, text)))
    else:
        texts = filter(None, (line.strip() for _, line in lines(path)))
    blank = 0
    for document in texts:
        if document and not document.isspace():
            yield document
        else:
            blank += 1
    if blank:
        log.info("%s: %d blank documents are left out", path, blank)


def checked(path: str | Path, endings: tuple[str, ...], setting: str) -> Path:
    """Raises InputError: the file is missing, or its name has none of the endings; `setting` is where it was given."""
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; correct {setting}")
    if not path.name.lower().endswith(endings):
        raise InputError(f"{path}: the name ends in none of {', '.join(endings)}; convert or rename the file")
    return path


def read_jsonl(path: Path, columns: Collection[str]) -> pa.Table:
    """One object a line; a key that a line lacks is missing there, and so is everything on a blank line."""
    rows: list[dict] = []
    for number, row in json_objects(path, lambda row: json_strings(row, columns)):
        rows.extend({} for _ in range(number - 1 - len(rows)))
        rows.append(row)
    check_filled(path, rows)
    names = dict.fromkeys(name for row in rows for name in row)
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.large_string()) for name in names})


def json_objects(path: Path, take: Callable[[dict], Row]) -> Iterator[tuple[int, Row]]:
    """What `take` makes of the object on each line that is not blank, and the line's number.

    Raises:
        InputError: a line is not an object, or `take` raises a ValueError, which says what is wrong with the object.
    """
    for number, line in lines(path):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_constant=constant, object_pairs_hook=distinct)
            if not isinstance(row, dict):
                raise ValueError("it is no object")
            taken = take(row)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", error)
            raise InputError(f"{path}: line {number} is not a JSON object of text ({reason}); correct it") from error
        yield number, taken


def constant(written: str) -> float | None:
    """NaN, which is no JSON, but what many programs write for a missing value; or Infinity, which is a number."""
    return None if written == "NaN" else float(written)


def distinct(pairs: list[tuple[str, object]]) -> dict:
    """An object. Raises ValueError: a key is written twice, of which the json module keeps the last."""
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise ValueError(f"the key {twice!r} is written twice")
    return row


def json_strings(row: dict, columns: Collection[str]) -> dict[str, str | None]:
    """The values of the `columns`, numbers as they are written, and "" for every other key.

    Raises:
        ValueError: a value is a list, an object, or cannot be encoded.
    """
    for name, value in row.items():
        check_encodable(name)
        if name not in columns:
            row[name] = ""
        elif isinstance(value, list | dict):
            raise ValueError(f"{name} is nested")
        elif isinstance(value, str):
            check_encodable(value)
        elif value is not None:
            row[name] = json.dumps(value)
    return row


def json_text(row: dict, key: str) -> str:
    """The value of `key`, which must be a text or null, which is blank.

    Raises:
        ValueError: there is no such key, or its value is something else or cannot be encoded.
    """
    if key not in row:
        raise ValueError(f"there is no {key!r} among the keys {', '.join(row)}; name one in `text`")
    text = "" if row[key] is None else row[key]
    if not isinstance(text, str):
        raise ValueError(f"{key} is no text")
    check_encodable(text)
    return text


def check_encodable(text: str) -> None:
    """Raises ValueError: the text has half of a surrogate pair, which JSON allows (written \\ud83d)."""
    text.encode("utf-8")


@contextmanager
def readable_parquet(path: Path) -> Iterator[None]:
    """Raises InputError: the file that is read in the block is not a whole Parquet file."""
    try:
        yield
    except (pa.ArrowInvalid, OSError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{path}: this is not a readable Parquet file ({reason}); write it again") from error


def parquet_texts(path: Path, column: str) -> Iterator[str]:
    """The texts in a column, some rows at a time; a missing one is blank."""
    with readable_parquet(path):
        file = parquet.ParquetFile(path)
        check_column(path, file.schema_arrow.names, column)
        kind = file.schema_arrow.field(column).type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise no_text(path, column, kind)
        for batch in file.iter_batches(batch_size=1000, columns=[column]):
            yield from (document or "" for document in batch.column(0).to_pylist())


def strings(path: str | Path, table: pa.Table, column: str | None) -> pd.Series:
    """A column as strings with missing values; all missing for no column.

    Raises:
        InputError: there is no such column, or it holds neither text nor numbers.
    """
    if column is None:
        return pd.Series(None, index=range(len(table)), dtype="str")
    check_column(path, table.column_names, column)
    values = table[column]
    if pa.types.is_floating(values.type):
        values = pc.if_else(pc.is_nan(values), pa.scalar(None, values.type), values)  # NaN is a missing value
    try:
        return values.cast("large_string").to_pandas().astype("str")
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError) as error:
        raise no_text(path, column, table[column].type) from error


def check_column(path: str | Path, names: list[str], column: str) -> None:
    """Raises InputError: not exactly one of the columns has that name."""
    count = names.count(column)
    if count > 1:
        raise InputError(f"{path}: {count} columns are called {column!r}; rename all but one")
    if count == 0:
        raise InputError(f"{path}: there is no column {column!r}{suggestion(column, names)}")


def no_text(path: str | Path, column: str, kind: pa.DataType) -> InputError:
    return InputError(f"{path}: column {column!r} holds {kind}, not text; name another column")
