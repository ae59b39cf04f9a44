"""How many topics a model found, and how long that took."""

from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """K of beta, which may be less than was asked for, and the seconds of the fit."""
    return {"topics_found": float(len(evaluation.run.beta)), "seconds": evaluation.run.seconds}
