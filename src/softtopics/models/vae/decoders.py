"""beta, the weights of words in topics, from the parameters that a decoder has learned."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

from softtopics.models.distances import SquaredDistances
from softtopics.models.vae.network import Parameters, Shape

SHARPNESS = 0.2  # ECRTM's temperature of distances
TRANSPORT = 20.0  # ECRTM's Sinkhorn alpha: 1 / the weight of the entropy
TINY = 1e-30
RIDGE = 1e-5  # float32 cannot tell less of the weight of a topic from zero


def beta(shape: Shape, p: Parameters, costs: Tensor | None = None) -> Tensor:
    """M x K x V; `costs` are ecrtm's distances, if they are known already.

    prodlda: free weights (Srivastava and Sutton 2017). etm: softmax over words of topic vectors times fixed word
    vectors (Dieng et al. 2020). ecrtm: softmax over topics of the negative squared distances between topic and word
    vectors (Wu et al., "Effective Neural Topic Modeling with Embedding Clustering Regularization", ICML 2023).
    """
    if shape.decoder == "prodlda":
        return p["beta"]
    if shape.decoder == "etm":
        return torch.softmax(p["topic_vectors"] @ p["word_vectors"].mT, dim=2)
    costs = squared_distances(p) if costs is None else costs
    return torch.softmax(-costs / SHARPNESS, dim=1)


def squared_distances(p: Parameters) -> Tensor:
    """M x K x V, between topic and word vectors."""
    return SquaredDistances.apply(p["topic_vectors"], p["word_vectors"])


class ClusteringCost(Function):
    """ECRTM's regulariser, M values: the cost of moving words, all equally heavy, to topics of equal size.

    The cost is sum(T * C), and the plan T depends on the distances C. Its authors differentiate through Sinkhorn's
    iterations; at their fixed point that is T * (1 - TRANSPORT * R), by the implicit function theorem. R is what is
    left of C when a value for each topic and each word has been fitted to it by least squares, weighted by T.
    """

    @staticmethod
    def forward(ctx: Any, costs: Tensor) -> Tensor:
        """Costs M x K x V -> M costs of transport."""
        plan = transport(costs)
        ctx.save_for_backward(costs, plan)
        return (costs * plan).sum(dim=(1, 2))

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> Tensor:
        costs, plan = ctx.saved_tensors
        return residual(costs, plan).mul_(-TRANSPORT).add_(1).mul_(plan).mul_(upstream[:, None, None])


def residual(costs: Tensor, plan: Tensor) -> Tensor:
    """M x K x V: costs less a value of each row and of each column, fitted by least squares weighted by the plan."""
    of_topics, of_words = plan.sum(dim=2), plan.sum(dim=1).clamp(min=TINY)
    weighted = plan * costs
    means = weighted.sum(dim=1) / of_words
    # The normal equations, columns eliminated. They leave a constant open for each group of topics that share no word.
    system = torch.diag_embed(of_topics * (1 + RIDGE)) - (plan / of_words[:, None]) @ plan.mT
    rows = torch.linalg.solve(system, weighted.sum(dim=2) - (plan @ means[:, :, None])[:, :, 0])
    columns = means - (rows[:, None] @ plan)[:, 0] / of_words
    return costs.sub(rows[:, :, None]).sub_(columns[:, None])


@torch.no_grad()
def transport(costs: Tensor, iterations: int = 1000, tolerance: float = 5e-3) -> Tensor:
    """The entropic optimal transport plans M x K x V between uniform weights (Sinkhorn's scaling, Cuturi 2013).

    Each of the M plans stops when its own column sums are within `tolerance`, even if others still change.
    """
    n_members, k, v = costs.shape
    # Subtracting a word's lowest cost changes only the scaling of its column; it keeps the exponentials from vanishing.
    kernel = torch.exp(-TRANSPORT * (costs - costs.amin(dim=1, keepdim=True)))
    topics, words = costs.new_full((n_members, k), 1 / k), costs.new_zeros(n_members, v)
    moving = costs.new_ones(n_members, 1, dtype=torch.bool)
    for step in range(iterations):
        columns = torch.einsum("mk,mkv->mv", topics, kernel).clamp(min=TINY)
        if step and step % 10 == 0:
            moving = (words * columns - 1 / v).abs().sum(dim=1, keepdim=True) > tolerance
            if not moving.any():
                break
        words = torch.where(moving, 1 / v / columns, words)
        rows = torch.einsum("mv,mkv->mk", words, kernel).clamp(min=TINY)
        topics = torch.where(moving, 1 / k / rows, topics)
    return topics[:, :, None] * kernel * words[:, None, :]
