"""What a neural topic model learns to reconstruct: word counts, word frequencies or a teacher's soft label."""

from collections.abc import Sequence

import numpy as np
import torch
from scipy import sparse
from torch import Tensor


class SoftTargets:
    """Soft labels, formed batch by batch from a teacher's logits, for members that differ in how they form them.

    y = softmax((logits - calibration * corpus mean) / temperature) over the `keep` likeliest words.

    Args:
        logits: N x V word scores; may be memory-mapped.
        temperatures: tau of each of M members; 3 in the paper.
        calibrations: share of the corpus-mean logit removed: 0 is the paper's, 1 pointwise mutual information.
        keeps: how many words of a document keep their probability (the rest get 0), for each member.
        like: a tensor of the device and type that y should have.
    """

    def __init__(
        self,
        logits: np.ndarray,
        *,
        temperatures: Sequence[float],
        calibrations: Sequence[float],
        keeps: Sequence[int],
        like: Tensor,
    ) -> None:
        self.logits = torch.from_numpy(np.asarray(logits))
        self.mean = self.logits.mean(dim=0).to(like)
        self.temperatures, self.calibrations, self.keeps = temperatures, calibrations, keeps
        self.like = like

    def gather(self, rows: Tensor) -> Tensor:
        """The logits of ... x B documents, ... x B x V."""
        return self.logits[rows.to(self.logits.device)].to(self.like)

    def form(self, logits: Tensor, member: int) -> Tensor:
        """y of one member, B x V, from gathered logits."""
        scores = logits
        if self.calibrations[member]:
            scores = scores - self.calibrations[member] * self.mean
        keep = self.keeps[member]
        if keep < scores.shape[-1]:
            threshold = scores.topk(keep, dim=-1).values[..., -1:]
            scores = scores.masked_fill(scores < threshold, -torch.inf)
        return (scores / self.temperatures[member]).softmax(dim=-1)


class CountTargets:
    """Rows of the bag of words; as relative frequencies a document without vocabulary words stays all zero.

    Args:
        bow: N x V counts.
        relative: frequencies in place of counts.
        like: a tensor of the device and type that y should have.
    """

    def __init__(self, bow: sparse.csr_matrix, *, relative: bool, like: Tensor) -> None:
        self.bow, self.relative, self.like = bow, relative, like

    def gather(self, rows: Tensor) -> Tensor:
        flat = rows.flatten().cpu().numpy()
        counts = torch.from_numpy(self.bow[flat].toarray()).to(self.like).view(*rows.shape, -1)
        return frequencies(counts) if self.relative else counts

    def form(self, counts: Tensor, member: int) -> Tensor:
        return counts


def frequencies(counts: Tensor) -> Tensor:
    """Relative word frequencies of the last dimension."""
    return counts / counts.sum(dim=-1, keepdim=True).clamp(min=1)


def mean_entropy(targets: SoftTargets | CountTargets, n_documents: int, member: int) -> float:
    """The entropy of the N target distributions of a member, in nats, averaged."""
    batches = (targets.form(targets.gather(rows), member) for rows in torch.arange(n_documents).split(1024))
    return sum(-torch.xlogy(y, y).sum().item() for y in batches) / n_documents
