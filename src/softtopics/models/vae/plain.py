"""The family as one would write it down: one member, one batch at a time, automatic differentiation.

Nothing here is fast. It takes its random numbers from the same stream as `ensemble`, so that the two must agree; the
tests and benchmarks hold them side by side.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from softtopics.models.decoders import SHARPNESS, transport
from softtopics.models.ensemble import Documents, Member, Schedule, Trained
from softtopics.models.family import Shape, Stream, initial
from softtopics.models.targets import CountTargets, SoftTargets


def train_one(
    shape: Shape,
    schedule: Schedule,
    member: Member,
    documents: Documents,
    targets: SoftTargets | CountTargets,
    vectors: Tensor | None = None,
    position: int = 0,
) -> Trained:
    """Arguments as of `ensemble.train`; `position` is the member's among those of `targets`."""
    stream = Stream(member.seed, documents.like)
    p = {name: value.requires_grad_() for name, value in initial(shape, stream, vectors).items()}
    running = (documents.like.new_zeros(2 * shape.n_topics), documents.like.new_ones(2 * shape.n_topics))
    optimizer = torch.optim.Adam(p.values(), schedule.learning_rate, betas=(schedule.momentum, 0.99))
    losses = []
    for _ in range(schedule.epochs):
        total = 0.0
        for rows in stream.order(len(documents)).split(schedule.batch_size):
            if len(rows) == 1:
                continue
            features = encode(shape, p, documents, rows)
            keep = stream.dropout(len(rows), shape.hidden, share=schedule.dropout)
            noise = stream.normal(len(rows), shape.n_topics)
            keep_theta = stream.dropout(len(rows), shape.n_topics, share=schedule.dropout)
            mean, log_variance = posterior(shape, p, features * keep, running, training=True)
            theta = torch.softmax(mean + (log_variance / 2).exp() * noise, dim=1)
            y = targets.form(targets.gather(rows), position)
            if shape.decoder == "etm":
                log_y_hat = torch.log(theta @ beta(shape, p, vectors) + 1e-6)
            else:
                scores = F.batch_norm((theta * keep_theta) @ beta(shape, p, vectors), None, None, training=True)
                log_y_hat = torch.log_softmax(scores / member.temperature, dim=1)
            loss = member.weight * -(y * log_y_hat).sum() + divergence(shape, p, mean, log_variance)
            total += loss.item()
            if shape.decoder == "ecrtm":
                costs = torch.cdist(p["topic_vectors"], p["word_vectors"]).square()
                plan = transport(costs.detach()[None])[0]
                loss = loss + len(rows) * schedule.clustering_weight * (plan * costs).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(total / len(documents))
    with torch.inference_mode():
        parts = []
        for rows in torch.arange(len(documents)).split(1024):
            mean, log_variance = posterior(shape, p, encode(shape, p, documents, rows), running, training=False)
            if shape.decoder == "etm":
                parts.append(torch.softmax(mean, dim=1))
                continue
            draws = [
                torch.softmax(mean + (log_variance / 2).exp() * stream.normal(*mean.shape), dim=1)
                for _ in range(schedule.samples)
            ]
            parts.append(sum(draws) / schedule.samples)
        return Trained(beta(shape, p, vectors).numpy(), torch.cat(parts).numpy(), np.array(losses))


def encode(shape: Shape, p: dict, documents: Documents, rows: Tensor) -> Tensor:
    inputs = None if documents.inputs is None else documents.inputs[rows]
    counts = documents.counts(rows.numpy()).to_dense()
    if shape.reads == "both":
        x = torch.cat([counts, inputs @ p["adapter_weight"] + p["adapter_bias"]], dim=1)
    else:
        x = counts if shape.reads == "bow" else inputs
    x = F.softplus(x @ p["first_weight"] + p["first_bias"])
    return F.softplus(x @ p["second_weight"] + p["second_bias"])


def posterior(shape: Shape, p: dict, features: Tensor, running: tuple, training: bool) -> tuple[Tensor, Tensor]:
    x = features @ p["posterior_weight"] + p["posterior_bias"]
    if shape.normalizes_posterior:
        x = F.batch_norm(x, *running, training=training)
    return x.chunk(2, dim=1)


def beta(shape: Shape, p: dict, vectors: Tensor | None) -> Tensor:
    if shape.decoder == "prodlda":
        return p["beta"]
    if shape.decoder == "etm":
        return torch.softmax(p["topic_vectors"] @ vectors.T, dim=1)
    return torch.softmax(-torch.cdist(p["topic_vectors"], p["word_vectors"]).square() / SHARPNESS, dim=0)


def divergence(shape: Shape, p: dict, mean: Tensor, log_variance: Tensor) -> Tensor:
    normal = torch.distributions.Normal
    if shape.decoder == "prodlda":
        prior = normal(p["prior_mean"], (p["prior_log_variance"] / 2).exp())
    else:
        variance = 1 - 1 / shape.n_topics if shape.decoder == "ecrtm" else 1.0
        prior = normal(torch.zeros_like(mean), torch.full_like(mean, variance**0.5))
    return torch.distributions.kl_divergence(normal(mean, (log_variance / 2).exp()), prior).sum()
