"""The proposed model: ProdLDA that reads a hidden state and reconstructs a teacher's soft label (DSL).

"Improving Neural Topic Modeling with Semantically-Grounded Soft Label Distributions", arXiv 2602.17907.
"""

import logging
import math
from typing import Self

import numpy as np
import torch
from scipy import sparse
from torch import Tensor, nn
from torch.nn import functional as F

from softtopics.errors import InputError
from softtopics.models.base import TopicModel, TrainingData
from softtopics.runtime import Progress, device

log = logging.getLogger(__name__)


class SoftTargets:
    """Rows of the target distribution y, formed batch by batch from a teacher's logits.

    y = softmax((logits - calibration * corpus mean) / temperature) over the `keep` likeliest words.

    Args:
        logits: N x V word scores.
        temperature: tau; 3 in the paper.
        calibration: share of the corpus-mean logit removed: 0 is the paper's, 1 pointwise mutual information.
        keep: how many words of a document keep their probability (the rest get 0).
    """

    def __init__(self, logits: np.ndarray, *, temperature: float, calibration: float, keep: int) -> None:
        self.logits = torch.from_numpy(np.asarray(logits))
        self.offset = calibration * self.logits.mean(dim=0)
        self.temperature, self.keep = temperature, keep

    def rows(self, rows: Tensor) -> Tensor:
        scores = (self.logits[rows] - self.offset) / self.temperature
        if self.keep < scores.shape[1]:
            threshold = scores.topk(self.keep, dim=1).values[:, -1:]
            scores = scores.masked_fill(scores < threshold, -torch.inf)
        return scores.softmax(dim=1)


class BowTargets:
    """Rows of relative word frequencies; a document without vocabulary words has an all-zero row."""

    def __init__(self, bow: sparse.csr_matrix) -> None:
        self.bow = bow

    def rows(self, rows: Tensor) -> Tensor:
        counts = torch.from_numpy(self.bow[rows.numpy()].toarray()).float()
        return counts / counts.sum(dim=1, keepdim=True).clamp(min=1)


def mean_entropy(targets: SoftTargets | BowTargets, n_documents: int) -> float:
    """The entropy of the N target distributions, in nats, averaged."""
    batches = (targets.rows(rows) for rows in torch.arange(n_documents).split(1024))
    return sum(-torch.xlogy(y, y).sum().item() for y in batches) / n_documents


