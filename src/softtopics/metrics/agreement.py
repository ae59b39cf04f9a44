"""Are the documents that theta puts near to each other near for a judge, too?"""

import numpy as np

from softtopics.errors import InputError
from softtopics.metrics.catalogue import DEEPEST
from softtopics.metrics.evaluation import Evaluation
from softtopics.metrics.retrieval import divergences, matches, nearest_by_block

QUERIES = 10_000  # documents of a larger corpus whose neighbours are compared: the mean is known to .003 from them


def scores(evaluation: Evaluation) -> dict[str, float]:
    """Of theta's ten nearest, by divergence; nothing where there is no judge of documents."""
    if evaluation.judges.neighbours is None:
        return {}
    return {"neighbour_agreement": neighbour_agreement(evaluation.run.theta, evaluation.judges.neighbours)}


def neighbour_agreement(theta: np.ndarray, neighbours: np.ndarray, count: int = DEEPEST) -> float:
    """Mean share of a document's `count` nearest others by KL(theta_i || theta_j) that are among the judge's.

    What is tied in theta counts with its expectation under random order, as in P@k, so that a theta that is the same
    everywhere gets what chance would: count / (N - 1). All documents are compared, block by block; of more than 10,000
    a random sample is, with all others.

    Args:
        theta: N x K distributions.
        neighbours: N x M documents, the judge's nearest of each, itself first; M > count.
        count: how many.

    Raises:
        InputError: a document has fewer than `count` others.
    """
    n_documents = len(theta)
    if n_documents <= count:
        raise InputError(
            f"neighbour agreement needs more than {count} documents, not {n_documents}; add some, or set "
            "evaluation.judges.documents: null"
        )
    asked = np.arange(n_documents)
    if n_documents > QUERIES:
        asked = np.sort(np.random.default_rng(0).choice(n_documents, QUERIES, replace=False))
    distances, total = divergences(theta), 0.0
    for rows, near in nearest_by_block(lambda rows: distances(asked[rows]), n_documents, count, own=asked):
        judged = np.zeros((len(near.borders), n_documents), dtype=bool)
        judged[np.arange(len(judged))[:, None], neighbours[asked[rows], 1 : count + 1]] = True
        total += matches(near, judged[near.row, near.column], count).sum() / count
    return float(total / len(asked))
