"""All scores of the runs of one cell, as tidy rows."""

import logging
from collections.abc import Mapping

import numpy as np
import pandas as pd

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.catalogue import CORPUS, measured_in
from softtopics.metrics.clustering import clustering_scores
from softtopics.metrics.coherence import coherence, missing_words, rare_words
from softtopics.metrics.counts import Counts
from softtopics.metrics.diversity import inverted_rbo, topic_diversity
from softtopics.metrics.retrieval import precision_by_divergence

log = logging.getLogger(__name__)


def evaluate_cell(runs: list[Run], corpus: Corpus, counts: Mapping[str, Counts], *, top_words: int) -> pd.DataFrame:
    """Score every seed; what needs labels is left out where the corpus has none or one class.

    Args:
        runs: the runs of a cell.
        corpus: what they were trained on, with their vocabulary.
        counts: of every reference that coherence is measured in, `corpus` being the corpus itself.
        top_words: how many words stand for a topic in coherence and diversity.

    Returns:
        Columns seed, metric, value; the metrics are those of `catalogue.METRICS`, those of an external reference
        called `c_v@reference`.

    Raises:
        ValueError: a score is not finite.
    """
    rows = []
    for run in runs:
        topics = run.top_words(top_words)
        scores = {}
        for reference, counted in counts.items():
            scores |= coherence_scores(topics, run.seed, reference, counted)
        scores["topic_diversity"] = topic_diversity(topics)
        scores["i_rbo"] = inverted_rbo(topics)
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


def coherence_scores(topics: list[list[str]], seed: int, reference: str, counts: Counts) -> dict[str, float]:
    """Means over topics, and for an external reference how many of all top words it lacks; the log names them."""
    scores = {name: float(values.mean()) for name, values in coherence(topics, counts).items()}
    missing, rare = missing_words(topics, counts), rare_words(topics, counts)
    for words, problem in (
        (missing, "not there and are left out"),
        (rare, "in fewer than 1,100 windows, which Palmetto's C_V takes for never"),
    ):
        if number := sum(map(len, words)):
            named = " ".join(sorted({word for topic in words for word in topic}))
            total = sum(map(len, topics))
            log.warning("%s, seed %d: %d of %d top words are %s: %s", reference, seed, number, total, problem, named)
    for words, absent in zip(topics, missing, strict=True):
        if len(words) - len(absent) < 2:
            log.warning("%s, seed %d: there is nothing to score in the topic %s", reference, seed, " ".join(words))
    if reference != CORPUS:
        scores["missing_words"] = float(sum(map(len, missing)))
    return {measured_in(name, reference): value for name, value in scores.items()}
