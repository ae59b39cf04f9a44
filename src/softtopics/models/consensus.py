"""Consensus topics: a neural topic model is trained several times, with finer topics, and those alike are merged to K.

One training splits large themes and joins small ones by chance, and batch norm gives its K topics about equal shares.
The topics that several trainings agree on are steadier, and as uneven as the corpus. Ensembles of topic models are not
new (Belford, Mac Namee and Greene, "Stability of topic modeling via matrix factorization", Expert Systems with
Applications 2018); merging the topics that are most alike until K are left is also what BERTopic does (Grootendorst
2022).
"""

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.cluster import AgglomerativeClustering

from softtopics.config.kinds import Count, Factor
from softtopics.models.base import TrainingData
from softtopics.models.neural import NeuralTopicModel


class ConsensusTopicModel(NeuralTopicModel):
    """R trainings of a neural topic model with F topics each, merged: theta is the mean of theirs, summed by groups.

    >>> model = ConsensusTopicModel(50, random_state=0, trainings=3, fineness=1.5).fit(data)  # doctest: +SKIP
    >>> model.beta_.shape, model.theta_.shape  # doctest: +SKIP
    ((50, 2000), (2421, 50))

    Args:
        n_topics: K.
        random_state: seeds of the trainings are drawn by it; the first is itself.
        trainings: R.
        fineness: F is K times this, rounded up.
        settings: of each training, see `NeuralTopicModel`.

    Attributes:
        losses_: after `fit`, the mean loss of a document in every epoch, averaged over trainings.
    """

    def __init__(
        self, n_topics: int, *, random_state: int, trainings: Count = 3, fineness: Factor = 1.5, **settings: Any
    ) -> None:
        super().__init__(n_topics, random_state=random_state, **settings)
        self.trainings, self.fineness, self.settings = trainings, fineness, settings

    @classmethod
    def fit_all(cls, models: Sequence[Self], data: TrainingData) -> list[float]:
        """All trainings of all models together, as `NeuralTopicModel.fit_all`."""
        parts = [model.parts() for model in models]
        seconds = NeuralTopicModel.fit_all([part for own in parts for part in own], data)
        for model, own in zip(models, parts, strict=True):
            model.merge(own, own[0].read_rows(data))
        return [sum(seconds) / len(models)] * len(models)

    def parts(self) -> list[NeuralTopicModel]:
        """The R models, untrained."""
        drawn = np.random.SeedSequence(self.random_state).generate_state(self.trainings - 1).tolist()
        n_topics = math.ceil(self.fineness * self.n_topics)
        return [NeuralTopicModel(n_topics, random_state=seed, **self.settings) for seed in [self.random_state, *drawn]]

    def merge(self, parts: list[NeuralTopicModel], rows: np.ndarray | sparse.csr_matrix) -> None:
        """Take over the consensus of R trained models; `rows`, N x D, are what they read."""
        theta = np.concatenate([part.theta_ for part in parts], axis=1) / len(parts)
        beta = np.concatenate([part.beta_ for part in parts])
        groups = alike(theta, rows, self.n_topics)
        mass = theta.sum(axis=0)[:, None] * groups  # R F x K
        self.theta_ = theta @ groups
        self.beta_ = (mass / mass.sum(axis=0)).T @ beta
        self.losses_ = np.mean([part.losses_ for part in parts], axis=0).tolist()
        self.learned_ = {"groups": groups} | {
            f"{place}/{name}": array for place, part in enumerate(parts) for name, array in part.learned().items()
        }

    def transform(self, data: TrainingData) -> np.ndarray:
        """theta by the trained encoders, as `NeuralTopicModel.transform` has it of each.

        Raises:
            InputError: the input that the model reads is missing.
        """
        learned, thetas = self.learned(), []
        for place, part in enumerate(self.parts()):
            mine = f"{place}/"
            part.learned_ = {name.removeprefix(mine): own for name, own in learned.items() if name.startswith(mine)}
            thetas.append(part.transform(data))
        return np.concatenate(thetas, axis=1) / len(thetas) @ learned["groups"]


def alike(theta: np.ndarray, rows: np.ndarray | sparse.csr_matrix, count: int) -> np.ndarray:
    """Which topics belong together: those whose documents are, by what is read of them.

    A topic lies at the mean of the documents, weighted by theta, less the mean of all; the distance of two is one less
    the cosine of their places, and groups are merged by the mean distance of their topics (average linkage).

    Args:
        theta: N x F shares of topics.
        rows: N x D, dense or sparse.
        count: of groups, at most F.

    Returns:
        F x count, 1 where a topic belongs to a group, else 0; of theta's type.
    """
    places = np.asarray((rows.T @ (theta / theta.sum(axis=0))).T) - np.asarray(rows.mean(axis=0)).reshape(1, -1)
    lengths = np.linalg.norm(places, axis=1, keepdims=True)
    units = places / np.where(lengths > 0, lengths, 1)
    merging = AgglomerativeClustering(count, metric="precomputed", linkage="average")
    return np.eye(count, dtype=theta.dtype)[merging.fit_predict(np.clip(1 - units @ units.T, 0, None))]


MODEL = ConsensusTopicModel
