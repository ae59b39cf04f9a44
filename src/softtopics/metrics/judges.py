"""What judges topics and documents where there are no labels: vectors of the words, neighbours of the documents.

Both are best taken from what no compared method has read: `config.judges` says which methods have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from sklearn.preprocessing import normalize

from softtopics.artifacts import Corpus, read_array, read_json


@dataclass(frozen=True)
class Judges:
    """What metrics of `catalogue.JUDGED` read; None where there is no judge, and then there is no such score.

    Attributes:
        words: V x E rows of length 1, a row of zeros for a word that the judge does not know.
        neighbours: N x M documents, the nearest of each, itself first.
    """

    words: np.ndarray | None = None
    neighbours: np.ndarray | None = None

    @classmethod
    def load(cls, vocabulary: Sequence[str], vectors: Sequence[str] = (), neighbours: Sequence[str] = ()) -> Self:
        """Read the files of the judges that there are.

        Args:
            vocabulary: V words.
            vectors: the file of word vectors and that of their account, or nothing.
            neighbours: the file of a view's neighbours, or nothing.
        """
        words = None
        if vectors:
            rows, about = vectors
            lacking = set(read_json(about)["lacking"])
            known = np.array([word not in lacking for word in vocabulary])
            words = normalize(np.where(known[:, None], read_array(rows), 0).astype(np.float64))
        return cls(words, read_array(neighbours[0]) if neighbours else None)

    def among(self, corpus: Corpus) -> Self:
        """Of a corpus's training documents, each other's neighbours, where the files hold all documents."""
        if self.neighbours is None or corpus.held_out is None:
            return self
        place = np.full(len(self.neighbours), -1)
        place[corpus.rows] = np.arange(len(corpus))
        return replace(self, neighbours=place[corpus.of(self.neighbours)])
