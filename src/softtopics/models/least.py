"""How many documents a model needs at least: known before it, and the libraries that it is made of, are loaded.

A model that needs more than two has a row in `NEEDS`.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from softtopics.errors import InputError

CLUSTER = 5  # documents in BERTopic's smallest cluster, if its size is not given


class Need(NamedTuple):
    """So many documents, and for what."""

    documents: int
    reason: str


def bertopic(parameters: Mapping[str, Any]) -> Need:
    """UMAP starts from eigenvectors of a graph of the documents, one more than its dimensions and fewer than these."""
    dimensions, size = parameters.get("n_components", 5), parameters.get("min_topic_size") or CLUSTER
    needs = [
        Need(dimensions + 2, f"UMAP to {dimensions} dimensions"),
        Need(2 * size, f"HDBSCAN for two clusters of {size} documents, beside UMAP's {dimensions + 2}"),
    ]
    return max(needs)


NEEDS: dict[str, Callable[[Mapping[str, Any]], Need]] = {"bertopic": bertopic}


def least(model: str, parameters: Mapping[str, Any]) -> Need:
    """What the model of a file of `models` needs with some parameters."""
    return NEEDS[model](parameters) if model in NEEDS else Need(2, "any topic model")


def check_enough(model: str, parameters: Mapping[str, Any], documents: int) -> None:
    """Raises InputError: there are fewer documents than the model needs."""
    need = least(model, parameters)
    if documents < need.documents:
        raise InputError(
            f"methods: {model} needs {need.documents} documents ({need.reason}), and the corpus has {documents}; add "
            "documents or take the method out"
        )
