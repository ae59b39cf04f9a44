"""A source of documents -> the corpus that all models of an experiment see, with an account of what happened."""

import numpy as np
import pandas as pd

from softtopics.artifacts import Corpus
from softtopics.corpora.table import read_table
from softtopics.corpora.text import build_vocabulary, count_words, joined, tokenize
from softtopics.corpora.wordnet import read_wordnet
from softtopics.errors import InputError


def read(source: dict) -> pd.DataFrame:
    """The rows of a source as its config block says: columns text, label, label_name."""
    settings = {key: value for key, value in source.items() if key != "kind"}
    if source["kind"] == "wordnet":
        return read_wordnet(settings.pop("entries"), **settings)
    return read_table(**settings)


def prepare(
    rows: pd.DataFrame,
    *,
    name: str,
    vocabulary_size: int = 2000,
    min_documents: int = 2,
    deduplicate: bool = True,
    max_documents: int | None = None,
    seed: int = 0,
) -> Corpus:
    """Drop what is empty or repeated, build tokens, vocabulary and BoW, and keep the books.

    Args:
        rows: columns text, label, label_name.
        name: what errors call the source.
        vocabulary_size: V asked for; the audit has the real one.
        min_documents: a rarer word is not part of the vocabulary.
        deduplicate: of texts that are equal up to white space, keep the first.
        max_documents: a random sample of that size; None: all.
        seed: of the sample.

    Raises:
        InputError: no document is left, no word is, or only some rows have a label.
    """
    text = rows["text"].fillna("").str.split().str.join(" ")
    empty = text == ""
    repeated = text.duplicated() & ~empty
    first_labels = rows["label"].where(~empty).groupby(text).transform("first")
    relabelled = repeated & (rows["label"] != first_labels) & rows["label"].notna()
    kept = rows[~(empty | repeated)] if deduplicate else rows[~empty]
    if kept.empty:
        raise InputError(f"{name}: all {len(rows)} rows are empty; give a text column with documents in it")
    size = min(max_documents or len(kept), len(kept))
    sampled = kept.sample(size, random_state=seed).sort_index()

    documents = pd.DataFrame({"id": sampled.index, "text": sampled["text"].str.strip()})
    documents["label"], documents["label_name"] = sampled["label"].to_numpy(), sampled["label_name"].to_numpy()
    missing = documents["label"].isna()
    if missing.any() and not missing.all():
        row = documents["id"][missing].iloc[0]
        raise InputError(
            f"{name}: {missing.sum()} rows have no label (the first is data row {row + 1}); "
            "label all rows or leave out `label`"
        )

    tokens = tokenize(documents["text"].tolist())
    vocabulary = build_vocabulary(tokens, vocabulary_size, min_documents)
    if not vocabulary:
        raise InputError(
            f"{name}: no word is found in {min_documents} documents; give more text or lower min_documents"
        )
    bow = count_words(tokens, vocabulary, len(documents))
    documents["tokens"] = joined(tokens, len(documents))
    lengths = np.bincount(tokens.document, minlength=len(documents))
    classes = documents["label_name"].value_counts()
    audit = {
        "rows_read": len(rows),
        "empty": int(empty.sum()),
        "repeated": int(repeated.sum()),
        "repeated_with_another_label": int(relabelled.sum()),
        "deduplicated": deduplicate,
        "sampled_away": len(kept) - len(sampled),
        "documents": len(documents),
        "labels": "none" if missing.all() else "one class" if len(classes) == 1 else f"{len(classes)} classes",
        "classes": {str(label): int(count) for label, count in classes.items()},
        "vocabulary_size_asked": vocabulary_size,
        "vocabulary_size": len(vocabulary),
        "documents_without_vocabulary_words": int((bow.getnnz(axis=1) == 0).sum()),
        "tokens_median": float(np.median(lengths)),
        "tokens_max": int(lengths.max()),
    }
    return Corpus(documents, vocabulary, bow, audit)
