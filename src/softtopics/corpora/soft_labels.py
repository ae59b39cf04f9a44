"""A corpus from published soft labels (`soft_label_dataset`), which bring a vocabulary and bags of words."""

from collections.abc import Sequence
from itertools import takewhile

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from softtopics.corpora.hub import labels_of, open_dataset, provenance
from softtopics.corpora.labels import labelled
from softtopics.corpora.soft_label_dataset import bags, open_source, words_of
from softtopics.errors import InputError

SPACES = " \n\t"


def read_soft_labels(
    *,
    id: str,
    revision: str | None = None,
    config: str | None = None,
    splits: Sequence[str] | None = None,
    text: str | None = None,
    label: str | None = None,
    label_name: str | None = None,
    vocabulary: str | None = None,
) -> pd.DataFrame:
    """Documents and, if there are any, their labels.

    Args:
        id, revision, config, splits: see `hub.open_dataset`.
        text: the column with the documents. None: `text`; failing that, `context` without what all rows begin and end
            with (the prompt); failing that, documents are rebuilt from their bags of words.
        label: the column with their classes; None: `label` if there is one.
        label_name: the column with readable names; None: `label_text` if there is one, or a `ClassLabel`'s names.
        vocabulary: a file of the words, see `soft_label_dataset.words_of`.

    Returns:
        Columns text, label, label_name, as `table.read_table` gives them, and tokens if documents are rebuilt.
        `attrs["source"]` says what was read and, as `word_order`, what is known about the order of words.

    Raises:
        InputError: the dataset cannot be read, lacks a column, or does not name its words.
    """
    dataset = open_dataset(id=id, revision=revision, config=config, splits=splits)

    def present(*columns: str) -> str | None:
        return next((column for column in columns if column in dataset.columns), None)

    column, order = text or present("text", "context"), "known"
    if column:
        texts = dataset.texts(column).fillna("")
        texts = without_prompt(texts) if column == "context" else texts
    else:
        texts, ordered = bags(dataset, words_of(dataset, vocabulary))
        order = "of vocabulary words alone" if ordered else "not known"
    label = label or present("label")
    label_name = label_name or (present("label_text") if label else None)
    frame = labelled(texts, *labels_of(dataset, label, label_name))
    if not column:
        frame["tokens"] = texts
    source = provenance(dataset, "soft_labels", revision, config, frame)
    frame.attrs["source"] = source | {"documents": column or "rebuilt from bow", "word_order": order}
    return frame


def without_prompt(contexts: pd.Series) -> pd.Series:
    """The documents: prompts without what all of them begin and end with, up to a white space."""
    rest = contexts.str.slice(shared_start(contexts))
    ending = shared_start(rest.str.slice(step=-1))
    return rest.str.slice(stop=-ending) if ending else rest


def shared_start(texts: pd.Series) -> int:
    """How many characters all texts begin with, up to and including the last white space among them."""
    pairs = zip(texts.min(), texts.max(), strict=False)  # what the first and the last in order share, all share
    shared = "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return max(shared.rfind(space) for space in SPACES) + 1


def given_vocabulary(
    source: dict, ids: Sequence[int], size: int, counted: np.ndarray | slice = slice(None)
) -> tuple[list[str], sparse.csr_matrix]:
    """The dataset's words, in its order, and how often they are counted in some of its documents.

    Args:
        source: of kind soft_labels.
        ids: of N documents: their rows in the dataset, the first being 1.
        size: if there are more words, only the most frequent ones are kept.
        counted: those of the N documents by which words are frequent.

    Returns:
        V words and N x V int32 counts.

    Raises:
        InputError: a bag of words has a word that is not one of the dataset's.
    """
    dataset = open_source(source)
    vocabulary = words_of(dataset, source.get("vocabulary"))
    texts, _ = bags(dataset, vocabulary)
    bow = CountVectorizer(vocabulary=vocabulary, analyzer=str.split, dtype=np.int32).transform(texts)
    unknown = np.flatnonzero(np.asarray(bow.sum(axis=1)).ravel() != texts.str.split().str.len())
    if unknown.size:
        word = next(word for word in texts[unknown[0]].split() if word not in set(vocabulary))
        raise InputError(
            f"{dataset.id}: row {unknown[0] + 1} of column 'bow' counts {word!r}, which is none of the "
            f"{len(vocabulary)} words of its vocabulary; give the vocabulary that it was made with"
        )
    bow = bow[np.asarray(ids) - 1]
    frequency = np.asarray(bow[counted].sum(axis=0)).ravel()
    kept = np.sort(np.argsort(-frequency, kind="stable")[:size])
    return [vocabulary[word] for word in kept], bow[:, kept]
