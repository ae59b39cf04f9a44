"""Do topics, read as clusters (argmax of theta), agree with the classes?"""

import numpy as np
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """`clustering_scores` of each document's largest topic."""
    return clustering_scores(evaluation.labels, evaluation.run.theta.argmax(axis=1))


def clustering_scores(labels: np.ndarray, clusters: np.ndarray) -> dict[str, float]:
    """Purity, inverse purity, their harmonic mean, ARI and NMI (arithmetic) of N clusters against N classes.

    Purity is the share of documents whose class is the commonest of their cluster; inverse purity swaps the
    roles, and so punishes splitting a class (Amigó et al. 2009).
    """
    table = contingency_matrix(labels, clusters)
    purity = table.max(axis=0).sum() / table.sum()
    inverse = table.max(axis=1).sum() / table.sum()
    return {
        "purity": float(purity),
        "inverse_purity": float(inverse),
        "harmonic_purity": float(2 * purity * inverse / (purity + inverse)),
        "ari": float(adjusted_rand_score(labels, clusters)),
        "nmi": float(normalized_mutual_info_score(labels, clusters)),
    }
