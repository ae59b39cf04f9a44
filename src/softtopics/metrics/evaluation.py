"""What a metric may look at: one trained run, the corpus it was trained on, and counts of the reference texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from softtopics.artifacts import Corpus, Run
from softtopics.metrics.counts import Counts
from softtopics.metrics.judges import Judges


@dataclass(frozen=True)
class Evaluation:
    """One run under evaluation; every module of the metric catalogue offers `scores(evaluation) -> dict`.

    Attributes:
        run: beta (K x V), theta (N x K), seed, seconds.
        corpus: the N documents with their V words and, where there are any, their classes.
        counts: of every reference text that coherence is measured in, `corpus` being the corpus itself.
        n_words: how many words stand for a topic.
        others: the runs of the same cell with other seeds.
        relevance: by which these words are chosen, see `Run.top_words`.
        judges: vectors of words and neighbours of documents that topics are compared with.
    """

    run: Run
    corpus: Corpus
    counts: Mapping[str, Counts]
    n_words: int
    others: Sequence[Run] = ()
    relevance: float = 1.0
    judges: Judges = field(default_factory=Judges)

    @property
    def labels(self) -> np.ndarray:
        """The class of each document; metrics without `needs_labels` do without.

        Raises:
            ValueError: there are none, or a single class.
        """
        if self.corpus.labels is None:
            raise ValueError("the corpus has no classes: a metric that needs them says needs_labels in the catalogue")
        return self.corpus.labels

    @cached_property
    def topics(self) -> list[list[str]]:
        """The top words of each of K topics."""
        return self.run.top_words(self.n_words, self.relevance)
