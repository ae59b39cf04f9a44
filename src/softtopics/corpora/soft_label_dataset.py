"""Published soft labels in the form of the paper's authors: the contents of such a dataset, as words and arrays.

There is a dataset for each corpus and LM, `<corpus>_<lm>_vocab_2000_last`: columns `next_word_logits` (V scores),
`input_embeddings` (D values, or a list of them for each layer), `bow`, `label` and `context` (the whole prompt), with
`vocab.json` and `metadata.json` beside the data. This was written without access to the authors' files (there was no
network): the form follows their description and the public code that writes it.
"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from softtopics.corpora.hub import Opened, open_dataset
from softtopics.errors import InputError

WORD_FILES = ("vocab.json", "vocabulary.json", "vocab.txt", "vocabulary.txt")


def open_source(source: dict) -> Opened:
    """The dataset of a source of kind soft_labels (id, revision, config, splits)."""
    optional = {key: source.get(key) for key in ("revision", "config", "splits")}
    return open_dataset(id=source["id"], **optional)


def words_of(dataset: Opened, path: str | None = None) -> list[str]:
    """The V words that are scored and counted, in the order of the columns.

    They are read from the file at `path` (a JSON list, or a word on each line). Without a path, they are read from such
    a file beside the data, or from a list called `vocabulary` or `vocab` in `metadata.json` or in the head of the
    dataset's card.

    Raises:
        InputError: none of these exists, or it is no list of distinct words.
    """
    files = [Path(path).expanduser()] if path else [dataset.folder / name for name in WORD_FILES]
    file = next((file for file in files if file.is_file()), None)
    if path and not file:
        raise InputError(f"source.vocabulary: there is no file {path}; paths start at the working directory")
    facts = {} if file else about(dataset)
    words = word_list(file) if file else facts.get("vocabulary", facts.get("vocab"))
    if words is None:
        raise InputError(
            f"{dataset.id}: the dataset does not say which words it scores (it has no {', '.join(WORD_FILES)} and "
            "no `vocabulary` in its card); give a file with a word on each line by `vocabulary: path`"
        )
    where = file or f"{dataset.id}, vocabulary of its metadata"
    if not isinstance(words, list) or any(not isinstance(word, str) or word.split() != [word] for word in words):
        raise InputError(f"{where}: this is not a list of single words; give one word on each line")
    if len(set(words)) < len(words):
        twice = next(word for place, word in enumerate(words) if word in words[:place])
        raise InputError(f"{where}: the word {twice!r} appears twice; each column of the scores needs a different word")
    return words


def word_list(file: Path) -> object:
    """The contents of a file of words: a JSON value, or its lines."""
    try:
        content = file.read_text(encoding="utf-8-sig")
        return json.loads(content) if file.suffix == ".json" else list(filter(None, content.split("\n")))
    except ValueError as error:
        raise InputError(f"{file}: this is not a UTF-8 text or a JSON list ({error}); write it again") from error


def about(dataset: Opened) -> dict:
    """What the dataset says about itself: the head of its card, and `metadata.json`."""
    import yaml
    from huggingface_hub import DatasetCard

    facts: dict = {}
    for file in (dataset.folder / "README.md", dataset.folder / "metadata.json"):
        if not file.is_file():
            continue
        try:
            card = file.suffix == ".md"
            more = DatasetCard.load(file).data.to_dict() if card else json.loads(file.read_text(encoding="utf-8-sig"))
            facts |= dict(more)
        except (ValueError, TypeError, yaml.YAMLError) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{file}: what it says about the dataset cannot be read ({reason}); correct it") from error
    return facts


def bags(dataset: Opened, vocabulary: list[str]) -> tuple[pd.Series, bool]:
    """Each document's vocabulary words joined by spaces, each as often as it is counted, and whether they are in order.

    The column `bow` may hold words, as a text or a list (in reading order, as the authors' code writes them), or V
    counts, which say nothing about the order.

    Raises:
        InputError: it holds something else.
    """
    column = pa.chunked_array([chunk for table in dataset.tables("bow") for chunk in table["bow"].chunks])
    nested = getattr(column.type, "value_type", None)
    if any(pa.types.is_string(kind) or pa.types.is_large_string(kind) for kind in (nested, column.type) if kind):
        rows = column.to_pandas()
        lists = rows if nested else rows.str.split()
        if nested and rows.map(lambda words: any(word is None for word in words), na_action="ignore").any():
            raise InputError(f"{dataset.id}: a list in column 'bow' lacks a word; correct the dataset")
        return lists.map(" ".join, na_action="ignore").fillna("").astype("str"), True
    counts = matrix(dataset, "bow", len(vocabulary))
    if (counts < 0).any() or (counts % 1).any():
        raise InputError(f"{dataset.id}: column 'bow' holds numbers that are not counts; correct the dataset")
    words = np.array(vocabulary, dtype=object)
    return pd.Series([" ".join(np.repeat(words, row.astype(int))) for row in counts], dtype="str"), False


def matrix(dataset: Opened, column: str, width: int | None = None) -> np.ndarray:
    """A column of lists of numbers, or the last layer's if there are several, as N x `width` float32.

    Args:
        dataset: the dataset.
        column: the column's name.
        width: the length of every list; None: that of the first.

    Raises:
        InputError: a row has another length, is missing, or holds a value that is not finite.
    """
    chunks, start = [], 1
    for chunk in (chunk for table in dataset.tables(column) for chunk in table[column].chunks):
        rows = last_layer(chunk)
        if not hasattr(rows.type, "value_type"):
            raise InputError(f"{dataset.id}: column {column!r} holds {rows.type}, not lists of numbers; correct it")
        lengths = pc.fill_null(pc.list_value_length(rows), 0).to_numpy(zero_copy_only=False)
        width = int(lengths[0]) if width is None and len(lengths) else width
        if (wrong := np.flatnonzero(lengths != width)).size:
            raise InputError(
                f"{dataset.id}: row {start + wrong[0]} of column {column!r} has {lengths[wrong[0]]} values, not "
                f"{width} like the vocabulary or the first row; correct the dataset or give its own vocabulary"
            )
        values = rows.flatten().to_numpy(zero_copy_only=False).astype(np.float32).reshape(len(rows), width or 0)
        if (wrong := np.flatnonzero(~np.isfinite(values).all(axis=1))).size:
            raise InputError(
                f"{dataset.id}: row {start + wrong[0]} of column {column!r} holds a value that is not finite"
            )
        chunks.append(values)
        start += len(rows)
    return np.concatenate(chunks)


def last_layer(chunk: pa.Array) -> pa.Array:
    """The last list of each row of lists of lists (missing if there is none); lists of numbers stay as they are."""
    if not hasattr(getattr(chunk.type, "value_type", None), "value_type"):
        return chunk
    lengths = pc.fill_null(pc.list_value_length(chunk), 0).to_numpy(zero_copy_only=False)
    return chunk.flatten().take(pa.array(lengths.cumsum() - 1, mask=lengths == 0))
