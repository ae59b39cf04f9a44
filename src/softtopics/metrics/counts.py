"""How often the words of a vocabulary occur in a text, alone and together: what coherence is computed from."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from softtopics.storage import atomic, reading


@dataclass(frozen=True)
class Windows:
    """In how many windows words occur.

    Attributes:
        total: number of windows.
        occurrences: V counts of the windows that hold a word.
        pairs: V (V - 1) / 2 counts of the windows that hold both of two words i < j, row by row.
    """

    total: int
    occurrences: np.ndarray
    pairs: np.ndarray

    def among(self, words: np.ndarray) -> np.ndarray:
        """Windows that hold both words, for all pairs of each row: T x W places -> T x W x W counts.

        A word with itself stands for its occurrences.
        """
        low = np.minimum(words[:, :, None], words[:, None, :]).astype(np.int64)
        high = np.maximum(words[:, :, None], words[:, None, :])
        same = low == high
        place = low * (2 * len(self.occurrences) - low - 1) // 2 + high - low - 1
        return np.where(same, self.occurrences[low], self.pairs[np.where(same, 0, place)]).astype(np.int64)


@dataclass(frozen=True)
class Counts:
    """What one reference says about one vocabulary.

    Attributes:
        vocabulary: V words.
        c_v: whose definition of C_V `wide` was counted for, `gensim` or `palmetto`.
        wide: windows of 110 tokens, for C_V.
        narrow: windows of 10 tokens, for NPMI and UCI.
        documents: whole documents, for UMass.
    """

    vocabulary: list[str]
    c_v: str
    wide: Windows
    narrow: Windows
    documents: Windows

    def save(self, path: str | Path) -> None:
        """One compressed `.npz`; each array in the smallest integers that hold it."""
        about = {"vocabulary": self.vocabulary, "c_v": self.c_v}
        arrays = {}
        for kind in ("wide", "narrow", "documents"):
            windows = getattr(self, kind)
            about[kind] = windows.total
            for name in ("occurrences", "pairs"):
                array = getattr(windows, name)
                arrays[f"{kind}_{name}"] = array.astype(np.min_scalar_type(array.max(initial=0)))
        with atomic(path) as temporary:
            np.savez_compressed(temporary, about=json.dumps(about), **arrays)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        with reading(path), np.load(path, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            windows = {
                kind: Windows(about[kind], arrays[f"{kind}_occurrences"], arrays[f"{kind}_pairs"])
                for kind in ("wide", "narrow", "documents")
            }
        return cls(about["vocabulary"], about["c_v"], **windows)
