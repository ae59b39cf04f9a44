"""FASTopic's two costly parts, with their gradients written out: transport plans and the likelihood of counts.

The package of its authors keeps every one of some hundred N x K matrices of Sinkhorn's iterations, in logarithms, for
automatic differentiation, and forms N x V expected counts where a short text has a dozen words. Here an iteration is
two products of a matrix and a vector, and only the words that are there are looked at. Plans and gradients are the
package's but for rounding.
"""

from typing import Any

import numpy as np
import torch
from scipy import sparse
from torch import Tensor
from torch.autograd import Function

TINY = 1e-12  # added to expected counts, as in the package
LIMIT, CHECKED, NEAR = 5000, 50, 5e-3  # the package's iterations, how often it looks, and when it stops


class Plan(Function):
    """The entropic transport plan from n equal weights to m given ones (Sinkhorn's scaling, Cuturi 2013), n x m.

    P = diag(u) exp(-sharpness * costs) diag(v) with rows of 1/n and columns of about the given weights.
    """

    @staticmethod
    def forward(ctx: Any, costs: Tensor, weights: Tensor, sharpness: float) -> Tensor:
        """costs n x m, weights m -> n x m."""
        scores = -sharpness * costs
        # Rows and columns are scaled to a largest entry of 1, which u and v take back: nothing vanishes.
        rows = scores.amax(dim=1, keepdim=True)
        kernel = scores.sub_(rows)
        kernel = kernel.sub_(kernel.amax(dim=0, keepdim=True)).exp_()
        turned = kernel.T.contiguous()
        u = [(rows - rows.max()).exp_().squeeze(1)]
        v = []
        for step in range(LIMIT):
            v.append(weights / (turned @ u[-1]))
            u.append(1 / len(costs) / (kernel @ v[-1]))
            if step % CHECKED == 0 and (v[-1] * (turned @ u[-1]) - weights).abs().sum() <= NEAR:
                break
        plan = u[-1][:, None] * kernel * v[-1]
        ctx.save_for_backward(kernel, turned, plan, weights, torch.stack(u), torch.stack(v))
        ctx.sharpness = sharpness
        return plan

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None]:
        """Back through the iterations: log v = log w - lse(log K + log u), then log u = log 1/n - lse(log K + log v).

        The gradient of log K is the plan's own less a sum of outer products, one for each half of an iteration: they
        are gathered, and formed in one product at the end.
        """
        kernel, turned, plan, weights, u, v = ctx.saved_tensors
        own = upstream * plan
        of_u, of_v, of_weights = own.sum(dim=1), own.sum(dim=0), torch.zeros_like(weights)
        left, right = torch.empty_like(u[:-1]), torch.empty_like(v)
        for step in reversed(range(len(v))):
            left[step] = of_u * u[step + 1] * len(kernel)
            of_v = of_v - v[step] * (turned @ left[step])
            of_weights += of_v
            right[step] = of_v * v[step] / weights
            of_u = -u[step] * (kernel @ right[step])
            of_v = torch.zeros_like(of_v)
        own -= kernel * (left.T @ v + u[:-1].T @ right)
        return own.mul_(-ctx.sharpness), of_weights / weights, None


class Likelihood(Function):
    """The mean over documents of -sum_w counts_w log(theta beta)_w."""

    @staticmethod
    def forward(ctx: Any, theta: Tensor, beta: Tensor, counts: Tensor, row_of: Tensor) -> Tensor:
        """theta N x K, beta K x V, counts N x V in rows (CSR), the row of each of their entries."""
        by_word, word_of, n_rows = beta.T.contiguous(), counts.col_indices(), len(theta)
        expected = torch.linalg.vecdot(theta.index_select(0, row_of), by_word.index_select(0, word_of)).add_(TINY)
        loss = -torch.dot(counts.values(), expected.log()) / n_rows
        gradient = torch.sparse_csr_tensor(
            counts.crow_indices(), word_of, counts.values() / expected / -n_rows, counts.shape, check_invariants=False
        )
        ctx.save_for_backward(gradient @ by_word, (gradient.t() @ theta).T)
        return loss

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None, None]:
        of_theta, of_beta = ctx.saved_tensors
        return of_theta * upstream, of_beta * upstream, None, None


def in_rows(counts: sparse.csr_matrix, like: Tensor) -> tuple[Tensor, Tensor]:
    """N x V counts as `Likelihood` takes them, and the row of each entry."""
    tensor = torch.sparse_csr_tensor(
        counts.indptr, counts.indices, counts.data.astype(np.float32), counts.shape, check_invariants=False
    )
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    return tensor.to(like), torch.from_numpy(rows).to(like.device)
