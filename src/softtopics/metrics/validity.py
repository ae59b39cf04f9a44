"""Does a measure of topics notice words that do not belong? Real topics against the same with words swapped.

A topic's words are swapped for top words of other topics of the same model, as in word intrusion (Chang et al. 2009;
Lau et al. 2014). What a measure is worth is the probability that it puts the real topic above a swapped one (AUC).
It cannot be 1: topics of one model are about the same things now and then, and not all of them make sense.
"""

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from softtopics.errors import InputError
from softtopics.metrics.catalogue import measured_in
from softtopics.metrics.coherence import MEASURES, coherence
from softtopics.metrics.counts import Counts
from softtopics.metrics.embeddings import embedding_coherence
from softtopics.metrics.judges import Judges
from softtopics.metrics.raters.base import Rate, Topics

log = logging.getLogger(__name__)

SWAPPED = (1, 2, 3, 5)  # words
RESAMPLES = 1000
LEVEL = 0.95


def swap_words(models: Sequence[Topics], *, n_topics: int, seed: int = 0) -> dict[int, list[list[str]]]:
    """A sample of topics, each as it is (key 0) and with 1, 2, 3 and 5 of its words swapped.

    Args:
        models: the topics of every trained model.
        n_topics: size of the sample; all topics if there are fewer.
        seed: of the sample and of the swaps.

    Raises:
        InputError: there is no topic that could get so many words of its model's other topics.
    """
    most = max(SWAPPED)
    usable, short = [], 0
    for topics in models:
        for words in topics:
            others = sorted({word for other in topics for word in other} - set(words))
            if min(len(words), len(others)) >= most:
                usable.append((list(words), others))
            else:
                short += 1
    if short:
        log.warning("%d topics have too few words, or their models too few others, to be measured with", short)
    if not usable:
        raise InputError(
            f"rating: no model has a topic of {most} words, and as many others in its other topics, to swap for "
            "measuring the rating's validity; set rating.enabled: false and evaluation.judges.words: null"
        )
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(len(usable), min(n_topics, len(usable)), replace=False))
    drawn: dict[int, list[list[str]]] = {0: [usable[row][0] for row in chosen]} | {swaps: [] for swaps in SWAPPED}
    for row in chosen:
        words, others = usable[row]
        for swaps in SWAPPED:
            swapped = list(words)
            places = random.choice(len(words), swaps, replace=False)
            for place, intruder in zip(places, random.choice(others, swaps, replace=False), strict=True):
                swapped[place] = str(intruder)
            drawn[swaps].append(swapped)
    return drawn


def coherence_rates(counts: Counts, reference: str) -> dict[str, Rate]:
    """The coherence measures of one reference as raters, to be measured as the rating is."""

    def measured(measure: str) -> Rate:
        return lambda topics: coherence(topics, counts)[measure]

    return {measured_in(measure, reference): measured(measure) for measure in MEASURES}


def embedding_rates(vocabulary: Sequence[str], vectors: Sequence[str]) -> dict[str, Rate]:
    """The embedding coherence as a rater; none where no files of a judge's vectors are given, see `Judges.load`."""
    words = Judges.load(vocabulary, vectors).words
    if words is None:
        return {}
    return {"embedding_coherence": lambda topics: embedding_coherence(topics, vocabulary, words)}


def validity(rate: Rate, drawn: Mapping[int, Topics]) -> pd.DataFrame:
    """How often a measure puts real topics above swapped ones.

    Args:
        rate: T topics -> T values, the higher the better.
        drawn: of `swap_words`.

    Returns:
        For every number of words swapped a row with swapped, topics (how many), auc (of all pairs of a real and a
        swapped topic, in which the real one is above; ties count half), paired (of the topics, which are above
        their own swapped version), and the ends of their 95% intervals, auc_low, auc_high, paired_low, paired_high.
    """
    values = np.split(np.asarray(rate([words for topics in drawn.values() for words in topics])), len(drawn))
    found = dict(zip(drawn, values, strict=True))
    rows = [{"swapped": swaps, "topics": len(found[0]), **above(found[0], found[swaps])} for swaps in drawn if swaps]
    return pd.DataFrame(rows)


def above(real: np.ndarray, swapped: np.ndarray, seed: int = 0) -> dict[str, float]:
    """AUC and paired share of T values and those of the same topics with words swapped.

    Intervals are percentiles of a bootstrap over topics, each drawn together with its swapped version.
    """
    wins = (real[:, None] > swapped) + 0.5 * (real[:, None] == swapped)  # T x T: row's real above column's swapped
    drawn = np.random.default_rng(seed).multinomial(len(real), np.full(len(real), 1 / len(real)), size=RESAMPLES)
    weights = drawn / len(real)
    resampled = {"auc": ((weights @ wins) * weights).sum(axis=1), "paired": weights @ wins.diagonal()}
    ends = (50 - 50 * LEVEL, 50 + 50 * LEVEL)
    result = {"auc": float(wins.mean()), "paired": float(wins.diagonal().mean())}
    for name, values in resampled.items():
        result[f"{name}_low"], result[f"{name}_high"] = np.percentile(values, ends).tolist()
    return result
