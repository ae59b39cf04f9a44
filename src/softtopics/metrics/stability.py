"""Do the runs of one cell, which differ by their seed alone, find the same topics?"""

import numpy as np
from sklearn.metrics import normalized_mutual_info_score

from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """The mean NMI of the documents' largest topics with those of every other seed; nothing for a single seed.

    No labels are needed: a model that finds something else with every seed cannot be right every time.
    """
    own, others = largest(evaluation.run.theta), [largest(run.theta) for run in evaluation.others]
    if not others:
        return {}
    return {"stability": float(np.mean([normalized_mutual_info_score(own, other) for other in others]))}


def largest(theta: np.ndarray) -> np.ndarray:
    return theta.argmax(axis=1)
