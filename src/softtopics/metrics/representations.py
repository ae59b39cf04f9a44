"""What the raw material reaches without a topic model: the yardsticks of the tables."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import softmax
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from softtopics.artifacts import Corpus
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.retrieval import precision_by_cosine, precision_by_divergence

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

    Args:
        corpus: without labels there is nothing to score.
        hidden: N x D states or embeddings by teacher; compared by cosine, clustered at unit length.
        logits: N x V word scores by teacher; compared as softmax(logits / temperature) by KL.
        temperature: of those soft labels.
        topics: K of k-means.
        seeds: of k-means.

    Returns:
        Columns method, variant, k, seed, metric, value. Methods are `bow`, `soft_labels/<teacher>`,
        `hidden/<teacher>` (k = seed = 0: they have neither) and `kmeans/<teacher>`.
    """
    if corpus.labels is None:
        return pd.DataFrame(columns=COLUMNS)
    scores = {
        ("bow", 0, 0): precision_by_cosine(TfidfTransformer(sublinear_tf=True).fit_transform(corpus.bow), corpus.labels)
    }
    for teacher, values in logits.items():
        soft_labels = softmax(np.asarray(values) / np.float32(temperature), axis=1)
        scores[f"soft_labels/{teacher}", 0, 0] = precision_by_divergence(soft_labels, corpus.labels)
    for teacher, states in hidden.items():
        scores[f"hidden/{teacher}", 0, 0] = precision_by_cosine(states, corpus.labels)
        unit = normalize(states)
        for k in topics:
            for seed in seeds:
                clusters = KMeans(k, n_init=1, random_state=seed).fit_predict(unit)
                scores[f"kmeans/{teacher}", k, seed] = clustering_scores(corpus.labels, clusters)
    rows = [
        (method, "default", k, seed, metric, value)
        for (method, k, seed), metrics in scores.items()
        for metric, value in metrics.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
