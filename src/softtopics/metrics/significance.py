"""Which methods are the best, and which do not differ from the best?"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.stats import t

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Standing:
    """A method's values over K and seeds, and how it stands.

    Attributes:
        mean: of the values.
        std: sample standard deviation (ddof = 1); None for a single value.
        n: how many values.
        best: it has the best mean of several methods; one alone is not the best of anything.
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
    blocks: int = 1,
    alpha: float = 0.05,
    higher_is_better: bool = True,
    correction: str = "none",
) -> dict[Name, Standing]:
    """Compare every method with the one of the best mean (Welch 1947, two-sided), all at once from their moments.

    Only what differs from seed to seed counts as chance: where all methods ran with several K, those are blocks, and
    the spread is that within them. A method with a single value in a block cannot be tested: it stands out only if it
    is the best.

    Args:
        values: of every method; those of one K stand together.
        blocks: how many K there are, with as many values each.
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
    means, spreads = (np.array(moments) for moments in zip(*map(moments_of, arrays), strict=True))
    errors, freedom = np.array([error_of_mean(array.reshape(blocks, -1)) for array in arrays]).T
    several = len(arrays) > 1
    best = means == (means.max() if higher_is_better else means.min())
    first = int(best.argmax())
    tested = ~best & (freedom > 0) & (freedom[first] > 0)
    p = np.zeros(len(arrays))  # what cannot be tested counts as different
    if tested.any():
        p[tested] = welch(means[tested] - means[first], errors[tested], freedom[tested], errors[first], freedom[first])
    if correction == "holm":
        p[tested] = holm(p[tested])
    return {
        name: Standing(
            mean=float(means[i]),
            std=float(spreads[i]) if len(arrays[i]) > 1 else None,
            n=len(arrays[i]),
            best=bool(several and best[i]),
            not_different=bool(several and (best[i] or p[i] >= alpha)),
        )
        for i, name in enumerate(values)
    }


def moments_of(array: np.ndarray) -> tuple[float, float]:
    """Mean and sample standard deviation; of equal values that value and 0, whatever rounding would make of them."""
    if np.ptp(array) > 0:
        return float(array.mean()), float(array.std(ddof=1))
    return float(array[0]), 0.0


def error_of_mean(values: np.ndarray) -> tuple[float, float]:
    """The variance of the mean of B x n values by their spread within the B blocks, and its degrees of freedom.

    The means of blocks are independent, so the variances of these means add up (Satterthwaite 1946).
    """
    blocks, n = values.shape
    if n == 1:
        return 0.0, 0.0
    parts = np.array([moments_of(row)[1] ** 2 / n for row in values]) / blocks**2
    total = float(parts.sum())
    return total, float(total**2 / (parts**2).sum() * (n - 1)) if total else float(n - 1)


def welch(
    differences: np.ndarray,
    errors: np.ndarray,
    freedom: np.ndarray,
    error: float | np.ndarray,
    others: float | np.ndarray,
) -> np.ndarray:
    """p-values of M differences of means, from the variances of both means and their degrees of freedom.

    Those of one sample are s^2 / n and n - 1. 0 where neither mean has a spread.
    """
    total = errors + error
    p = np.zeros(len(differences))
    some = total > 0
    both = (errors**2 / freedom + np.square(error) / others)[some]
    p[some] = 2 * t.sf(np.abs(differences[some]) / np.sqrt(total[some]), total[some] ** 2 / both)
    return p


def holm(p: np.ndarray) -> np.ndarray:
    """Holm's adjusted p-values: the i-th smallest of m times m - i + 1, none below one before it."""
    order = np.argsort(p)
    adjusted = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return np.minimum(adjusted, 1)[np.argsort(order)]
