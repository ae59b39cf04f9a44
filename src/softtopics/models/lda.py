"""LDA by online variational Bayes (gensim).

Blei, Ng and Jordan, JMLR 2003; Hoffman, Blei and Bach, "Online Learning for LDA", NIPS 2010.
"""

import logging
from typing import Self

import numpy as np
from gensim.matutils import Sparse2Corpus
from gensim.models import LdaModel

from softtopics.models.base import TopicModel, TrainingData

log = logging.getLogger(__name__)


class LDA(TopicModel):
    def __init__(
        self,
        n_topics: int,
        *,
        random_state: int,
        alpha: str | float = "auto",
        eta: str | float = "auto",
        passes: int = 50,
        iterations: int = 200,
        chunk_size: int = 2000, offset: float = 1.0, decay: float = 0.5,
    ) -> None:
        super().__init__(n_topics, random_state=random_state)
        self.alpha, self.eta = alpha, eta
        self.passes, self.iterations, self.chunk_size = passes, iterations, chunk_size; self.offset=offset; self.decay=decay

    def fit(self, data: TrainingData) -> Self:
        corpus = Sparse2Corpus(data.bow, documents_columns=False)
        model = LdaModel(
            corpus,
            num_topics=self.n_topics,
            id2word=dict(enumerate(data.vocabulary)),
            alpha=self.alpha,
            eta=self.eta,
            passes=self.passes,
            iterations=self.iterations,
            chunksize=self.chunk_size,
            eval_every=None,offset=self.offset,decay=self.decay,
            random_state=self.random_state,
        )
        self.model=model
        gamma, _ = model.inference(corpus)
        self.theta_ = gamma / gamma.sum(axis=1, keepdims=True)
        self.beta_ = model.get_topics()
        return self


MODEL = LDA
