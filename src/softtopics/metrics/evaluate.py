"""All scores of the runs of one cell, as tidy rows."""

from itertools import chain

import numpy as np
import pandas as pd

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.coherence import coherence
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.retrieval import precision_by_divergence


def evaluate_cell(runs: list[Run], corpus: Corpus, *, top_words: int) -> pd.DataFrame:
    """Score every seed; what needs labels is left out where the corpus has none or one class.

    Args:
        runs: of one cell.
        corpus: with the vocabulary of the runs.
        top_words: how many words stand for a topic in coherence and diversity.

    Returns:
        Columns seed, metric, value; the metrics are those of `catalogue.METRICS`.

    Raises:
        ValueError: a score is not finite.
    """
    # Every seed's topics in one pass over the texts.
    topics = [run.top_words(top_words) for run in runs]
    ends = np.cumsum([len(words) for words in topics])[:-1]
    found = coherence(list(chain.from_iterable(topics)), corpus.tokens)
    coherences = {name: np.split(values, ends) for name, values in found.items()}
    rows = []
    for position, run in enumerate(runs):
        scores = {name: float(parts[position].mean()) for name, parts in coherences.items()}
        scores["topic_diversity"] = topic_diversity(topics[position])
        scores["i_rbo"] = inverted_rbo(topics[position])
        if corpus.labels is not None:
            scores |= clustering_scores(corpus.labels, run.theta.argmax(axis=1))
            scores |= precision_by_divergence(run.theta, corpus.labels)
        scores["topics_found"] = float(len(run.beta))
        scores["seconds"] = run.seconds
        rows += [(run.seed, name, value) for name, value in scores.items()]
    table = pd.DataFrame(rows, columns=["seed", "metric", "value"])
    if not np.isfinite(table["value"]).all():
        bad = table[~np.isfinite(table["value"])].iloc[0]
        raise ValueError(f"{bad.metric} of seed {bad.seed} is {bad.value}")
    return table
