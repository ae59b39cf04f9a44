"""Consensus topics: a neural topic model is trained several times, with finer topics, and those alike are merged to K.

One training splits large themes and joins small ones by chance, and batch norm gives its K topics about equal shares.
The topics that several trainings agree on are steadier, and as uneven as the corpus. Ensembles of topic models are not
new (Belford, Mac Namee and Greene, "Stability of topic modeling via matrix factorization", Expert Systems with
Applications 2018); merging the topics that are most alike until K are left is also what BERTopic does (Grootendorst
2022).
"""

import math
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, Self

import numpy as np
from scipy import sparse

from softtopics.config.kinds import Count, Factor, Whole
from softtopics.models import merging
from softtopics.models.base import TrainingData, check_choices
from softtopics.models.neural import NeuralTopicModel

CHOICES = {"alike": ("places", "neighbours"), "words": ("mean", "own")}


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
        alike: which topics are merged: those whose documents lie at the same `places` of what is read, or those whose
            documents are `neighbours` of the same documents there.
        smallest: documents that a topic must be the largest of; those with fewer join the topic most alike, so that
            fewer than K may be left. 0: a topic may have none.
        words: `mean`, of the topics that are merged, or those that are a topic's `own`, see `merging.own_words`.
        settings: of each training, see `NeuralTopicModel`.

    Attributes:
        losses_: after `fit`, the mean loss of a document in every epoch, averaged over trainings.
    """

    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        trainings: Count = 3,
        fineness: Factor = 1.5,
        alike: Literal["places", "neighbours"] = "places",
        smallest: Whole = 0,
        words: Literal["mean", "own"] = "mean",
        **settings: Any,
    ) -> None:
        super().__init__(n_topics, random_state=random_state, **settings)
        self.trainings, self.fineness, self.settings = trainings, fineness, settings
        self.alike, self.smallest, self.words = alike, smallest, words

    @classmethod
    def fit_all(cls, models: Sequence[Self], data: TrainingData) -> list[float]:
        """All trainings of all models together, as `NeuralTopicModel.fit_all`."""
        started = time.perf_counter()
        for model in models:
            check_choices(model, CHOICES)
        parts = [model.parts() for model in models]
        NeuralTopicModel.fit_all([part for own in parts for part in own], data)
        rows = parts[0][0].read_rows(data)
        around = cache(lambda: merging.around(rows))
        for model, own in zip(models, parts, strict=True):
            model.merge(own, rows, around, data.bow)
        return [(time.perf_counter() - started) / len(models)] * len(models)

    def parts(self) -> list[NeuralTopicModel]:
        """The R models, untrained."""
        drawn = np.random.SeedSequence(self.random_state).generate_state(self.trainings - 1).tolist()
        n_topics = math.ceil(self.fineness * self.n_topics)
        return [NeuralTopicModel(n_topics, random_state=seed, **self.settings) for seed in [self.random_state, *drawn]]

    def merge(
        self,
        parts: list[NeuralTopicModel],
        rows: np.ndarray | sparse.csr_matrix,
        around: Callable[[], sparse.csr_matrix],
        bow: sparse.csr_matrix,
    ) -> None:
        """Take over the consensus of R trained models.

        Args:
            parts: the R models.
            rows: N x D, what they read.
            around: gives N x N, the average over a document's neighbours, and computes it where it is asked for alone.
            bow: N x V counts.
        """
        theta = np.concatenate([part.theta_ for part in parts], axis=1) / len(parts)
        beta = np.concatenate([part.beta_ for part in parts])
        by_places = self.alike == "places"
        likeness = merging.by_places(theta, rows) if by_places else merging.by_neighbours(theta, around())
        groups = merging.without_strays(merging.merged(likeness, self.n_topics), likeness, theta, self.smallest)
        mass = theta.sum(axis=0)[:, None] * groups  # R F x K
        self.theta_ = theta @ groups
        self.beta_ = (mass / mass.sum(axis=0)).T @ beta
        if self.words == "own":
            self.beta_ = merging.own_words(self.beta_, self.theta_, around(), bow)
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


MODEL = ConsensusTopicModel
