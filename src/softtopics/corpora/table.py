"""A corpus from a CSV, TSV, JSON Lines or Parquet file: `path` and the names of the columns are all it takes."""

import logging
from pathlib import Path

import pandas as pd

from softtopics.corpora.files import read_rows, strings
from softtopics.corpora.labels import labelled
from softtopics.errors import InputError

log = logging.getLogger(__name__)


def read_table(
    *,
    path: str | Path,
    text: str,
    label: str | None = None,
    label_name: str | None = None,
    split: str | None = None,
) -> pd.DataFrame:
    """Documents and, if there are any, their labels.

    >>> read_table(path="data/titles.tsv.gz", text="title", label="tag")  # doctest: +SKIP

    Args:
        path: the file; the ending of its name says the format.
        text: the column with the documents.
        label: the column with their classes.
        label_name: the column with readable names of the classes.
        split: the column that says to which part of a corpus a document belongs.

    Returns:
        Columns text, label, label_name (`labels.labelled`) and, if asked for, split, a row for each of the file, all
        strings as they are in the file: "NA" and "007" stay.

    Raises:
        InputError: the file is missing, empty, damaged or not UTF-8, lacks a column, or text and label are one column.
    """
    if label == text:
        raise InputError(
            f"{path}: {text!r} is named as `text` and as `label`; name the column with the classes, or none"
        )
    columns = [column for column in (text, label, label_name, split) if column is not None]
    table = read_rows(path, columns, label)
    frame = labelled(*(strings(path, table, column) for column in (text, label, label_name)))
    if label is not None and frame["label"].isna().all():
        log.warning("%s: the column %r is blank in every row, so that there are no classes", path, label)
    return frame if split is None else frame.assign(split=strings(path, table, split))
