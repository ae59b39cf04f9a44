"""All scores of the runs of one cell, as tidy rows."""

import numpy as np
import pandas as pd

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.coherence import coherence
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.retrieval import precision_by_divergence


def evaluate_cell(runs: list[Run], corpus: Corpus) -> pd.DataFrame:
    """Score every seed; what needs labels is left out where the corpus has none or one class.

    Returns:
        Columns seed, metric, value; the metrics are those of `catalogue.METRICS`.

    Raises:
        ValueError: a score is not finite.
    """
    # Every seed's topics in one pass over the texts.
    topics = [topic for run in runs for topic in run.top_words]
    ends = np.cumsum([len(run.top_words) for run in runs])[:-1]
    coherences = {name: np.split(values, ends) for name, values in coherence(topics, corpus.tokens).items()}
    rows = []
    for position, run in enumerate(runs):
        scores = {name: float(parts[position].mean()) for name, parts in coherences.items()}
        scores["topic_diversity"] = topic_diversity(run.top_words)
        scores["i_rbo"] = inverted_rbo(run.top_words)
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
