"""Do topics differ from each other?"""

from collections.abc import Sequence

import numpy as np

from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """Of the top words of all topics."""
    return {"topic_diversity": topic_diversity(evaluation.topics), "i_rbo": inverted_rbo(evaluation.topics)}


def topic_diversity(topics: Sequence[Sequence[str]]) -> float:
    """The share of distinct words among the top words of all topics (Dieng et al. 2020)."""
    words = [word for topic in topics for word in topic]
    return len(set(words)) / len(words)


def inverted_rbo(topics: Sequence[Sequence[str]], weight: float = 0.9) -> float:
    """1 - mean rank-biased overlap of all pairs of topics (Bianchi et al. 2021; Webber et al. 2010, equation 32).

    Args:
        topics: K lists of the same number of ranked words.
        weight: p of the rank-biased overlap; the larger, the more the lower ranks matter.

    Returns:
        0 (identical topics) to 1 (no common word). A single topic has none to differ from: 1.
    """
    n_topics, depth = len(topics), len(topics[0])
    if n_topics < 2:
        return 1.0
    _, words = np.unique(np.array(topics), return_inverse=True)
    words = words.reshape(n_topics, depth)
    # rank[t, w]: place of word w in topic t; `depth` where it is not there
    rank = np.full((n_topics, words.max() + 1), depth)
    rank[np.arange(n_topics)[:, None], words] = np.arange(depth)
    first, second = np.triu_indices(n_topics, k=1)
    # A common word enters the overlap at the deeper of its two ranks.
    deeper = np.maximum(rank[first[:, None], words[first]], rank[second[:, None], words[first]])
    overlap = (deeper[:, :, None] <= np.arange(depth)).sum(axis=1)  # pairs x depth
    agreement = overlap / np.arange(1, depth + 1)
    weights = weight ** np.arange(1, depth + 1)
    rbo = agreement[:, -1] * weights[-1] + (1 - weight) / weight * (agreement * weights).sum(axis=1)
    return float(1 - rbo.mean())
