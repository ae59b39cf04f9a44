"""A teacher without a model: hidden states and word scores from published soft labels (`corpora.soft_label_dataset`).

The dataset's rows are the documents of the corpus, some of which may have been dropped: a document's `id` is its row.
"""

import numpy as np
import pandas as pd

from softtopics.corpora.hub import Opened
from softtopics.corpora.soft_label_dataset import about, bags, matrix, open_source, words_of
from softtopics.errors import InputError


def read(documents: pd.DataFrame, source: dict) -> tuple[np.ndarray, dict]:
    """The hidden states of a corpus's documents (`input_embeddings`, the last layer's).

    Args:
        documents: N rows with the columns id and text.
        source: of kind soft_labels.

    Returns:
        N x D float32, and what the dataset says about itself.

    Raises:
        InputError: the dataset cannot be read, has another form, or its rows are other documents.
    """
    dataset = open_source(source)
    rows = rows_of(documents, dataset, source)
    return matrix(dataset, "input_embeddings")[rows], description(dataset, source)


def score_words(documents: pd.DataFrame, vocabulary: list[str], source: dict) -> tuple[np.ndarray, dict]:
    """The scores of a corpus's words (`next_word_logits`), in the order of the corpus's documents and words.

    Args:
        documents: N rows with the columns id and text.
        vocabulary: V words, all of which the dataset must score.
        source: of kind soft_labels.

    Returns:
        N x V float32, and what the dataset says about itself.

    Raises:
        InputError: the dataset cannot be read, has another form, lacks a word, or its rows are other documents.
    """
    dataset = open_source(source)
    rows = rows_of(documents, dataset, source)
    words = words_of(dataset, source.get("vocabulary"))
    columns = pd.Index(words).get_indexer(vocabulary)
    if (columns < 0).any():
        missing = [word for word, column in zip(vocabulary, columns, strict=True) if column < 0]
        raise InputError(
            f"{dataset.id}: {len(missing)} of the corpus's {len(vocabulary)} words are not scored, the first being "
            f"{missing[0]!r}; take the corpus from the same dataset (source of kind soft_labels)"
        )
    scores = matrix(dataset, "next_word_logits", len(words))
    return scores[np.ix_(rows, columns)], description(dataset, source)


def rows_of(documents: pd.DataFrame, dataset: Opened, source: dict) -> np.ndarray:
    """The dataset's row of every document, checked: it has the same text, or every word that it counts is in the text.

    Raises:
        InputError: the dataset has too few rows, or a row is another document.
    """
    rows = documents["id"].to_numpy() - 1
    n_rows = sum(len(part) for part in dataset.parts.values())
    if rows.max() >= n_rows:
        raise InputError(
            f"{dataset.id}: the dataset has {n_rows} rows, but the corpus has a document {rows.max() + 1}; give soft "
            "labels of the same corpus, with the same splits in the same order"
        )
    texts = documents["text"].str.split().str.join(" ")
    if "text" in dataset.columns:
        same = dataset.texts("text").fillna("").str.split().str.join(" ").iloc[rows].to_numpy() == texts.to_numpy()
    else:
        same = np.zeros(len(documents), dtype=bool)
    if not same.all():
        counted = bags(dataset, words_of(dataset, source.get("vocabulary")))[0].iloc[rows]
        pairs = zip(texts.str.lower(), counted, strict=True)
        same |= np.array([all(word in text for word in words.split()) for text, words in pairs])
    if not same.all():
        first = int(np.flatnonzero(~same)[0])
        raise InputError(
            f"{dataset.id}: row {rows[first] + 1} counts words that are not in the corpus's document of that number "
            f"({(~same).sum()} of {len(same)} documents differ); give soft labels of the same corpus in the same order"
        )
    return rows


def description(dataset: Opened, source: dict) -> dict:
    """What `meta.json` keeps: the source, and its metadata without the vocabulary."""
    facts = {key: value for key, value in about(dataset).items() if key not in ("vocabulary", "vocab")}
    return {"source": source, "dtype": facts.get("dtype", "not known"), "words": {"published": True}, "metadata": facts}
