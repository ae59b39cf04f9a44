"""Which methods are the best, and which do not differ from the best?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import ttest_ind


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
    values: Mapping[str, Sequence[float]], *, alpha: float = 0.05, higher_is_better: bool = True
) -> dict[str, Standing]:
    """Compare every method with the one of the best mean (Welch 1947, two-sided).

    A method with a single value cannot be tested: it stands out only if it is the best.

    Raises:
        ValueError: a method has no value, or one that is not finite.
    """
    arrays = {name: np.asarray(list(row), dtype=float) for name, row in values.items()}
    for name, array in arrays.items():
        if not len(array) or not np.isfinite(array).all():
            raise ValueError(f"{name}: {len(array)} values, which must be at least one and all finite")
    means = {name: array.mean() for name, array in arrays.items()}
    top = (max if higher_is_better else min)(means.values())
    best = next(name for name, mean in means.items() if mean == top)
    return {
        name: Standing(
            mean=float(means[name]),
            std=float(array.std(ddof=1)) if len(array) > 1 else None,
            n=len(array),
            best=means[name] == top,
            not_different=means[name] == top or not differ(array, arrays[best], alpha),
        )
        for name, array in arrays.items()
    }


def differ(first: np.ndarray, second: np.ndarray, alpha: float) -> bool:
    """Whether two samples have different means at level alpha; untestable ones count as different."""
    if len(first) < 2 or len(second) < 2:
        return True
    if np.ptp(first) == 0 and np.ptp(second) == 0:  # the t-test would divide by zero (or by the rounding error of std)
        return bool(first[0] != second[0])
    return bool(ttest_ind(first, second, equal_var=False).pvalue < alpha)
