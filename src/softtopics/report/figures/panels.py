"""Panels in a grid: how large they are, and which metrics get one."""

from collections.abc import Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from softtopics.metrics.catalogue import with_references
from softtopics.report.figures.style import DOUBLE_COLUMN, QUIET
from softtopics.report.layout import Layout

Shared = bool | Literal["none", "all", "row", "col"]


def panels(
    rows: int, columns: int, height: float, *, sharex: Shared = False, sharey: Shared = False
) -> tuple[Figure, np.ndarray]:
    """A figure as wide as two columns, `height` inches for each row of panels; the axes as rows x columns."""
    size = (DOUBLE_COLUMN, height * rows + 0.5)
    return plt.subplots(rows, columns, figsize=size, squeeze=False, sharex=sharex, sharey=sharey)


def measured(corpus: str, metrics: Sequence[str], layout: Layout) -> list[str]:
    """The metrics that a corpus can be measured by, coherence for each reference text."""
    names = with_references(metrics, list(layout.references))
    return [m for m in names if corpus in layout.labelled or not layout.about(m).needs_labels]


def measured_anywhere(metrics: Sequence[str], layout: Layout) -> list[str]:
    """Those that at least one corpus can be measured by."""
    shown = {metric for corpus in layout.corpora for metric in measured(corpus, metrics, layout)}
    return [metric for metric in with_references(metrics, list(layout.references)) if metric in shown]


def without_labels(axis: Axes) -> None:
    """Say why a panel is empty."""
    axis.text(0.5, 0.5, "no labels", transform=axis.transAxes, ha="center", color=QUIET)
