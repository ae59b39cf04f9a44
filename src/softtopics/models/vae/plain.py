"""The same models written down plainly: one at a time, by automatic differentiation but for ECRTM's regulariser.

Nothing here is fast. It takes its random numbers from the same stream as `training`, so the two must agree; the tests
and benchmarks compare them.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from softtopics.models.vae.data import Documents, Targets
from softtopics.models.vae.decoders import SHARPNESS, ClusteringCost
from softtopics.models.vae.losses import Mixture
from softtopics.models.vae.network import Shape, Stream, initial
from softtopics.models.vae.training import Member, Schedule, Trained


def train_one(
    shape: Shape,
    schedule: Schedule,
    member: Member,
    documents: Documents,
    targets: Targets,
    vectors: Tensor | None = None,
    position: int = 0,
) -> Trained:
    """Arguments as for `training.train`; `position` is the member's place among those of `targets`."""
    model = PlainModel(shape, schedule, member, documents, vectors)
    learned = [parameter.requires_grad_() for name, parameter in model.p.items() if shape.learns(name)]
    optimizer = torch.optim.Adam(learned, schedule.learning_rate, betas=(schedule.momentum, shape.second_momentum))
    losses = []
    for _ in range(schedule.epochs):
        total = 0.0
        for rows in model.stream.order(len(documents)).split(schedule.batch_size):
            if len(rows) == 1:  # batch norm needs two
                continue
            loss = model.loss(rows, targets.form(targets.gather(rows), position))
            total += loss.item()
            if shape.decoder == "ecrtm":
                loss = loss / len(rows) + schedule.clustering_weight * model.clustering_cost()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(total / len(documents))
    with torch.inference_mode():
        return Trained(model.beta().numpy(), model.theta().numpy(), np.array(losses))


class PlainModel:
    """One model: its parameters `p`, the running moments of its batch norm and its random numbers."""

    def __init__(
        self, shape: Shape, schedule: Schedule, member: Member, documents: Documents, vectors: Tensor | None
    ) -> None:
        self.shape, self.schedule, self.member, self.documents = shape, schedule, member, documents
        self.stream = Stream(member.seed, documents.like)
        self.p = initial(shape, self.stream, vectors)
        self.mean, self.variance = (
            documents.like.new_zeros(2 * shape.n_topics),
            documents.like.new_ones(2 * shape.n_topics),
        )

    def loss(self, rows: Tensor, y: Tensor) -> Tensor:
        """weight * cross-entropy of y with y_hat + KL(q || prior), summed over the batch."""
        features = self.encode(rows)
        keep = self.stream.dropout(len(rows), self.shape.hidden, share=self.schedule.dropout)
        noise = self.stream.normal(len(rows), self.shape.n_topics)
        keep_theta = self.stream.dropout(len(rows), self.shape.n_topics, share=self.schedule.dropout)
        mean, log_variance = self.posterior(features * keep, training=True)
        theta = torch.softmax(mean + (log_variance / 2).exp() * noise, dim=1)
        if self.shape.decoder == "etm":
            log_y_hat = torch.log(theta @ self.beta() + Mixture.FLOOR)
        else:
            scores = F.batch_norm((theta * keep_theta) @ self.beta(), None, None, training=True)
            scores = scores + self.p["words_shift"] if self.shape.shifts else scores
            log_y_hat = torch.log_softmax(scores / self.member.temperature, dim=1)
        return self.member.weight * -(y * log_y_hat).sum() + self.divergence(mean, log_variance)

    def encode(self, rows: Tensor) -> Tensor:
        """B x hidden features."""
        p, inputs = self.p, self.documents.inputs[rows]
        counts = self.documents.counts(rows.numpy()).to_dense()
        if self.shape.reads == "both":
            x = torch.cat([counts, inputs @ p["adapter_weight"] + p["adapter_bias"]], dim=1)
        else:
            x = counts if self.shape.reads == "bow" else inputs
        x = F.softplus(x @ p["first_weight"] + p["first_bias"])
        return F.softplus(x @ p["second_weight"] + p["second_bias"])

    def posterior(self, features: Tensor, *, training: bool) -> tuple[Tensor, Tensor]:
        """Mean and log variance, each B x K."""
        x = features @ self.p["posterior_weight"] + self.p["posterior_bias"]
        if self.shape.normalizes_posterior:
            x = F.batch_norm(x, self.mean, self.variance, training=training)
        if self.shape.shifts:
            x = x + self.p["posterior_shift"]
        mean, log_variance = x.chunk(2, dim=1)
        return mean, log_variance

    def beta(self) -> Tensor:
        """K x V."""
        p = self.p
        if self.shape.decoder == "prodlda":
            return p["beta"]
        if self.shape.decoder == "etm":
            return torch.softmax(p["topic_vectors"] @ p["word_vectors"].T, dim=1)
        return torch.softmax(-torch.cdist(p["topic_vectors"], p["word_vectors"]).square() / SHARPNESS, dim=0)

    def divergence(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        """KL(q || prior), summed over the batch."""
        normal, p, k = torch.distributions.Normal, self.p, self.shape.n_topics
        if self.shape.decoder == "prodlda":
            prior = normal(p["prior_mean"], (p["prior_log_variance"] / 2).exp())
        else:
            variance = 1 - 1 / k if self.shape.decoder == "ecrtm" else 1.0
            prior = normal(torch.zeros_like(mean), torch.full_like(mean, variance**0.5))
        return torch.distributions.kl_divergence(normal(mean, (log_variance / 2).exp()), prior).sum()

    def clustering_cost(self) -> Tensor:
        """ECRTM's regulariser."""
        costs = torch.cdist(self.p["topic_vectors"], self.p["word_vectors"]).square()
        return ClusteringCost.apply(costs[None])[0]

    def theta(self) -> Tensor:
        """N x K."""
        parts = []
        for rows in torch.arange(len(self.documents)).split(1024):
            mean, log_variance = self.posterior(self.encode(rows), training=False)
            if not self.shape.draws_theta:
                parts.append(torch.softmax(mean, dim=1))
                continue
            draws = [
                torch.softmax(mean + (log_variance / 2).exp() * self.stream.normal(*mean.shape), dim=1)
                for _ in range(self.schedule.samples)
            ]
            parts.append(sum(draws, start=torch.zeros_like(mean)) / self.schedule.samples)
        return torch.cat(parts)
