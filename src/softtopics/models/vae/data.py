"""What a neural topic model reads (documents) and what it reconstructs (targets)."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy import sparse
from torch import Tensor

# torch warns that not every operation takes CSR tensors; the two products that are needed do.
warnings.filterwarnings("ignore", message="Sparse CSR tensor support")


@dataclass(frozen=True)
class Documents:
    """N documents as encoders read them.

    Attributes:
        bow: N x V counts.
        inputs: N x D hidden states or embeddings, on the device and of the type to compute in; D may be 0.
        relative: whether encoders read relative word frequencies instead of counts.
        like: a tensor of the device and type to compute in.
    """

    bow: sparse.csr_matrix
    inputs: Tensor
    relative: bool
    like: Tensor

    def __len__(self) -> int:
        return self.bow.shape[0]

    def read(self, rows: Tensor, reads: str) -> tuple[list[Tensor], Tensor]:
        """Counts and inputs of U batches of B documents.

        Args:
            rows: U x B row numbers.
            reads: `bow`, `input` or `both`, as in `network.Shape`.

        Returns:
            U sparse counts B x V, none if only inputs are read; inputs U x B x D.
        """
        counts = [] if reads == "input" else [self.counts(batch) for batch in rows.cpu().numpy()]
        return counts, whole_rows(self.inputs, rows)

    def counts(self, rows: np.ndarray) -> Tensor:
        """Sparse B x V."""
        batch = self.bow[rows]
        if self.relative:
            lengths = np.asarray(batch.sum(axis=1), dtype=batch.dtype).ravel()
            # A document without words has no entries, so nothing is divided by its length, which is 0.
            batch.data /= np.repeat(lengths, np.diff(batch.indptr))
        tensor = torch.sparse_csr_tensor(batch.indptr, batch.indices, batch.data, batch.shape, check_invariants=False)
        return tensor.to(self.like)


def whole_rows(matrix: Tensor, rows: Tensor) -> Tensor:
    """`matrix[rows]` of N x D and ... row numbers, ... x D: a copy of rows, which torch's indexing makes 5x slower."""
    return matrix.index_select(0, rows.flatten()).view(*rows.shape, matrix.shape[1])


def moments(inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Mean and deviation of N x D inputs in every dimension; the deviation of a constant dimension is infinite.

    Dividing such a dimension by its own would blow up rounding noise. The names are those that a model keeps them by.
    """
    rows = torch.from_numpy(np.asarray(inputs, dtype=np.float32))
    deviation = rows.std(dim=0)
    return {
        "input_mean": rows.mean(dim=0).numpy(),
        "input_deviation": torch.where(deviation > 1e-6, deviation, torch.inf).numpy(),
    }


def standardized(inputs: Tensor, learned: Mapping[str, np.ndarray]) -> Tensor:
    """N x D inputs by the `moments` of the training documents, to which they give zero mean and unit variance."""
    mean, deviation = (torch.from_numpy(learned[name]) for name in ("input_mean", "input_deviation"))
    return (inputs - mean) / deviation


class SoftTargets:
    """Soft labels, computed batch by batch from a teacher's logits, for M models with settings of their own.

    y = softmax((logits - calibration * corpus mean) / temperature) over the `keep` likeliest words.

    Args:
        logits: N x V word scores; may be memory-mapped.
        temperatures: tau of each model; 3 in the paper.
        calibrations: for each model, the share of the corpus-mean logit to remove: 0 is the paper's choice, 1 gives
            pointwise mutual information.
        keeps: for each model, how many words of a document keep their score.
        like: a tensor of the device and type that y should have.
        others: for each model, the score of all other words: minus infinity, and y is 0, or a number. None: the former.
        raw: for each model, whether y is the scores themselves, which the authors' code takes for the weights of its
            cross-entropy on ETM's and ECRTM's decoders. None: for none.
    """

    def __init__(
        self,
        logits: np.ndarray,
        *,
        temperatures: Sequence[float],
        calibrations: Sequence[float],
        keeps: Sequence[int],
        like: Tensor,
        others: Sequence[float] | None = None,
        raw: Sequence[bool] | None = None,
    ) -> None:
        self.logits = torch.from_numpy(np.asarray(logits))
        self.mean = self.logits.mean(dim=0).to(like)
        self.temperatures, self.calibrations, self.keeps = temperatures, calibrations, keeps
        self.others, self.raw = others or [-torch.inf] * len(keeps), raw or [False] * len(keeps)
        self.like = like

    def gather(self, rows: Tensor) -> Tensor:
        """The logits of ... x B documents, ... x B x V."""
        return whole_rows(self.logits, rows.to(self.logits.device)).to(self.like)

    def form(self, logits: Tensor, member: int) -> Tensor:
        """y of one of the M models, B x V, from gathered logits."""
        scores = logits
        if self.calibrations[member]:
            scores = scores - self.calibrations[member] * self.mean
        keep = self.keeps[member]
        if keep < scores.shape[-1]:
            threshold = scores.topk(keep, dim=-1).values[..., -1:]
            scores = scores.masked_fill(scores < threshold, self.others[member])
        if self.raw[member]:
            return scores
        return (scores / self.temperatures[member]).softmax(dim=-1)


class CountTargets:
    """Rows of the bag of words, as counts or relative frequencies; a document without vocabulary words is all zeros.

    Args:
        bow: N x V counts.
        relative: whether to use relative frequencies instead of counts.
        like: a tensor of the device and type that y should have.
    """

    def __init__(self, bow: sparse.csr_matrix, *, relative: bool, like: Tensor) -> None:
        self.bow, self.relative, self.like = bow, relative, like

    def gather(self, rows: Tensor) -> Tensor:
        """y of ... x B documents, ... x B x V."""
        flat = rows.flatten().cpu().numpy()
        counts = torch.from_numpy(self.bow[flat].toarray()).to(self.like).view(*rows.shape, -1)
        return frequencies(counts) if self.relative else counts

    def form(self, counts: Tensor, member: int) -> Tensor:
        """The same y for every model."""
        return counts


Targets = SoftTargets | CountTargets


def frequencies(counts: Tensor) -> Tensor:
    """Relative word frequencies along the last dimension."""
    return counts / counts.sum(dim=-1, keepdim=True).clamp(min=1)


def mean_entropy(targets: Targets, n_documents: int, member: int) -> float:
    """The mean entropy, in nats, of the N target distributions of one of the models."""
    batches = (targets.form(targets.gather(rows), member) for rows in torch.arange(n_documents).split(1024))
    return sum(-torch.xlogy(y, y).sum().item() for y in batches) / n_documents
