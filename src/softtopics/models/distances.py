"""Squared Euclidean distances with their gradients written out: what has the size of all vectors is touched once."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function


class SquaredDistances(Function):
    """|x|^2 + |y|^2 - 2 x y' of all pairs. Automatic differentiation would go over all vectors six times more."""

    @staticmethod
    def forward(ctx: Any, left: Tensor, right: Tensor) -> Tensor:
        """... x n x E and ... x m x E -> ... x n x m."""
        ctx.save_for_backward(left, right)
        of_left, of_right = (torch.linalg.vector_norm(vectors, dim=-1).square() for vectors in (left, right))
        return (left @ right.mT).mul_(-2).add_(of_left[..., :, None]).add_(of_right[..., None, :])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """d/dx = 2 sum_y g (x - y), and the same for y; nothing for vectors that are not learned."""
        left, right = ctx.saved_tensors
        of_left = of_right = None
        twice = -2 * upstream
        if ctx.needs_input_grad[0]:
            of_left = (twice @ right).addcmul_(left, upstream.sum(dim=-1)[..., None], value=2)
        if ctx.needs_input_grad[1]:
            of_right = (twice.mT @ left).addcmul_(right, upstream.sum(dim=-2)[..., None], value=2)
        return of_left, of_right
