"""A corpus in any CSV, TSV, JSON Lines or Parquet file, plain or gzipped."""

import difflib
import gzip
import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pyarrow as pa

from softtopics.errors import InputError

FORMATS = (".csv", ".tsv", ".jsonl", ".parquet")


def read_table(path: str | Path, *, text: str, label: str | None = None, label_name: str | None = None) -> pd.DataFrame:
    """Documents and, if there are any, their labels.

    Args:
        path: the file; its ending says the format: .csv, .tsv, .jsonl, each also with .gz, or .parquet.
        text: the column with the documents.
        label: the column with their classes.
        label_name: a column with readable names of the classes.

    Returns:
        Columns text, label, label_name as strings; label and label_name are missing where there is none.

    Raises:
        InputError: the file is missing, empty, damaged or not UTF-8, or lacks a column.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; correct the corpus's source.path")
    kind = Path(path.name.removesuffix(".gz")).suffix
    if kind not in FORMATS:
        raise InputError(
            f"{path}: the ending {path.suffix!r} is none of {', '.join(FORMATS)} (or .gz); rename the file"
        )
    table = read_parquet(path) if kind == ".parquet" else read_text(path, kind)
    columns = {"text": text, "label": label, "label_name": label_name or label}
    for column in filter(None, dict.fromkeys(columns.values())):
        if column not in table.columns:
            close = difflib.get_close_matches(column, map(str, table.columns), n=1)
            hint = f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(map(str, table.columns))}"
            raise InputError(f"{path}: there is no column {column!r}{hint}")
    return pd.DataFrame({name: strings(table[column]) if column else None for name, column in columns.items()})


def strings(column: pd.Series) -> pd.Series:
    """Values as strings; whole numbers without a decimal point, missing values left missing."""
    return column.map(
        lambda value: str(int(value)) if isinstance(value, float) and value.is_integer() else str(value),
        na_action="ignore",
    ).astype("str")


def read_parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path}: this is not a readable Parquet file ({error}); write it again") from error


def read_text(path: Path, kind: str) -> pd.DataFrame:
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (gzip.BadGzipFile, EOFError) as error:
        raise InputError(f"{path}: this is not a whole gzip file ({error}); compress it again") from error
    try:
        lines = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise InputError(f"{path}: line {row} is not UTF-8 (byte {error.start}); save the file as UTF-8") from error
    if not lines.strip():
        raise InputError(f"{path}: the file is empty; give one with a header and documents")
    return read_jsonl(path, lines) if kind == ".jsonl" else read_csv(path, lines, "\t" if kind == ".tsv" else ",")


def read_csv(path: Path, lines: str, separator: str) -> pd.DataFrame:
    """Every value is text: "NA" and "null" are words, only an empty field is missing."""
    try:
        return pd.read_csv(StringIO(lines), sep=separator, dtype=str, keep_default_na=False, na_values=[""])
    except pd.errors.ParserError as error:
        detail = str(error).removeprefix("Error tokenizing data. C error: ").strip()
        raise InputError(f"{path}: {detail}; quote the fields that hold a separator") from error


def read_jsonl(path: Path, lines: str) -> pd.DataFrame:
    rows = []
    for number, line in enumerate(lines.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{path}: line {number} is not JSON ({error.msg}); correct the line") from error
            if not isinstance(row, dict):
                raise InputError(f"{path}: line {number} is not a JSON object; write one {{...}} a line")
            rows.append(row)
    return pd.DataFrame(rows)
