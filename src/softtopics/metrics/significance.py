"""Which methods are the best, and which do not differ from the best?"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.stats import ttest_ind_from_stats

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Standing:
    """A method's values over K and seeds, and how it stands.

    Attributes:
        mean: of the values.
        std: sample standard deviation (ddof = 1); None for a single value.
        n: how many values.
        best: it has the best mean.
        not_different: it is the best, or Welch's t-test does not tell it from the best.
    """

    mean: float
    std: float | None
    n: int
    best: bool
    not_different: bool


def compare(
    values: Mapping[Name, Sequence[float]],
    *,
    alpha: float = 0.05,
    higher_is_better: bool = True,
    correction: str = "none",
) -> dict[Name, Standing]:
    """Compare every method with the one of the best mean (Welch 1947, two-sided), all at once from their moments.

    A method with a single value cannot be tested: it stands out only if it is the best.

    Args:
        values: of every method.
        alpha: level of the tests.
        higher_is_better: else the smallest mean is the best.
        correction: `none`, or `holm` for the comparisons with the best (Holm 1979): a family of tests then has the
            level alpha, and more methods do not differ.

    Raises:
        ValueError: a method has no value, or one that is not finite.
    """
    arrays = [np.asarray(list(row), dtype=float) for row in values.values()]
    for name, array in zip(values, arrays, strict=True):
        if not len(array) or not np.isfinite(array).all():
            raise ValueError(f"{name}: {len(array)} values, which must be at least one and all finite")
    sizes = np.array([len(array) for array in arrays])
    # The mean of equal values is that value and they have no spread, whatever rounding would make of them.
    means = np.array([array.mean() if np.ptp(array) > 0 else array[0] for array in arrays])
    spreads = np.array([array.std(ddof=1) if np.ptp(array) > 0 else 0.0 for array in arrays])
    best = means == (means.max() if higher_is_better else means.min())
    first = int(best.argmax())
    tested = ~best & (sizes > 1) & (sizes[first] > 1)
    p = np.zeros(len(arrays))  # what cannot be tested counts as different
    p[tested] = welch(means[tested], spreads[tested], sizes[tested], means[first], spreads[first], sizes[first])
    if correction == "holm":
        p[tested] = holm(p[tested])
    return {
        name: Standing(
            mean=float(means[i]),
            std=float(spreads[i]) if sizes[i] > 1 else None,
            n=int(sizes[i]),
            best=bool(best[i]),
            not_different=bool(best[i] or p[i] >= alpha),
        )
        for i, name in enumerate(values)
    }


def welch(
    means: np.ndarray,
    spreads: np.ndarray,
    sizes: np.ndarray,
    mean: float | np.ndarray,
    spread: float | np.ndarray,
    size: int | np.ndarray,
) -> np.ndarray:
    """p-values of M samples against one of another mean, or each against its own; 0 where neither has a spread."""
    p = np.zeros(len(means))
    some = (spreads > 0) | (spread > 0)
    moments = np.broadcast_arrays(means, spreads, sizes, mean, spread, size)
    p[some] = ttest_ind_from_stats(*(moment[some] for moment in moments), equal_var=False).pvalue
    return p


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjusted p-values: the i-th smallest of m times m - i + 1, none below one before it."""
    order = np.argsort(p)
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(adjusted, 1)[np.argsort(order)]
