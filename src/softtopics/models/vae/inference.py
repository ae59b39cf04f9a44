"""theta of documents from what an encoder has learned; the encoder of one model as plain arrays."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from softtopics.models.vae import network
from softtopics.models.vae.data import Documents
from softtopics.models.vae.network import BatchNorm, Parameters, Shape, Stream

ROWS = 1024  # documents at once
LAYERS = ("adapter", "first", "second", "posterior")


@torch.inference_mode()
def theta(
    shape: Shape,
    documents: Documents,
    samples: int,
    posterior: Callable[[Tensor], tuple[Tensor, Tensor]],
    noise: Callable[[int], Tensor],
) -> np.ndarray:
    """M x N x K, without dropout: the mean of `samples` draws, or that of the posterior's mean (`Shape.draws_theta`).

    Args:
        shape: of the M models.
        documents: N.
        samples: how many draws.
        posterior: gives mean and log variance of q, each M x B x K, of the documents of B row numbers.
        noise: gives M x B x K standard normal numbers for B documents.
    """
    parts = []
    for rows in torch.arange(len(documents), device=documents.like.device).split(ROWS):
        mean, log_variance = posterior(rows)
        if not shape.draws_theta:
            found = torch.softmax(mean, dim=2)
        else:
            found = torch.zeros_like(mean)
            for _ in range(samples):
                found += network.draw_theta(mean, log_variance, noise(len(rows))) / samples
        parts.append(found.cpu())
    return torch.cat(parts, dim=1).numpy()


def encoder_of(p: Parameters, norm: BatchNorm, member: int) -> dict[str, np.ndarray]:
    """What `read` needs of one of M models: the encoder's layers and the running moments of its batch norm."""
    kept = {name: value for name, value in p.items() if name.rpartition("_")[0] in LAYERS}
    kept |= {"norm_mean": norm.mean, "norm_variance": norm.variance}
    return {name: value[member].detach().cpu().numpy().copy() for name, value in kept.items()}


def read(shape: Shape, encoder: dict[str, np.ndarray], documents: Documents, samples: int, seed: int) -> np.ndarray:
    """N x K of documents that a trained model reads, as `theta`; the noise is a new stream of the seed.

    Args:
        shape: of the model.
        encoder: of `encoder_of`.
        documents: N.
        samples: draws of each document.
        seed: of the noise.
    """
    p = {name: torch.from_numpy(value).to(documents.like)[None] for name, value in encoder.items()}
    norm, stream = BatchNorm(documents.like, 1, 2 * shape.n_topics), Stream(seed, documents.like)
    norm.mean, norm.variance = p.pop("norm_mean"), p.pop("norm_variance")

    def posterior(rows: Tensor) -> tuple[Tensor, Tensor]:
        features = network.encode(shape, p, *documents.read(rows[None], shape.reads))
        return network.posterior(shape, p, features, norm, training=False)

    return theta(shape, documents, samples, posterior, lambda count: stream.normal(1, count, shape.n_topics))[0]
