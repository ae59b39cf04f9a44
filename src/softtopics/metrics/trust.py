"""What may be trusted without labels: do measures order methods as labels would, and as each other?"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import rankdata

LEAST = 4  # methods; of fewer there are too few orders for one to mean anything
RESAMPLES = 1000
LEVEL = 0.95


class Correlation(NamedTuple):
    """Spearman's rank correlation of two measures over methods.

    Attributes:
        rho: -1 (the opposite order) to 1 (the same).
        low, high: ends of its 95% interval.
        methods: how many.
    """

    rho: float
    low: float
    high: float
    methods: int


def rank_correlation(one: np.ndarray, other: np.ndarray, seed: int = 0) -> Correlation | None:
    """Spearman's rho of the M values that methods have in two measures; equal values share their mean rank.

    The interval holds percentiles of a bootstrap over methods; a resample in which one measure has the same value
    everywhere has no rho and is left out.

    Returns:
        None where there is none to speak of: fewer than four methods, or a measure that is the same for all.
    """
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    if len(one) < LEAST or not np.ptp(one) or not np.ptp(other):
        return None
    drawn = np.random.default_rng(seed).integers(0, len(one), size=(RESAMPLES, len(one)))
    resampled = spearman(one[drawn], other[drawn])
    low, high = np.nanpercentile(resampled, (50 - 50 * LEVEL, 50 + 50 * LEVEL))
    return Correlation(float(spearman(one[None], other[None])[0]), float(low), float(high), len(one))


def spearman(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Rho of each of R rows of M values, NaN where one of the two does not vary."""
    ranks = [rankdata(values, axis=1) for values in (one, other)]
    left, right = (rank - rank.mean(axis=1, keepdims=True) for rank in ranks)
    lengths = np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))
    return np.divide((left * right).sum(axis=1), lengths, out=np.full(len(left), np.nan), where=lengths > 0)


def furthest_apart(one: pd.Series, other: pd.Series, count: int = 2) -> pd.DataFrame:
    """The methods whose ranks by two measures differ most.

    Args:
        one, other: a value for each method, the higher the better, with the same index.
        count: how many methods.

    Returns:
        Columns one, other: ranks, 1 being the best; the index is that of the methods, the furthest apart first.
    """
    ranks = pd.DataFrame({"one": one.rank(ascending=False), "other": other.rank(ascending=False)})
    apart = (ranks["one"] - ranks["other"]).abs()
    return ranks.loc[apart[apart > 0].sort_values(ascending=False, kind="stable").index[:count]]
