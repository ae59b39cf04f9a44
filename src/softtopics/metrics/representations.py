"""What the raw material reaches without a topic model: the yardsticks of the tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from softtopics.artifacts import Corpus
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.held_out import Rows, held_out_scores
from softtopics.metrics.retrieval import precision_by_cosine, precision_by_divergence
from softtopics.teachers.mixed import Part, label_of

COLUMNS = ["method", "variant", "k", "seed", "metric", "value"]


def reference_scores(
    corpus: Corpus,
    hidden: dict[str, np.ndarray],
    logits: dict[str, np.ndarray],
    *,
    temperature: float,
    topics: Sequence[int],
    seeds: Sequence[int],
) -> pd.DataFrame:
    """Retrieval by BoW, raw soft labels and raw hidden states; clusters of hidden states by k-means.

    Where documents are held out, retrieval of these, too, and a linear probe (`metrics.held_out`).

    Args:
        corpus: without labels there is nothing to score.
        hidden: states or embeddings of all documents by teacher; compared by cosine, clustered at unit length.
        logits: word scores of all documents by teacher; compared as softmax(logits / temperature) by KL.
        temperature: of those soft labels.
        topics: K of k-means.
        seeds: of k-means.

    Returns:
        Columns method, variant, k, seed, metric, value. Methods are `bow`, `soft_labels/<teacher>`,
        `hidden/<teacher>` (k = seed = 0: they have neither) and `kmeans/<teacher>`.
    """
    labels = corpus.labels
    if labels is None:
        return pd.DataFrame(columns=COLUMNS)
    parts = [corpus] if corpus.held_out is None else [corpus, corpus.held_out]
    rarity = TfidfTransformer(sublinear_tf=True).fit(corpus.bow)
    scores = {("bow", 0, 0): retrieval(corpus, [rarity.transform(part.bow) for part in parts])}
    for teacher, values in logits.items():
        said = [label_of(Part(part.of(values), weight=1, temperature=temperature)) for part in parts]
        scores[f"soft_labels/{teacher}", 0, 0] = retrieval(corpus, said, distributions=True)
    for teacher, values in hidden.items():
        states = [part.of(values) for part in parts]
        scores[f"hidden/{teacher}", 0, 0] = retrieval(corpus, states)
        unit = normalize(states[0])
        for k in topics:
            for seed in seeds:
                clusters = KMeans(k, n_init=1, random_state=seed).fit_predict(unit)
                scores[f"kmeans/{teacher}", k, seed] = clustering_scores(labels, clusters)
    rows = [
        (method, "default", k, seed, metric, value)
        for (method, k, seed), metrics in scores.items()
        for metric, value in metrics.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def retrieval(corpus: Corpus, rows: Sequence[Rows], *, distributions: bool = False) -> dict[str, float]:
    """P@k of the rows of training documents and, where there are some, all scores of those of held-out ones."""
    labels = corpus.labels
    assert labels is not None, "only asked for where there are classes"
    found = (precision_by_divergence if distributions else precision_by_cosine)(rows[0], labels)
    return found | (held_out_scores(corpus, labels, *rows, distributions=distributions) if len(rows) > 1 else {})
