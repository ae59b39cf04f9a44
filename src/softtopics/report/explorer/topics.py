"""The topics of one run, as the page shows them: words, scores of each topic, its classes, its typical documents."""

from collections.abc import Callable

import numpy as np

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.coherence import coherence
from softtopics.metrics.counts import Counts
from softtopics.report.explorer.encoding import rounded

TYPICAL = 3  # documents of a topic
SNIPPET = 140  # characters of such a document

Rate = Callable[[list[list[str]]], np.ndarray]


def topics_of(
    run: Run,
    corpus: Corpus,
    counts: Counts,
    *,
    n_words: int,
    relevance: float = 1.0,
    rate: Rate | None = None,
    rated_words: int = 10,
    texts: bool = True,
) -> list[dict]:
    """One entry for each of K topics; means of `npmi` and `rating` over topics are the run's scores.

    Args:
        run, corpus: a run, and what it was trained on.
        counts: of the first reference text of coherence.
        n_words: of a topic; `npmi` is theirs.
        relevance: by which they are chosen, see `Run.top_words`.
        rate: the rater of `metrics.rating`; None where nobody rates.
        rated_words: how many words it sees.
        texts: whether entries hold beginnings of documents.

    Returns:
        words (places in the corpus's vocabulary), weights (the model's own; by relevance they need not fall), share
        (mean theta), npmi, rating (if rated), documents (whose largest topic it is), classes (pairs of a class and how
        many of these documents are of it, the commonest first), typical (triples of a document, its theta, and how it
        begins, or nothing).
    """
    top = run.top_words(n_words, relevance)
    place, column = places(corpus.vocabulary), places(run.vocabulary)
    largest, shares = run.theta.argmax(axis=1), run.theta.mean(axis=0)
    npmi = coherence(top, counts)["c_npmi"]
    ratings = rate(run.top_words(rated_words, relevance)) if rate else None
    entries = []
    for topic, words in enumerate(top):
        own = np.flatnonzero(largest == topic)
        entry = {
            "words": [place[word] for word in words],
            "weights": [rounded(run.beta[topic, column[word]], 3) for word in words],
            "share": rounded(shares[topic]),
            "npmi": rounded(npmi[topic], 6),
            "documents": len(own),
            "typical": typical(run.theta[:, topic], corpus.texts if texts else None),
        }
        if ratings is not None:
            entry["rating"] = rounded(ratings[topic], 6)
        if corpus.labels is not None:
            entry["classes"] = classes_of(corpus.labels[own])
        entries.append(entry)
    return entries


def places(words: list[str]) -> dict[str, int]:
    return {word: position for position, word in enumerate(words)}


def typical(theta: np.ndarray, texts: list[str] | None) -> list[list]:
    """The documents with the largest share of a topic."""
    found = np.argsort(-theta, kind="stable")[:TYPICAL]
    return [[int(d), rounded(theta[d], 3), snippet(texts[d]) if texts else ""] for d in found]


def snippet(text: str) -> str:
    """How a text begins, on one line, up to a space."""
    line = " ".join(text[: 4 * SNIPPET].split())
    return line if len(line) <= SNIPPET else line[:SNIPPET].rsplit(" ", 1)[0] + " …"


def classes_of(labels: np.ndarray) -> list[list[int]]:
    """Pairs of a class and its documents, the commonest first."""
    found, counts = np.unique(labels, return_counts=True)
    return [[int(found[i]), int(counts[i])] for i in np.argsort(-counts, kind="stable")]
