"""Panels in a grid: how large they are, and which metrics get one."""

from collections.abc import Sequence
from typing import Literal

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from softtopics.metrics.catalogue import with_references
from softtopics.report.figures.lettering import height, lines_of, width, wrapped
from softtopics.report.figures.style import DOUBLE_COLUMN, QUIET
from softtopics.report.layout import Layout

Shared = bool | Literal["none", "all", "row", "col"]
COLUMNS_WIDTH = 5.6  # inches that the columns of a legend may take, each with its handle
USUAL = 4  # lines of a legend that fit under panels of the usual height


def panels(
    rows: int, columns: int, inches: float, *, sharex: Shared = False, sharey: Shared = False
) -> tuple[Figure, np.ndarray]:
    """A figure as wide as two columns, so many inches for each row of panels; the axes as rows x columns."""
    size = (DOUBLE_COLUMN, inches * rows + 0.5)
    return plt.subplots(rows, columns, figsize=size, squeeze=False, sharex=sharex, sharey=sharey)


def measured(corpus: str, metrics: Sequence[str], layout: Layout) -> list[str]:
    """The metrics that a corpus can be measured by, coherence for each reference text."""
    names = with_references(metrics, list(layout.references))
    return [m for m in names if corpus in layout.labelled or not layout.about(m).needs_labels]


def measured_anywhere(metrics: Sequence[str], layout: Layout) -> list[str]:
    """Those that at least one corpus can be measured by."""
    shown = {metric for corpus in layout.corpora for metric in measured(corpus, metrics, layout)}
    return [metric for metric in with_references(metrics, list(layout.references)) if metric in shown]


def without_labels(axis: Axes, layout: Layout, corpus: str) -> None:
    """Say why a panel is empty."""
    axis.text(0.5, 0.5, layout.lack(corpus), transform=axis.transAxes, ha="center", color=QUIET)


def legend_below(figure: Figure, entries: Sequence[tuple[Artist, str]], most: int) -> None:
    """A legend under the panels, in columns as fit; the figure grows, so that a long one does not shrink the panels.

    (Labels are given, not taken from the artists: matplotlib leaves out those that begin with an underscore.)

    Args:
        figure: with panels of the full width.
        entries: artists and what they are; without any there is no legend.
        most: columns.
    """
    if not entries:
        return
    size = rcParams["legend.fontsize"]
    labels = [wrapped(label, DOUBLE_COLUMN - 0.6, size) for _, label in entries]
    widest = max(width(line, size) for label in labels for line in label.split("\n"))
    columns = max(1, min(most, len(labels), int(COLUMNS_WIDTH // (widest + 0.45))))
    rows = [labels[i : i + columns] for i in range(0, len(labels), columns)]
    lines = sum(max(map(lines_of, row)) for row in rows)
    figure.set_figheight(figure.get_figheight() + 1.25 * height(max(0, lines - USUAL), size))
    figure.legend([artist for artist, _ in entries], labels, loc="outside lower center", ncols=columns)
