"""Do topics differ from each other?"""

from collections.abc import Sequence

import numpy as np

from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """Of the top words of all topics."""
    return {"topic_diversity": topic_diversity(evaluation.topics), "i_rbo": inverted_rbo(evaluation.topics)}


def topic_diversity(topics: Sequence[Sequence[str]]) -> float:
    """The share of distinct words among the top words of all topics (Dieng et al. 2020).

    A topic without words counts as one of as many words as the longest has, all of which others have, too.
    """
    longest = max(map(len, topics))
    places = sum(len(topic) or longest for topic in topics)
    return len({word for topic in topics for word in topic}) / max(places, 1)


def inverted_rbo(topics: Sequence[Sequence[str]], weight: float = 0.9) -> float:
    """1 - mean rank-biased overlap of all pairs of topics (Bianchi et al. 2021; Webber et al. 2010, equation 32).

    Args:
        topics: K lists of ranked words; the equation is for lists of different lengths, too.
        weight: p of the rank-biased overlap; the larger, the more the lower ranks matter.

    Returns:
        0 (identical topics) to 1 (no common word). A single topic has none to differ from: 1. A topic without words is
        like every other.
    """
    if len(topics) < 2:
        return 1.0
    return float(1 - rank_biased_overlap(topics, *np.triu_indices(len(topics), k=1), weight).mean())


def rank_biased_overlap(
    topics: Sequence[Sequence[str]], first: np.ndarray, second: np.ndarray, weight: float = 0.9
) -> np.ndarray:
    """Rank-biased overlap of pairs of topics, 0 (no common word) to 1 (identical, or one of them without words).

    Args:
        topics: T lists of ranked words.
        first, second: for each of P pairs, the places of its two topics.
        weight: p, see `inverted_rbo`.

    Returns:
        P values.
    """
    depth = max(map(len, topics))
    if depth == 0:
        return np.ones(len(first))
    # Shorter topics are filled up by words of their own.
    filled = [[*topic, *((row, place) for place in range(len(topic), depth))] for row, topic in enumerate(topics)]
    number: dict = {}
    words = np.array([[number.setdefault(word, len(number)) for word in topic] for topic in filled])
    # rank[t, w]: place of word w in topic t; `depth` where it is not there
    rank = np.full((len(topics), len(number)), depth)
    rank[np.arange(len(topics))[:, None], words] = np.arange(depth)
    # A common word enters the overlap at the deeper of its two ranks.
    deeper = np.maximum(rank[first[:, None], words[first]], rank[second[:, None], words[first]])
    overlap = (deeper[:, :, None] <= np.arange(depth)).sum(axis=1)  # pairs x depth
    lengths = np.array([len(topic) for topic in topics])
    return extrapolated(overlap, np.sort([lengths[first], lengths[second]], axis=0), weight)


def extrapolated(overlap: np.ndarray, lengths: np.ndarray, weight: float) -> np.ndarray:
    """Rank-biased overlap of pairs of lists, 1 where one of them is empty.

    Args:
        overlap: pairs x depth, how many words the first 1, 2, ... of both have in common.
        lengths: of the shorter and of the longer list of each pair.
        weight: p.
    """
    short, long = np.maximum(lengths[:, :, None], 1)  # pairs x 1
    places = np.arange(1, overlap.shape[1] + 1)
    weights = weight**places
    common = [np.take_along_axis(overlap, length - 1, axis=1) for length in (short, long)]
    beyond = np.where(places > short, common[0] * (places - short) / (short * places), 0)
    agreement = np.where(places <= long, overlap / places + beyond, 0)
    last = (common[1] - common[0]) / long + common[0] / short
    rbo = (last * weight**long)[:, 0] + (1 - weight) / weight * (agreement * weights).sum(axis=1)
    return np.where(lengths[0] == 0, 1, rbo)
