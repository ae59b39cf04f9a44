"""The losses and the first layer, which have the size of the vocabulary, with their gradients written out.

Automatic differentiation would keep every intermediate B x V matrix; here a batch of one member is computed, forwards
and backwards, while it is in the cache. Members are independent; M of them are stacked.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.autograd import Function

EPSILON = 1e-5  # of batch norm, as in torch
Rows = Callable[[int], Tensor]  # the targets of one member, B x V


class Product(Function):
    """Cross-entropy of y with softmax((batch_norm(theta @ beta) + shift) / tau): the product of experts of ProdLDA.

    Batch norm has no affine map, though ECRTM's authors let it learn a shift. With theta centred, the mean of its input
    is zero by construction.
    """

    @staticmethod
    def forward(
        ctx: Any, theta: Tensor, beta: Tensor, targets: Rows, taus: list[float], shift: Tensor | None
    ) -> Tensor:
        """theta M x B x K, beta M x K x V, shift M x V if there is one -> M losses, summed over the batch."""
        losses, theta_gradient, beta_gradient = [], torch.empty_like(theta), torch.empty_like(beta)
        shift_gradient = None if shift is None else torch.empty_like(shift)
        n_rows = theta.shape[1]
        for m, tau in enumerate(taus):
            y = targets(m)
            mass = y.sum(dim=1, keepdim=True)
            centred = theta[m] - theta[m].mean(dim=0)
            scores = centred @ beta[m]
            inverse = scores.square().mean(dim=0).add_(EPSILON).rsqrt_().div_(tau)  # 1 / (deviation * tau)
            scores.mul_(inverse)
            # Normalised over B rows, no value exceeds sqrt(B), so exponentials are safe unless tau is tiny.
            shifted = scores if shift is None else scores + shift[m] / tau
            safe = shift is None and n_rows**0.5 / tau < 60
            top = 0.0 if safe else shifted.amax(dim=1, keepdim=True)
            expected = torch.exp(shifted - top) if torch.is_tensor(top) else torch.exp(shifted)
            total = expected.sum(dim=1, keepdim=True)
            losses.append((mass * (total.log() + top)).sum() - torch.dot(y.flatten(), shifted.flatten()))
            gradient = expected.mul_(mass / total).sub_(y)  # of the shifted scores / tau
            if shift_gradient is not None:
                torch.sum(gradient, dim=0, out=shift_gradient[m]).div_(tau)
            # Batch norm removes the part that only rescales a word's column (there are no shifts: theta is centred).
            along = torch.linalg.vecdot(gradient, scores, dim=0).mul_(tau * tau / n_rows)
            gradient.addcmul_(scores, along, value=-1).mul_(inverse)
            torch.mm(centred.T, gradient, out=beta_gradient[m])
            own = gradient @ beta[m].T
            theta_gradient[m] = own - own.mean(dim=0)
        ctx.save_for_backward(theta_gradient, beta_gradient, shift_gradient)
        return torch.stack(losses)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None, None, Tensor | None]:
        scale = upstream[:, None, None]
        theta_gradient, beta_gradient, shift_gradient = ctx.saved_tensors
        of_shift = None if shift_gradient is None else shift_gradient.mul_(upstream[:, None])
        return theta_gradient.mul_(scale), beta_gradient.mul_(scale), None, None, of_shift


class Mixture(Function):
    """Cross-entropy of y with theta @ beta, the rows of beta being distributions over words, as in ETM."""

    FLOOR = 1e-6

    @staticmethod
    def forward(ctx: Any, theta: Tensor, beta: Tensor, targets: Rows) -> Tensor:
        """theta M x B x K, beta M x K x V -> M losses, summed over the batch."""
        losses, theta_gradient, beta_gradient = [], torch.empty_like(theta), torch.empty_like(beta)
        for m in range(len(theta)):
            y = targets(m)
            words = (theta[m] @ beta[m]).add_(Mixture.FLOOR)
            gradient = -y / words
            losses.append(-torch.dot(y.flatten(), words.log_().flatten()))
            torch.mm(theta[m].T, gradient, out=beta_gradient[m])
            torch.mm(gradient, beta[m].T, out=theta_gradient[m])
        ctx.save_for_backward(theta_gradient, beta_gradient)
        return torch.stack(losses)

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, Tensor, None]:
        scale = upstream[:, None, None]
        theta_gradient, beta_gradient = ctx.saved_tensors
        return theta_gradient.mul_(scale), beta_gradient.mul_(scale), None


class BagOfWords(Function):
    """counts @ weight with sparse counts: a document has a few dozen words, the vocabulary thousands."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, counts: list[Tensor]) -> Tensor:
        """weight M x V x H, counts M sparse B x V -> M x B x H."""
        ctx.counts = counts
        return torch.stack([torch.sparse.mm(one, own) for one, own in zip(counts, weight, strict=True)])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None]:
        gradient = upstream.new_zeros(len(upstream), ctx.counts[0].shape[1], upstream.shape[2])
        for own, one, above in zip(gradient, ctx.counts, upstream, strict=True):
            add_transposed(own, one, above)
        return gradient, None


class BagAndInput(Function):
    """[counts, inputs] @ weight: the layer over both side by side, as in CombinedTM; one gradient for its halves."""

    @staticmethod
    def forward(ctx: Any, weight: Tensor, counts: list[Tensor], inputs: Tensor) -> Tensor:
        """weight M x 2V x H, counts M sparse B x V, inputs M x B x V -> M x B x H."""
        n_words = inputs.shape[2]
        ctx.counts = counts
        ctx.save_for_backward(weight, inputs)
        of_counts = [torch.sparse.mm(one, own[:n_words]) for one, own in zip(counts, weight, strict=True)]
        return torch.baddbmm(torch.stack(of_counts), inputs, weight[:, n_words:])

    @staticmethod
    def backward(ctx: Any, upstream: Tensor) -> tuple[Tensor, None, Tensor]:
        weight, inputs = ctx.saved_tensors
        n_words, gradient = inputs.shape[2], torch.empty_like(weight)
        gradient[:, :n_words] = 0
        for m, one in enumerate(ctx.counts):
            add_transposed(gradient[m, :n_words], one, upstream[m])
            torch.mm(inputs[m].T, upstream[m], out=gradient[m, n_words:])
        return gradient, None, upstream @ weight[:, n_words:].mT


def add_transposed(total: Tensor, counts: Tensor, rows: Tensor) -> None:
    """Add counts' @ rows to V x H, with sparse counts B x V and rows B x H."""
    lengths = counts.crow_indices().diff()
    row_of = torch.repeat_interleave(torch.arange(len(rows), device=rows.device), lengths)
    total.index_add_(0, counts.col_indices(), rows.index_select(0, row_of).mul_(counts.values()[:, None]))
