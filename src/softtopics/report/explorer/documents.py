"""Documents, as the page shows them: texts, classes, places on the map; what a run makes of them."""

from pathlib import Path

import numpy as np
import pandas as pd

from softtopics.artifacts import Corpus
from softtopics.metrics.retrieval import divergences, nearest_by_block
from softtopics.report.explorer.encoding import packed, parts_of, write_script

BLOCK = 500  # documents whose texts are in one file
LONGEST = 2000  # characters of a text that are shown
TOPICS, NEAREST = 3, 5  # of each document


def write_documents(folder: str | Path, name: str, corpus: Corpus, places: np.ndarray, about: dict) -> None:
    """The scripts of a corpus: `about`, and `texts-0`, `texts-1` ... with a block of documents each.

    Args:
        folder: of the explorer's data.
        name: of the corpus's scripts: `news/corpus`.
        corpus: its documents.
        places: N x 2, their map.
        about: what else the page should know; `texts` says whether it may have the texts.
    """
    classes = corpus.labels
    content = {
        "documents": len(corpus),
        "block": BLOCK,
        "vocabulary": corpus.vocabulary,
        "map": packed(scaled(places)),
        "classes": class_names(corpus),
        "labels": None if classes is None else packed(classes[:, None]),
    }
    write_script(folder, f"{name}/about", {**about, **content})
    ids = corpus.documents["id"].tolist()
    for block, start in enumerate(range(0, len(corpus), BLOCK)):
        rows = slice(start, start + BLOCK)
        texts = [shortened(text) for text in corpus.texts[rows]] if about["texts"] else []
        write_script(folder, f"{name}/texts-{block}", {"ids": ids[rows], "texts": texts})


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"


def class_names(corpus: Corpus) -> list[str]:
    """Readable names in the order of `Corpus.labels`; none without classes."""
    if corpus.labels is None:
        return []
    names = corpus.documents["label_name"].fillna(corpus.documents["label"]).astype(str)
    return pd.Series(names.to_numpy()).groupby(corpus.labels).first().tolist()


def scaled(places: np.ndarray) -> np.ndarray:
    """A map in whole numbers from 0 to 65,535, both axes by the same measure and centred."""
    low, high = places.min(axis=0), places.max(axis=0)
    extent = max(float((high - low).max()), 1e-9)
    return parts_of((places - (low + high) / 2) / extent + 0.5, 16)


def largest(rows: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The columns of the largest values of each row, the largest first, of equal ones the first; and the values."""
    order = np.argsort(-rows, axis=1, kind="stable")[:, :count]
    return order, np.take_along_axis(rows, order, axis=1)


def run_documents(theta: np.ndarray) -> dict:
    """What a run says of each document: its largest topics with their shares as 255ths, and its nearest documents."""
    topics, shares = largest(theta, min(TOPICS, theta.shape[1]))
    return {
        "topics": packed(topics),
        "shares": packed(parts_of(shares, 8)),
        "nearest": packed(nearest_documents(theta, min(NEAREST, len(theta) - 1))),
    }


def nearest_documents(theta: np.ndarray, count: int) -> np.ndarray:
    """The `count` nearest others of each document by KL(theta_i || theta_j), as P@k ranks them.

    Corpora are often sorted by class, so ties are broken by lot, the same every time.
    """
    n_documents = len(theta)
    lot = np.random.default_rng(0).permutation(n_documents)
    found = np.empty((n_documents, count), dtype=np.int64)
    for rows, near in nearest_by_block(divergences(theta), n_documents, count):
        order = np.lexsort([lot[near.column], np.round(near.distance, 12), near.row])
        starts = np.searchsorted(near.row[order], np.arange(rows.stop - rows.start))
        found[rows] = near.column[order][starts[:, None] + np.arange(count)]
    return found
