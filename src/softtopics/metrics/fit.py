"""How many topics a model found, how many of them have words, and how long that took."""

from softtopics.metrics.evaluation import Evaluation


def scores(evaluation: Evaluation) -> dict[str, float]:
    """K of beta, which may be less than was asked for; the topics of fewer than two words; the seconds of the fit."""
    return {
        "topics_found": float(len(evaluation.run.beta)),
        "empty_topics": float(sum(len(words) < 2 for words in evaluation.topics)),
        "seconds": evaluation.run.seconds,
    }
