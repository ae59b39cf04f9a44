"""Hidden states as numbers that a network learns from."""

import torch
from torch import Tensor


def standardized(inputs: Tensor) -> Tensor:
    """N x D inputs with zero mean and unit variance in every dimension; one that does not vary becomes 0."""
    deviation = inputs.std(dim=0)
    # A dimension that does not vary says nothing; dividing by its deviation would blow up its noise.
    return (inputs - inputs.mean(dim=0)) / torch.where(deviation > 1e-6, deviation, torch.inf)
