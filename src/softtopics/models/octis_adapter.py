"""What OCTIS's ProdLDA and CombinedTM need to train on our data: documents in batches, in our order, on numpy 2.

OCTIS 1.14.0 wraps each network in a class that tokenises the corpus again, stores dense int64 counts and reads
embeddings from a pickle. The networks themselves take a dataset, so they get one of ours: without a detour by text or
files, and with theta in the order of our documents and beta in that of our vocabulary. The training loop is OCTIS's.
"""

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Self
from unittest.mock import patch

import numpy as np
import torch
from scipy import sparse
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, SequentialSampler

from softtopics.config.kinds import Count, Fraction, Positive, Several
from softtopics.models.base import TopicModel, TrainingData


class Documents(Dataset):
    """Batches as OCTIS's networks read them: `X` (counts) and, if there are embeddings, `X_bert`.

    A document without vocabulary words is a row of zeros: it adds nothing to the reconstruction loss and gets its
    theta from the encoder like every other document.
    """

    def __init__(self, vocabulary: list[str], bow: sparse.csr_matrix, embeddings: np.ndarray | None = None) -> None:
        self.idx2token = dict(enumerate(vocabulary))
        self.bow = bow.astype(np.float32)
        self.embeddings = embeddings

    def __len__(self) -> int:
        return self.bow.shape[0]

    def __getitem__(self, rows: list[int]) -> dict[str, torch.Tensor]:
        batch = {"X": torch.from_numpy(self.bow[rows].toarray())}
        if self.embeddings is not None:
            batch["X_bert"] = torch.from_numpy(np.asarray(self.embeddings[rows], dtype=np.float32))
        return batch


def batch_loader(dataset: Documents, batch_size: int, shuffle: bool, num_workers: int = 0) -> DataLoader:
    """The batches of `DataLoader(dataset, batch_size, shuffle)`, the same for the same seed, each read in one piece.

    Only a last training batch of a single document is left out: it has no variance for batch norm.
    """
    sampler = RandomSampler(dataset) if shuffle else SequentialSampler(dataset)
    alone = shuffle and len(dataset) % batch_size == 1
    batches = BatchSampler(sampler, batch_size, drop_last=alone)
    return DataLoader(dataset, sampler=batches, batch_size=None, num_workers=num_workers)


@contextmanager
def adapted(module: ModuleType) -> Iterator[None]:
    """Let a module of OCTIS run: numpy 2 has no `numpy.Inf`, and loading document by document takes 20 ms a step."""
    with patch.object(np, "Inf", np.inf, create=True), patch.object(module, "DataLoader", batch_loader):
        yield


class OctisModel(TopicModel):
    """A network of OCTIS with ProdLDA's decoder, trained on all documents (none are held out for early stopping).

    theta is the mean of `samples` draws in evaluation mode, beta the unnormalised topic-word weights.

    Args:
        n_topics: K.
        random_state: seeds the initial weights, the batches, the noise and the dropout.
        hidden: width of each of the encoder's `layers` layers.
        momentum: Adam's first beta.
    """

    packages = ("octis", "torch")
    module: ModuleType  # of OCTIS, where the network's class is

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        hidden: Count = 200,
        layers: Count = 2,
        dropout: Fraction = 0.2,
        learning_rate: Positive = 2e-3,
        momentum: Fraction = 0.99,
        batch_size: Several = 64,
        epochs: Count = 100,
        samples: Count = 10,
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.hidden, self.layers, self.dropout = hidden, layers, dropout
        self.learning_rate, self.momentum = learning_rate, momentum
        self.batch_size, self.epochs, self.samples = batch_size, epochs, samples

    def settings(self) -> dict:
        """The parameters under the names that the networks give them."""
        return {
            "num_topics": self.n_topics,
            "hidden_sizes": (self.hidden,) * self.layers,
            "dropout": self.dropout,
            "lr": self.learning_rate,
            "momentum": self.momentum,
            "batch_size": self.batch_size,
            "num_epochs": self.epochs,
            "num_samples": self.samples,
        }

    @abstractmethod
    def prepare(self, data: TrainingData, scales: dict[str, np.ndarray]) -> tuple[Any, Documents]:
        """The untrained OCTIS network and the documents it reads, by the scales of the training documents."""

    def scales(self, data: TrainingData) -> dict[str, np.ndarray]:
        """By what the training documents, and then all others, are scaled."""
        return {}

    def fit(self, data: TrainingData) -> Self:
        torch.manual_seed(self.random_state)
        scales = self.scales(data)
        with adapted(self.module):
            network, documents = self.prepare(data, scales)
            network.optimizer.param_groups[0]["fused"] = True  # Adam in one pass over the memory: 40% less time
            network.fit(documents, None)
            self.theta_ = network.get_thetas(documents)
        self.beta_ = network.best_components.detach().cpu().numpy()
        self.learned_ = scales | arrays_of(network.model)
        return self

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta by the trained encoder, with draws of its own; raises InputError: it is not trained."""
        learned = self.learned()
        with adapted(self.module):
            network, documents = self.prepare(data, learned)
            restore(network.model, learned)
            torch.manual_seed(self.random_state)
            return network.get_thetas(documents)


def arrays_of(network: torch.nn.Module) -> dict[str, np.ndarray]:
    """The parameters and running moments of a trained network."""
    return {f"network.{name}": value.detach().cpu().numpy() for name, value in network.state_dict().items()}


def restore(network: torch.nn.Module, learned: dict[str, np.ndarray]) -> None:
    """Give a new network of the same shape what `arrays_of` found."""
    network.load_state_dict({name: torch.from_numpy(learned[f"network.{name}"]) for name in network.state_dict()})
