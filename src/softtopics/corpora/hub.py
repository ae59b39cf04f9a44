"""A corpus from a dataset of the hub at a pinned revision, or from a local folder that is laid out like one."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import pyarrow as pa

from softtopics.corpora.files import check_column, strings
from softtopics.corpora.hub_files import decoded, read_strictly
from softtopics.corpora.labels import labelled
from softtopics.errors import InputError
from softtopics.hub import find, local_files

if TYPE_CHECKING:
    from datasets import Dataset

# What is useful in a dataset's repository: data in the formats that `datasets` reads, its card, lists of words.
ENDINGS = ("parquet", "arrow", "json", "jsonl", "csv", "tsv", "txt", "gz", "zip", "zst", "xz", "md")
SAVED = ("dataset_dict.json", "state.json")  # files that `save_to_disk` writes


class Opened(NamedTuple):
    """The splits of a dataset that are read, in their order, and the folder that they are in."""

    id: str
    folder: Path
    parts: "dict[str, Dataset]"

    @property
    def columns(self) -> list[str]:
        """Those of the first split."""
        return next(iter(self.parts.values())).column_names

    def tables(self, *columns: str) -> list[pa.Table]:
        """Some columns of every split.

        Raises:
            InputError: a split lacks one.
        """
        for split, part in self.parts.items():
            for column in columns:
                check_column(f"{self.id}, split {split}", part.column_names, column)
        return [decoded(self.id, part.select_columns(list(columns))) for part in self.parts.values()]

    def texts(self, column: str | None) -> pd.Series:
        """A column of all splits as strings with missing values; without a column, all are missing."""
        tables = self.tables(column) if column else [pa.table({"": pa.nulls(len(p))}) for p in self.parts.values()]
        return pd.concat([strings(self.id, table, column) for table in tables], ignore_index=True)


def open_dataset(
    *,
    id: str,
    revision: str | None = None,
    config: str | None = None,
    splits: Sequence[str] | None = None,
    columns: Sequence[str] | None = None,
    label: str | None = None,
) -> Opened:
    """A dataset at a commit of the hub or in a local folder (a repository's files, or what `save_to_disk` wrote).

    Args:
        id: `owner/name` on the hub, or the path of a folder.
        revision: the commit; not needed for a folder.
        config: the configuration, if the dataset has several.
        splits: which to read, in that order; None: all.
        columns: those that are read as text, if all that are read are; None: any, with the types that they have.
        label: the one among them with few different values, if any.

    Raises:
        InputError: it is not pinned, cannot be reached or read, or has no such configuration or split.
    """
    import yaml
    from datasets import Dataset, load_from_disk
    from datasets.exceptions import DatasetsError

    folder = find("source", id, revision, patterns=[f"*.{ending}" for ending in ENDINGS], kind="dataset")
    links = linked(folder)
    try:
        if any((folder / name).is_file() for name in SAVED):
            found: Mapping[str, Dataset] | Dataset = load_from_disk(str(links))
        else:
            found = read_strictly(links, config, columns, label)
    except InputError as error:
        raise InputError(str(error).replace(str(links), id)) from error
    except (ValueError, OSError, DatasetsError, yaml.YAMLError) as error:
        reason = " ".join(str(error).replace(str(links), id).split("\nExample of usage")[0].split())
        raise InputError(f"{id}: this is not a readable dataset ({reason}); correct id, config or files") from error
    found = {str(found.split or "train"): found} if isinstance(found, Dataset) else dict(found)
    if unknown := [split for split in splits or () if split not in found]:
        raise InputError(f"{id}: there is no split {unknown[0]!r} among {', '.join(found)}; name some of these")
    return Opened(id, folder, {split: found[split] for split in splits or found})


def linked(folder: Path) -> Path:
    """Links to the files of a folder, for `datasets`, which takes a path for a pattern and goes by a file's date.

    They are in the cache of `datasets`, one folder of links for every state of the files, whose path says nothing.
    """
    from datasets import config

    files = {path: os.stat(path) for path in local_files(folder)}
    state = [(path, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for path, s in files.items()]
    links = Path(config.HF_DATASETS_CACHE) / "folders" / hashlib.sha256(repr(state).encode()).hexdigest() / "data"
    links.mkdir(parents=True, exist_ok=True)
    for path in files:
        link = links / Path(path).relative_to(folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            link.symlink_to(Path(path).resolve())
    return links


def read_hub(
    *,
    id: str,
    revision: str | None = None,
    config: str | None = None,
    splits: Sequence[str] | None = None,
    text: str,
    label: str | None = None,
    label_name: str | None = None,
    split: str | None = None,
) -> pd.DataFrame:
    """Documents and, if there are any, their labels; one split after another.

    Args:
        id, revision, config, splits: see `open_dataset`.
        text: the column with the documents.
        label: the column with their classes.
        label_name: the column with readable names of the classes; None: the names that the label column carries
            (a `ClassLabel`), or the labels themselves.
        split: the column that says to which part of a corpus a document belongs; "" for the dataset's own splits.

    Returns:
        Columns text, label, label_name and, if asked for, split, as `table.read_table` gives them. `attrs["source"]`
        says what was read.

    Raises:
        InputError: the dataset cannot be read, or lacks a column.
    """
    columns = [column for column in (text, label, label_name, split) if column]
    dataset = open_dataset(id=id, revision=revision, config=config, splits=splits, columns=columns, label=label)
    frame = labelled(dataset.texts(text), *labels_of(dataset, label, label_name))
    source = provenance(dataset, "hub", revision, config, frame)
    if split is not None:
        own = [name for name, part in dataset.parts.items() for _ in range(len(part))]
        frame["split"] = dataset.texts(split) if split else pd.Series(own, dtype="str")
    frame.attrs["source"] = source
    return frame


def labels_of(dataset: Opened, label: str | None, label_name: str | None) -> tuple[pd.Series, pd.Series]:
    """Labels and their readable names, as `labels.labelled` takes them; the number of no class is no label."""
    labels, names = dataset.texts(label), dataset.texts(label_name)
    if classes := class_names(dataset, label):
        labels = labels.where(labels.isin(classes))
        names = names if label_name else labels.map(classes).astype("str")
    return labels, names


def class_names(dataset: Opened, label: str | None) -> dict[str, str]:
    """Names by number, if the label column is a `ClassLabel`."""
    features = [part.features[label] for part in dataset.parts.values()] if label else []
    if any(feature != features[0] for feature in features):
        raise InputError(f"{dataset.id}: the splits number the classes of {label!r} differently; read one of them")
    return {str(number): name for number, name in enumerate(getattr(features[0], "names", []) if features else [])}


def provenance(dataset: Opened, kind: str, revision: str | None, config: str | None, frame: pd.DataFrame) -> dict:
    """What the audit says about where documents come from; the fingerprint is that of the rows read."""
    content = frame.to_json(orient="values").encode()
    return {
        "kind": kind,
        "id": dataset.id,
        "revision": revision,
        "config": config,
        "splits": {split: len(part) for split, part in dataset.parts.items()},
        "fingerprint": hashlib.sha256(content).hexdigest(),
    }