class Network(nn.Module):
    """Encoder of the input, logistic-normal theta, product-of-experts decoder."""

    def __init__(self, n_inputs: int, n_words: int, n_topics: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(n_inputs, hidden), nn.Softplus(), nn.Linear(hidden, hidden), nn.Softplus(), nn.Dropout(dropout)
        )
        self.mean = nn.Sequential(nn.Linear(hidden, n_topics), nn.BatchNorm1d(n_topics, affine=False))
        self.log_variance = nn.Sequential(nn.Linear(hidden, n_topics), nn.BatchNorm1d(n_topics, affine=False))
        self.theta_dropout = nn.Dropout(dropout)
        self.beta = nn.Parameter(nn.init.xavier_uniform_(torch.empty(n_topics, n_words)))
        self.decoder_norm = nn.BatchNorm1d(n_words, affine=False)
        self.prior_mean = nn.Parameter(torch.zeros(n_topics))
        self.prior_log_variance = nn.Parameter(torch.full((n_topics,), math.log(1 - 1 / n_topics)))

    def posterior(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(inputs)
        return self.mean(features), self.log_variance(features)

    def theta(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        noise = torch.randn_like(mean)
        return self.theta_dropout(torch.softmax(mean + (log_variance / 2).exp() * noise, dim=1))

    def log_words(self, theta: Tensor, temperature: float) -> Tensor:
        return F.log_softmax(self.decoder_norm(theta @ self.beta) / temperature, dim=1)

    def divergence(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """KL(q || prior) of diagonal Gaussians, one value a document."""
        ratio = (log_variance - self.prior_log_variance).exp()
        distance = (mean - self.prior_mean).square() / self.prior_log_variance.exp()
        return 0.5 * (ratio + distance - 1 - (log_variance - self.prior_log_variance)).sum(dim=1)


class DSL(TopicModel):
    """Topics distilled from a teacher's soft labels; the defaults are the paper's.

    The prior's variance is learned as its logarithm, so that it stays above 0.

    Loss of a document: KL(q || prior) + `reconstruction_weight` * KL(y || y_hat), summed over the batch.

    Args:
        n_topics: K.
        random_state: seeds the initial weights, the batches, the noise and the dropout.
        target: `soft_label` (the teacher's) or `bow` (relative word frequencies).
        loss: `kl` or `cross_entropy`; they differ by the target's entropy, a constant of the data.
        temperature: tau of the target and of the reconstruction.
        calibration: share of the corpus-mean logit removed from the target, see `SoftTargets`.
        top_k: words of a document that keep their probability; None: all.
        keep_ratio: the same as a share of the vocabulary.
        standardize: inputs to zero mean and unit variance, dimension by dimension (the paper does not).
    """

    packages = ("torch",)

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        target: str = "soft_label",
        loss: str = "kl",
        temperature: float = 3.0,
        calibration: float = 0.0,
        top_k: int | None = None,
        keep_ratio: float | None = None,
        standardize: bool = False,
        hidden: int = 200,
        dropout: float = 0.2,
        reconstruction_weight: float = 1000.0,
        learning_rate: float = 2e-3,
        batch_size: int = 64,
        epochs: int = 100,
        samples: int = 10,
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.target, self.loss = target, loss
        self.temperature, self.calibration = temperature, calibration
        self.top_k, self.keep_ratio = top_k, keep_ratio
        self.standardize = standardize
        self.hidden, self.dropout = hidden, dropout
        self.reconstruction_weight = reconstruction_weight
        self.learning_rate, self.batch_size, self.epochs = learning_rate, batch_size, epochs
        self.samples = samples

    def fit(self, data: TrainingData) -> Self:
        """Train on `data.inputs` and `data.logits` (or `data.bow` for the BoW target).

        Raises:
            InputError: a setting has a value that there is not, or the input or teacher it asks for is not there.
        """
        for name, known in (("target", ("soft_label", "bow")), ("loss", ("kl", "cross_entropy"))):
            if getattr(self, name) not in known:
                raise InputError(f"methods: dsl's {name} is {getattr(self, name)!r}; write {' or '.join(known)}")
        if not self.temperature > 0:
            raise InputError(f"methods: dsl's temperature is {self.temperature}; it must be above 0")
        torch.manual_seed(self.random_state)
        targets = self.targets(data)
        inputs = self.inputs(data)
        network = Network(inputs.shape[1], len(data.vocabulary), self.n_topics, self.hidden, self.dropout)
        network.to(inputs.device).train()
        optimizer = torch.optim.Adam(network.parameters(), self.learning_rate, betas=(0.99, 0.99), fused=True)
        # KL(y || y_hat) is the cross-entropy less the entropy of y, which no weight changes: it is taken off once.
        entropy = mean_entropy(targets, len(inputs)) if self.loss == "kl" else 0.0
        self.losses_ = []
        with Progress("epochs", self.epochs) as progress:
            for _ in range(self.epochs):
                loss = self.epoch(network, optimizer, inputs, targets)
                self.losses_.append(loss - self.reconstruction_weight * entropy)
                progress.advance(1)
        log.info("K = %d, loss a document %.2f -> %.2f", self.n_topics, self.losses_[0], self.losses_[-1])
        self.theta_ = self.infer(network, inputs)
        self.beta_ = network.beta.detach().cpu().numpy()
        return self

    def epoch(
        self, network: Network, optimizer: torch.optim.Optimizer, inputs: Tensor, targets: SoftTargets | BowTargets
    ) -> float:
        """One pass over the documents; the mean loss of a document, with the cross-entropy to its target."""
        total = torch.zeros((), device=inputs.device)
        for rows in torch.randperm(len(inputs)).split(self.batch_size):
            if len(rows) == 1:  # batch norm needs two
                continue
            y = targets.rows(rows).to(inputs.device)
            mean, log_variance = network.posterior(inputs[rows])
            log_y_hat = network.log_words(network.theta(mean, log_variance), self.temperature)
            cross_entropy = -(y * log_y_hat).sum(dim=1)
            loss = (network.divergence(mean, log_variance) + self.reconstruction_weight * cross_entropy).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
        return total.item() / len(inputs)

    @torch.inference_mode()
    def infer(self, network: Network, inputs: Tensor) -> np.ndarray:
        """theta, N x K: the mean of `samples` draws in evaluation mode."""
        network.eval()
        mean, log_variance = network.posterior(inputs)
        theta = sum(network.theta(mean, log_variance) for _ in range(self.samples)) / self.samples
        return theta.cpu().numpy()

    def inputs(self, data: TrainingData) -> Tensor:
        if data.inputs is None:
            raise InputError("methods: the model dsl reads hidden states; name at least one teacher in its `input`")
        inputs = torch.from_numpy(np.asarray(data.inputs, dtype=np.float32)).to(device())
        if self.standardize:
            deviation = inputs.std(dim=0)
            # A dimension that does not vary says nothing; dividing by its deviation would blow up its noise.
            inputs = (inputs - inputs.mean(dim=0)) / torch.where(deviation > 1e-6, deviation, torch.inf)
        return inputs

    def targets(self, data: TrainingData) -> SoftTargets | BowTargets:
        if self.target == "bow":
            return BowTargets(data.bow)
        if data.logits is None:
            raise InputError("methods: the model dsl learns from soft labels; name a `teacher`, or set target: bow")
        n_words = len(data.vocabulary)
        keep = n_words if self.top_k is None else min(self.top_k, n_words)
        if self.keep_ratio is not None:
            keep = min(keep, math.ceil(self.keep_ratio * n_words))
        return SoftTargets(data.logits, temperature=self.temperature, calibration=self.calibration, keep=keep)


MODEL = DSL
