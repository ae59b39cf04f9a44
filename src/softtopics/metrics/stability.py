"""Do the runs of one cell, which differ by their seed alone, find the same topics?

No labels are needed: a model that finds something else with every seed cannot be right every time.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import normalized_mutual_info_score

from softtopics.metrics.diversity import rank_biased_overlap
from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """Means over every other seed; nothing for a single seed.

    `stability_rbo`: of `matched_overlap` of the topics' words; `stability_nmi`: of the NMI of the clusters that
    documents, each in its largest topic, are in.
    """
    if not evaluation.others:
        return {}
    own, n_words, relevance = largest(evaluation.run.theta), evaluation.n_words, evaluation.relevance
    words = [matched_overlap(evaluation.topics, other.top_words(n_words, relevance)) for other in evaluation.others]
    clusters = [agreement(own, largest(other.theta)) for other in evaluation.others]
    return {"stability_rbo": float(np.mean(words)), "stability_nmi": float(np.mean(clusters))}


def largest(theta: np.ndarray) -> np.ndarray:
    return theta.argmax(axis=1)


def agreement(clusters: np.ndarray, others: np.ndarray) -> float:
    """NMI (arithmetic) of two clusterings of N documents; 0 where each is one cluster: both have then found nothing."""
    if not np.ptp(clusters) and not np.ptp(others):
        return 0.0
    return float(normalized_mutual_info_score(clusters, others))


def matched_overlap(topics: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> float:
    """Mean rank-biased overlap (Webber et al. 2010) of the topics of two models, matched one to one.

    The match is that of the largest sum (Hungarian method, Kuhn 1955), as in the stability of Greene et al. (2014). A
    topic that is left without a partner because the other model has fewer topics counts 0, and so does one without
    words.

    Args:
        topics, others: K lists of ranked words; the numbers of topics may differ.

    Returns:
        0 (no common word) to 1 (the same lists).
    """
    first, second = (part.ravel() for part in np.indices((len(topics), len(others))))
    overlap = rank_biased_overlap([*topics, *others], first, len(topics) + second)
    overlap = overlap.reshape(len(topics), len(others))
    overlap[[not words for words in topics]] = 0
    overlap[:, [not words for words in others]] = 0
    return float(overlap[linear_sum_assignment(overlap, maximize=True)].sum() / max(overlap.shape))
