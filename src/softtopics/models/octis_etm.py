"""ETM: topics and words are vectors of one space, beta their inner products; OCTIS's network.

Dieng, Ruiz and Blei, "Topic Modeling in Embedding Spaces", TACL 2020.
"""

import logging
from typing import Self

import numpy as np
import torch
from octis.models.ETM_model import etm

from softtopics.config.kinds import Count, Fraction, NotNegative, Positive
from softtopics.errors import InputError
from softtopics.models.base import TopicModel, TrainingData
from softtopics.models.octis_adapter import Documents, arrays_of, batch_loader, restore
from softtopics.models.vae.data import frequencies
from softtopics.runtime import device

log = logging.getLogger(__name__)


class OctisETM(TopicModel):
    """ETM with fixed word vectors.

    The network is OCTIS's, the training loop is ours: OCTIS's own reads the documents in the same order in every epoch,
    builds each batch word by word in Python and divides by zero for a document without vocabulary words.

    Args:
        n_topics: K.
        random_state: seeds the initial weights, the batches, the noise and the dropout.
        hidden: width of the encoder's two layers.
    """

    packages = ("octis", "torch")
    needs = (("word_vectors", {}),)

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        hidden: Count = 200,
        dropout: Fraction = 0.2,
        learning_rate: Positive = 2e-3,
        weight_decay: NotNegative = 1.2e-6,
        batch_size: Count = 64,
        epochs: Count = 100,
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.hidden, self.dropout = hidden, dropout
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.batch_size, self.epochs = batch_size, epochs

    def fit(self, data: TrainingData) -> Self:
        """Raises InputError: there are no word vectors."""
        if data.vectors is None:
            raise InputError("methods.octis_etm: it starts from word vectors; name some in `word_vectors`")
        torch.manual_seed(self.random_state)
        network = self.network(data.vectors)
        optimizer = torch.optim.Adam(
            network.parameters(), self.learning_rate, weight_decay=self.weight_decay, fused=True
        )
        documents = Documents(data.vocabulary, data.bow)
        network.train()
        for epoch in range(self.epochs):
            total = 0.0
            for batch in batch_loader(documents, self.batch_size, shuffle=True):
                counts = batch["X"].to(device())
                optimizer.zero_grad()
                reconstruction, divergence = network(counts, frequencies(counts))
                loss = reconstruction + divergence
                loss.backward()
                optimizer.step()
                total += loss.item() * len(counts)
            log.debug("epoch %d: loss %.3f", epoch, total / len(documents))
        self.theta_ = theta_of(network, documents)
        with torch.inference_mode():
            self.beta_ = network.get_beta().cpu().numpy()
        self.learned_ = {"vectors": data.vectors, **arrays_of(network)}
        return self

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta of the posterior's mean by the trained encoder; raises InputError: it is not trained."""
        learned = self.learned()
        network = self.network(learned["vectors"])
        restore(network, learned)
        return theta_of(network, Documents(data.vocabulary, data.bow))

    def network(self, vectors: np.ndarray) -> etm.ETM:
        """An untrained network over V x E word vectors."""
        return etm.ETM(
            num_topics=self.n_topics,
            vocab_size=len(vectors),
            t_hidden_size=self.hidden,
            rho_size=vectors.shape[1],
            emb_size=vectors.shape[1],
            theta_act="softplus",
            embeddings=torch.from_numpy(vectors),
            train_embeddings=False,
            enc_drop=self.dropout,
        ).to(device())


@torch.inference_mode()
def theta_of(network: etm.ETM, documents: Documents) -> np.ndarray:
    """N x K, of the posterior's mean."""
    network.eval()
    batches = batch_loader(documents, 1024, shuffle=False)
    return torch.cat([network.get_theta(frequencies(batch["X"].to(device())))[0].cpu() for batch in batches]).numpy()


MODEL = OctisETM
